import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { makeDataDir, removeDir, runParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
const dropDir = makeDataDir();
const file = join(dropDir, 'acme.lua');
const installed = join(dataDir, 'providers', 'acme.lua');
let upstream: ScriptedUpstream;
let source = '';

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    if (request.method === 'POST') sendStream(response, textChunks(['Hello from Acme.']));
    else sendJson(response, 200, { data: [{ id: 'acme-7b' }] });
  });
  source = `return { name = "Acme", dialect = "openai_completions", base_url = "${upstream.url}", api_key = { env = "ACME_KEY" } }`;
  writeFileSync(file, source);
});

afterAll(async () => {
  await upstream.close();
  removeDir(dataDir);
  removeDir(dropDir);
});

const run = (...args: string[]) =>
  runParley(['providers', ...args], { dataDir, env: { ACME_KEY: 'acme-key-0123456789' } });

describe('providers import', () => {
  it('shows what the script asks for, and writes and asks nothing before the yes', async () => {
    const { code, stdout, stderr } = await run('import', file);
    expect(code).toBe(1);
    expect(stdout).toContain(new URL(upstream.url).host);
    expect(stdout).toMatch(/environment +ACME_KEY/);
    expect(stderr).toContain('Nothing was imported');
    expect(existsSync(installed)).toBe(false);
    expect(upstream.requests).toHaveLength(0);
  });

  it('with the yes adds the script and a backend that works', async () => {
    const { code, stdout } = await run('import', file, '--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      review: { type: 'acme', env: ['ACME_KEY'], replaces: null },
      imported: { type: 'acme', origin: 'user', backends: ['acme'] },
    });
    expect(readFileSync(installed, 'utf8')).toBe(source);
    const test = await run('test', 'acme', '--json');
    expect(JSON.parse(test.stdout)).toMatchObject({
      backends: [
        { name: 'acme', ok: true, models: 1, key: { tier: 'script', source: 'env', name: 'ACME_KEY' } },
      ],
    });
    expect(test.code).toBe(0);
    const chat = await runParley(['chat', '-m', 'acme/acme-7b', 'Hi'], {
      dataDir,
      env: { ACME_KEY: 'acme-key-0123456789' },
    });
    expect(chat.stdout).toBe('Hello from Acme.\n');
  });

  it('overwrites nothing silently, and shows the difference when it may', async () => {
    writeFileSync(file, source.replace('"Acme"', '"Acme Two"'));
    const refused = await run('import', file, '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--replace');
    expect(readFileSync(installed, 'utf8')).toBe(source);
    const replaced = await run('import', file, '--yes', '--replace');
    expect(replaced.code).toBe(0);
    expect(replaced.stdout).toMatch(/^-return .*"Acme",/m);
    expect(replaced.stdout).toMatch(/^\+return .*"Acme Two",/m);
    expect(readFileSync(installed, 'utf8')).toContain('Acme Two');
  });

  it.each([
    ['a syntax error, with its line', 'torn.lua', 'return {\n oops oops\n}', 'torn.lua:2:'],
    ['no table', 'hollow.lua', 'return nil', 'hollow.lua'],
    ['a missing field', 'lacking.lua', 'return { dialect = "openai_completions" }', '`base_url`'],
    ['another kind of file', 'notes.txt', 'hello', 'must end in .lua'],
    [
      'terminal tricks in its name',
      'trick.lua',
      'return { name = "\\27[2J", dialect = "openai_completions", base_url = "http://a.example" }',
      'Nothing was imported',
    ],
  ])('refuses %s', async (_what, name, text, said) => {
    writeFileSync(join(dropDir, name), text);
    const { code, stdout, stderr } = await run('import', join(dropDir, name));
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('providers grant and remove', () => {
  it('grants hosts, variables and accounts to the source as it is now', async () => {
    expect((await run('grant', 'acme', 'https://auth.acme.example/x')).code).toBe(0);
    const { stdout } = await run('grant', 'acme', 'env:OTHER', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'acme', env: ['ACME_KEY', 'OTHER'] });
    expect((JSON.parse(stdout) as { hosts: string[] }).hosts).toContain('auth.acme.example');
    expect((await run('grant', 'acme', 'not a host')).stderr).toContain('is not a host');
    expect((await run('grant', 'nobody', 'a.example')).stderr).toContain('no script nobody.lua');
  });

  it('puts a script aside rather than deleting it', async () => {
    const { code, stdout } = await run('remove', 'acme', '--json');
    const { moved_to: movedTo, backends } = JSON.parse(stdout) as { moved_to: string; backends: string[] };
    expect(code).toBe(0);
    expect(existsSync(installed)).toBe(false);
    expect(readFileSync(movedTo, 'utf8')).toContain('Acme Two');
    expect(backends).toEqual(['acme']);
    expect((await run('remove', 'acme')).code).toBe(1);
  });
});
