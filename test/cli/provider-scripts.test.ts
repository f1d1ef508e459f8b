import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { makeDataDir, removeDir, runParley, writeConfig } from '../support/start-parley.ts';

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

  it('then traces a real request station by station, without its key', async () => {
    const { code, stdout } = await run('test', 'acme', '--trace');
    expect(code).toBe(0);
    expect(stdout).toContain('acme/acme-7b\nencode_request\n');
    expect(stdout).toContain(`POST ${upstream.url}/v1/chat/completions`);
    expect(stdout).toContain('authorization: Bearer [redacted]');
    expect(stdout).toContain('Hello from Acme.\n(stop, ');
    expect(stdout).not.toContain('acme-key-0123456789');
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
    ['annotations for editors', 'provider.d.lua', 'return {}', 'another file name'],
    ['a name that is a built-in one but for capitals', 'OpenAI.lua', 'return {}', 'openai already'],
    ['what is no script', 'large.lua', `-- ${'x'.repeat(1_000_001)}`, 'larger than 1 MB'],
  ])('refuses %s', async (_what, name, text, said) => {
    writeFileSync(join(dropDir, name), text);
    const { code, stdout, stderr } = await run('import', join(dropDir, name));
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('providers import of a script that reads a list of models', () => {
  const listed = join(dropDir, 'listed.lua');
  const data = join(dropDir, 'models', 'listed.json');
  const placed = join(dataDir, 'providers', 'models', 'listed.json');
  const script = () =>
    `return { dialect = "openai_completions", base_url = "${upstream.url}", auth_type = "none", models = load_models("models/listed.json") }`;

  it('shows the list, and says where it is missing', async () => {
    writeFileSync(listed, script());
    const { stdout } = await run('import', listed);
    expect(stdout).toMatch(/^reads +models\/listed\.json$/m);
    expect(stdout).toContain('put it beside the script');
    mkdirSync(join(dropDir, 'models'), { recursive: true });
    writeFileSync(data, '[{"id":"one"}]');
    const { stdout: found } = await run('import', listed);
    expect(found).toMatch(/^models +one$/m);
    expect(found).not.toContain('put it beside the script');
    expect(existsSync(placed)).toBe(false);
  });

  it('brings the list along, and overwrites another one only when it may', async () => {
    expect((await run('import', listed, '--yes')).code).toBe(0);
    expect(readFileSync(placed, 'utf8')).toBe('[{"id":"one"}]');
    const { stdout } = await runParley(['models', '--json'], { dataDir });
    expect(stdout).toContain('"listed/one"');
    writeFileSync(data, '[{"id":"two"}]');
    const refused = await run('import', listed, '--yes');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--replace')]);
    expect(readFileSync(placed, 'utf8')).toBe('[{"id":"one"}]');
    expect((await run('import', listed, '--yes', '--replace')).code).toBe(0);
    expect(readFileSync(placed, 'utf8')).toBe('[{"id":"two"}]');
  });
});

describe('a script that is changed where it lies', () => {
  const changed = () => `${source.replace('"Acme"', '"Acme Three"')}\n`;
  const listedAs = async (): Promise<{ approval: string; error: unknown } | undefined> => {
    const { stdout } = await run('list', '--json');
    return (JSON.parse(stdout) as { type: string; approval: string; error: unknown }[]).find(
      each => each.type === 'acme',
    );
  };

  it('is flagged by list and doctor, as a warning and not as broken', async () => {
    expect(await listedAs()).toMatchObject({ approval: 'current', error: null });
    writeFileSync(installed, changed());
    expect(await listedAs()).toMatchObject({ approval: 'changed', error: null });
    const list = await run('list');
    expect(list.stdout).toMatch(/^acme +user, changed since it was approved +acme$/m);
    expect(list.stderr).toContain('parley providers approve acme');
    const env = { ACME_KEY: 'acme-key-0123456789' };
    const doctor = await runParley(['doctor'], { dataDir, env });
    const line = doctor.stdout.split('\n').find(each => each.includes(' acme ('));
    expect(line).toMatch(
      /^ok +acme \(user script, changed since it was approved, .*\) acme\.lua was changed .* runs with the default grants; parley providers approve acme shows the difference\.$/,
    );
    const { stdout } = await runParley(['doctor', '--json'], { dataDir, env });
    const { backends } = JSON.parse(stdout) as { backends: { name: string; approval?: string }[] };
    expect(backends.find(each => each.name === 'acme')).toMatchObject({ ok: true, approval: 'changed' });
    expect(backends.find(each => each.name === 'eliza')?.approval).toBeUndefined();
  });

  it('stays so although something is granted to it', async () => {
    expect((await run('grant', 'acme', 'extra.example')).code).toBe(0);
    expect(await listedAs()).toMatchObject({ approval: 'changed' });
  });

  it('asks again with approve, showing the difference, and holds from the yes on', async () => {
    const asked = await run('approve', 'acme');
    expect(asked.code).toBe(1);
    expect(asked.stdout).toMatch(/^-return .*"Acme Two",/m);
    expect(asked.stdout).toMatch(/^\+return .*"Acme Three",/m);
    expect(asked.stdout).not.toContain('would be replaced');
    expect(asked.stderr).toContain('Nothing was approved');
    expect(await listedAs()).toMatchObject({ approval: 'changed' });
    const { code, stdout } = await run('approve', 'acme', '--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ review: { type: 'acme', env: ['ACME_KEY'] }, approved: true });
    expect(await listedAs()).toMatchObject({ approval: 'current' });
    expect((await run('approve', 'nobody')).stderr).toContain('no script nobody.lua');
  });

  it('can be imported from its own place as well, without --replace', async () => {
    writeFileSync(installed, `${changed()}-- again\n`);
    const { code, stdout } = await run('import', installed, '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+-- again$/m);
    expect(await listedAs()).toMatchObject({ approval: 'current' });
    writeFileSync(installed, source.replace('"Acme"', '"Acme Two"'));
    expect((await run('approve', 'acme', '--yes')).code).toBe(0);
  });
});

it.each(['../acme', '/etc/passwd'])('a name that leads elsewhere, like %s, is no script', async name => {
  const runs = await Promise.all([
    run('approve', name),
    run('remove', name),
    run('grant', name, 'a.example'),
  ]);
  for (const { code, stderr } of runs)
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no script')]);
});

describe('providers grant and remove', () => {
  it('grants hosts, variables and accounts to the source as it is now', async () => {
    expect((await run('grant', 'acme', 'https://auth.acme.example/x')).code).toBe(0);
    const { stdout } = await run('grant', 'acme', 'env:OTHER', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'acme', env: ['ACME_KEY', 'OTHER'] });
    expect((JSON.parse(stdout) as { hosts: string[] }).hosts).toContain('auth.acme.example');
    expect((await run('grant', 'acme', 'not a host')).stderr).toContain('is not a host');
    expect((await run('grant', 'nobody', 'a.example')).stderr).toContain('no script nobody.lua');
    // As errors of a backend of another name tell it.
    writeConfig(
      dataDir,
      'llm:\n  backends:\n    - { name: acme, type: acme }\n    - { name: second, type: acme }\n',
    );
    expect((await run('grant', 'second', 'third.example')).stdout).toContain('acme.lua');
  });

  it('puts a script aside rather than deleting it', async () => {
    const { code, stdout } = await run('remove', 'acme', '--json');
    const { moved_to: movedTo, backends } = JSON.parse(stdout) as { moved_to: string; backends: string[] };
    expect(code).toBe(0);
    expect(existsSync(installed)).toBe(false);
    expect(readFileSync(movedTo, 'utf8')).toContain('Acme Two');
    expect(backends).toEqual(['acme', 'second']);
    expect((await run('remove', 'acme')).code).toBe(1);
  });
});
