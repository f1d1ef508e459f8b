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

async function createKey(name: string): Promise<string> {
  const { code, stdout } = await runParley(['keys', 'create', name, '--json'], { dataDir });
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
});
