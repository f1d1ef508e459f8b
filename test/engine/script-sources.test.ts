import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { quoteSource } from '../../electron/engine/quote-source.ts';
import { typeOfFile } from '../../electron/engine/script-library.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { failure, openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

/** No package, but a part of every Unix. */
const systemTool = 'mkfifo';

let acme: Acme;

const fields = 'dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none"';

describe('the file of a script', () => {
  afterEach(() => acme.close());

  it.each([
    ['a byte order mark', `\uFEFFreturn { ${fields} }`],
    ['line ends of Windows', `local p = {\r\n  ${fields}\r\n}\r\nreturn p\r\n`],
    ['a first line for the shell', `#!/usr/bin/env lua\nreturn { ${fields} }`],
    ['a byte 0 in a string', `local s = "a\0b"\nreturn { ${fields} }`],
  ])('may have %s', async (_what, source) => {
    acme = await openAcme(source);
    await acme.ask();
    expect(acme.upstream.requests).toHaveLength(1);
  });

  it.each([
    ['empty', '', 'script_result', /acme\.lua returned nil/],
    ['comments alone', '-- nothing\n', 'script_result', /acme\.lua returned nil/],
    ['a byte 0 in the code', 'return \0 {}', 'script_error', /acme\.lua:1:/],
    ['bytecode', '\u001bLua', 'script_error', /acme\.lua/],
    ['5 MB', `-- ${'x'.repeat(5_000_000)}\nreturn {}`, 'script_refused', /larger than 1 MB/],
  ])('that is %s is an error that names it', async (_what, source, code, message) => {
    acme = await openAcme(source);
    expect(await failure(acme.ask())).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('saved as UTF-16 says how to save it', async () => {
    acme = await openAcme('');
    writeFileSync(join(acme.userDir, 'acme.lua'), Buffer.from('\uFEFFreturn {}', 'utf16le'));
    acme.engine.reload();
    expect((await failure(acme.ask())).message).toContain('save it as UTF-8');
  });

  it('may be no file at all', async () => {
    acme = await openAcme('');
    const backends = ['folder', 'pipe', 'link'].map(name => ({ name, type: name }));
    mkdirSync(join(acme.userDir, 'folder.lua'));
    // Reading it would never end.
    execFileSync(systemTool, [join(acme.userDir, 'pipe.lua')]);
    symlinkSync('/nowhere/at/all.lua', join(acme.userDir, 'link.lua'));
    acme.setConfig({ llm: { backends } });
    const statuses = await acme.engine.listBackends();
    expect(statuses.map(({ name, script_error: error }) => [name, error?.message])).toEqual(
      backends.map(({ name }) => [name, expect.stringContaining(`${name}.lua could not be read`)]),
    );
  });

  it('is found by its exact name, also where the file system does not care', async () => {
    acme = await openAcme('');
    acme.setConfig({ llm: { backends: [{ name: 'a', type: 'OpenRouter' }] } });
    const [status] = await acme.engine.listBackends();
    expect(status?.script_error).toMatchObject({
      code: 'unknown_provider',
      message: expect.stringContaining('Did you mean openrouter?'),
    });
  });

  it.each(['end', 'function', 'constructor', 'toString', 'x.y'])('may be called %s.lua', async type => {
    acme = await openAcme('');
    acme.writeScript(type, `return { ${fields}, name = "Named" }`);
    acme.setConfig({ llm: { backends: [{ name: 'a', type }] } });
    expect(await acme.engine.listBackends()).toMatchObject([{ title: 'Named', script_error: null }]);
    const provider = (await acme.engine.listProviders()).find(each => each.type === type);
    expect(provider).toMatchObject({ origin: 'user', approval: 'none', backends: ['a'], error: null });
  });

  it('is checked also where no backend uses it', async () => {
    acme = await openAcme('');
    acme.writeScript('lonely', 'return {\n  oops oops\n}');
    const provider = (await acme.engine.listProviders()).find(each => each.type === 'lonely');
    expect(provider?.error?.message).toContain('lonely.lua:2:');
  });
});

describe('a name for a script', () => {
  it.each([
    'provider.d.lua',
    'CON.lua',
    'nul.lua',
    'lpt1.x.lua',
    '__proto__.lua',
    '.hidden.lua',
    'a b.lua',
    'notes.txt',
  ])('is not %s', name => {
    expect(() => typeOfFile(name)).toThrow(AppError);
  });

  it.each([
    ['OpenAI.lua', 'openai'],
    ['ELIZA.lua', 'eliza'],
  ])('is not %s, which many computers take for another', async (name, known) => {
    acme = await openAcme('');
    const error = await failure(acme.engine.inspectProvider(name, `return { ${fields} }`));
    expect(error).toMatchObject({
      code: 'script_refused',
      message: expect.stringContaining(`provider ${known} already`),
    });
    await acme.close();
  });
});

describe('an error at load', () => {
  afterEach(() => acme.close());

  it.each([
    ['syntax', 'return {\n  name = "Torn",\n  oops oops\n}', /^providers\/acme\.lua:3: .*Line 3: oops oops$/],
    [
      'a global that is not there',
      'local x = 1\nlocal y = os.getenv("A")\n',
      /acme\.lua:2: .*'os'.*Line 2: local y = os\.getenv/,
    ],
    [
      'a field of a wrong value',
      'return {\n  dialect = "openai",\n  base_url = "UPSTREAM",\n}',
      /^providers\/acme\.lua:2: the field `dialect` must be one of "openai_completions".*not "openai".*Line 2: dialect = "openai",$/,
    ],
    [
      'a field of a wrong kind',
      `return {\n${fields},\nhosts = "a.example" }`,
      /acme\.lua:3: the field `hosts` must be a list, not "a\.example"/,
    ],
    [
      'a hook that is none',
      `local p = { ${fields} }\np.on_request = "x"\nreturn p`,
      /acme\.lua:2: the field `on_request` must be a function/,
    ],
    [
      'a missing field',
      'return { dialect = "openai_completions" }',
      /acme\.lua: the field `base_url` is missing/,
    ],
    ['neither style', 'return { base_url = "UPSTREAM" }', /the field `protocol` is missing \(or `dialect`/],
    [
      'a model of a wrong kind',
      `return { ${fields}, models = { { id = "a" }, { id = "b", context_size = "big" } } }`,
      /`models\.2\.context_size` must be a number, not "big"/,
    ],
    [
      'a model without a dialect',
      'return { base_url = "UPSTREAM", models = {\n  { id = "a", dialect = "openai_completions" },\n  { id = "lost" },\n} }',
      /acme\.lua:3: the model lost names no dialect.*Line 3/,
    ],
    [
      'a header that cannot be sent',
      `return { ${fields},\n headers = { ["x-a"] = "a\\nb" } }`,
      /acme\.lua:2: the field `headers\.x-a` has a value that no header can carry/,
    ],
  ])('of %s names file, line and text', async (_what, source, message) => {
    acme = await openAcme(source);
    expect((await failure(acme.ask())).message).toMatch(message);
  });

  it('does not disturb another provider', async () => {
    acme = await openAcme('return { oops oops');
    acme.writeScript('good', `return { ${fields}, models = { { id = "m" } } }`);
    acme.setConfig({
      llm: {
        backends: [
          { name: 'torn', type: 'acme' },
          { name: 'good', type: 'good' },
        ],
      },
    });
    const { models, problems } = await acme.engine.listModels();
    expect(models.map(({ id }) => id)).toEqual(['good/m']);
    expect(problems).toMatchObject([{ backend: 'torn', error: { code: 'script_error' } }]);
  });

  it.each([
    'return { name = "x" "sk-inside-0123456789abcdef" }',
    'return { api_key = sk-inside-0123456789abcdef }',
    'return { api_key = 0123456789abcdef0123x }',
    'return { dialect = "openai", base_url = "http://a.example", api_key = "sk-inside-0123456789abcdef" }',
    'return { dialect = "openai_completions", base_url = "nowhere", auth_key = "shortkey1" }',
    'local token = "sk-inside-0123456789abcdef" error("no")',
  ])('holds no key: %s', async source => {
    acme = await openAcme(source);
    const { message } = await failure(acme.ask());
    expect(message).not.toMatch(/sk-inside-01|0123456789abcdef|shortkey1/);
    expect(message).toMatch(/acme\.lua:1:/);
  });
});

it('a message that speaks of no line stays as it is', () => {
  const error = new AppError('script_result', 'providers/a.lua returned nil.');
  expect(quoteSource(error, 'providers/a.lua', 'x')).toBe(error);
});
