import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { makeDataDir, removeDir, runParley, startParley, waitFor } from '../support/start-parley.ts';
import type { RunningParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
let parley: RunningParley;

beforeAll(async () => {
  parley = await startParley({ dataDir });
});

afterAll(async () => {
  await parley.stop();
  removeDir(dataDir);
});

async function askWith(key: string): Promise<number> {
  const answer = await fetch(`${parley.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  await answer.arrayBuffer();
  return answer.status;
}

async function chatWith(key: string): Promise<number> {
  const answer = await fetch(`${parley.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'eliza/eliza', messages: [{ role: 'user', content: 'I need a holiday' }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function createKey(name: string, limits: string[] = []): Promise<string> {
  const { code, stdout } = await runParley(['keys', 'create', name, ...limits, '--json'], { dataDir });
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { key: string }).key;
}

describe('keys while serve runs', () => {
  it('are shown once, in full, with the name', async () => {
    const { code, stdout, stderr } = await runParley(['keys', 'create', 'json', '--json'], { dataDir });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      name: 'json',
      key: expect.stringMatching(/^parley-[\w-]{43}$/) as string,
    });
    const plain = await runParley(['keys', 'create', 'plain'], { dataDir });
    expect([plain.code, plain.stderr]).toEqual([0, '']);
    expect(plain.stdout).toMatch(/^parley-[\w-]{43}\n.*the only time/);
  });

  it('work at the gateway at once, and are in no file as they are', async () => {
    const key = await createKey('at-once');
    expect(await askWith(key)).toBe(200);
    expect(await askWith(`${key.slice(0, -1)}!`)).toBe(401);
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter(entry =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain('parley.db');
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes(key)).toBe(false);
  });

  it('are listed by name and first characters only', async () => {
    const key = await createKey('listed');
    const json = await runParley(['keys', 'list', '--json'], { dataDir });
    const listed = (
      JSON.parse(json.stdout) as { name: string; prefix: string; revoked_at: string | null }[]
    ).find(each => each.name === 'listed');
    expect(listed).toMatchObject({ prefix: key.slice(0, 11), revoked_at: null });
    const table = await runParley(['keys', 'list'], { dataDir });
    expect(table.stdout).toMatch(/listed\s+parley-/);
    expect(json.stdout + table.stdout).not.toContain(key);
  });

  it('stop working within a second of their revocation, and their name is free again', async () => {
    const key = await createKey('short-lived');
    expect(await askWith(key)).toBe(200);
    const { code, stdout } = await runParley(['keys', 'revoke', 'short-lived', '--json'], { dataDir });
    expect([code, JSON.parse(stdout)]).toEqual([0, { name: 'short-lived', revoked: true }]);
    await waitFor(async () => (await askWith(key)) === 401, 1);
    const again = await runParley(['keys', 'revoke', 'short-lived'], { dataDir });
    expect(again.code).toBe(1);
    const next = await createKey('short-lived');
    expect([await askWith(next), await askWith(key)]).toEqual([200, 401]);
    const plain = await runParley(['keys', 'revoke', 'short-lived'], { dataDir });
    expect([plain.code, plain.stdout]).toEqual([0, 'The key of short-lived works no more.\n']);
  });

  it('have a name only one of them has', async () => {
    await createKey('twice');
    const { code, stdout, stderr } = await runParley(['keys', 'create', 'twice', '--json'], { dataDir });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('There is a key named "twice" already');
  });

  it('may do what their limits say, and see no more', async () => {
    const key = await createKey('limited', [
      '--models',
      'eliza/*',
      '--rpm',
      '2',
      '--budget',
      '200ktok/day',
      '--expires',
      '90d',
    ]);
    const listed = async (): Promise<Record<string, unknown> | undefined> => {
      const { stdout } = await runParley(['keys', 'list', '--json'], { dataDir });
      return (JSON.parse(stdout) as Record<string, unknown>[]).find(each => each['name'] === 'limited');
    };
    expect(await listed()).toMatchObject({
      allowed_models: ['eliza/*'],
      requests_per_minute: 2,
      budget: { amount: 200_000, unit: 'tokens', period: 'day' },
      usage: { period: 'day', calls: 0, tokens: 0 },
    });
    expect([await chatWith(key), await chatWith(key), await chatWith(key)]).toEqual([200, 200, 429]);
    await waitFor(async () => {
      const usage = (await listed())?.['usage'] as { calls: number } | undefined;
      return usage?.calls === 2;
    });
    const table = await runParley(['keys', 'list'], { dataDir });
    expect(table.stdout).toMatch(/limited\s+parley-\S+\s+eliza\/\*\s+2\s+\d+ tokens of 200000 tokens today/);
  });

  it('are changed while they are used, and what is not named stays', async () => {
    const key = await createKey('edited', ['--rpm', '1']);
    expect([await chatWith(key), await chatWith(key)]).toEqual([200, 429]);
    const { code, stdout } = await runParley(
      ['keys', 'edit', 'edited', '--rpm', 'none', '--models', 'groq/*', '--json'],
      { dataDir },
    );
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ name: 'edited', requests_per_minute: null, allowed_models: ['groq/*'] }),
    ]);
    await waitFor(async () => (await chatWith(key)) === 403, 1);
    await runParley(['keys', 'edit', 'edited', '--models', 'all', '--name', 'renamed'], { dataDir });
    await waitFor(async () => (await chatWith(key)) === 200, 1);
    expect((await runParley(['keys', 'revoke', 'edited'], { dataDir })).code).toBe(1);
  });

  it.each([
    [['create', 'wrong', '--budget', '5'], '--budget takes an amount such as 5usd/month'],
    [['create', 'wrong', '--expires', '2020-01-01'], 'has passed already'],
    [['create', 'wrong', '--name', 'x'], 'parley keys create takes no --name'],
    [['edit', 'nobody', '--rpm', '5'], 'There is no key "nobody" that works'],
    [['edit', 'listed'], 'Say what to change'],
    [['edit'], 'The name is missing'],
    [['list', '--rpm', '5'], 'parley keys list takes no --rpm'],
    [['revoke', 'listed', '--models', 'x'], 'parley keys revoke takes no --models'],
  ])('are left alone by a command that is wrong: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await runParley(['keys', ...args], { dataDir });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
