import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { wordReviewWarning } from '../../electron/contract/review-warnings.ts';
import type { ProviderReview } from '../../electron/contract/backends.ts';
import { failure, openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme;

beforeEach(async () => {
  acme = await openAcme('return nil');
});

afterEach(() => acme.close());

const fields = 'dialect = "openai_completions", base_url = "https://api.new.example"';

function review(
  source: string,
  readBeside?: (path: string) => Promise<string | undefined>,
): Promise<ProviderReview> {
  return acme.engine.inspectProvider('new.lua', source, readBeside);
}

describe('a review', () => {
  it.each([
    ['config.url', '', []],
    [
      'config.url ~= "" and config.url or "http://localhost:11434"',
      'http://localhost:11434',
      ['localhost:11434'],
    ],
    ['config.url .. "/v2"', '', []],
    ['(config.url:match("^https?://[^/]+"))', '', []],
    ['"https://api.new.example:8443/llm"', 'https://api.new.example:8443/llm', ['api.new.example:8443']],
  ])('shows where a script with base_url = %s goes', async (expression, baseUrl, hosts) => {
    const seen = await review(`return { dialect = "openai_completions", base_url = ${expression} }`);
    expect(seen).toMatchObject({ base_url: baseUrl, hosts });
  });

  it('sends nothing, also where the script wants to', async () => {
    const source = `pcall(http.get, "${acme.upstream.url}") pcall(http.post, "${acme.upstream.url}", "x") return { ${fields}, models = function() return {} end, api_key = function() return "k" end }`;
    expect(await review(source)).toMatchObject({ hooks: ['api_key', 'models'] });
    expect(acme.upstream.requests).toHaveLength(0);
  });

  it('names hosts that stand in the script and are not asked for, but for those in comments and headers', async () => {
    const { hosts, warnings: found } = await review(`
-- Docs: https://docs.new.example
--[[ https://long.example ]]
local LOGIN = "https://login.new.example/token"
local p = { ${fields}, hosts = { "cdn.new.example" }, headers = { ["HTTP-Referer"] = "https://referer.example" } }
function p.authenticate(req) http.post(LOGIN, [[https://cdn.new.example]]) return req end
return p`);
    expect(hosts).toEqual(['api.new.example', 'cdn.new.example']);
    const warnings = found.map(wordReviewWarning);
    const warning = warnings.find(each => each.includes('login.new.example'));
    expect(warning).toBe(
      'It also names login.new.example without asking for it: requests there fail until you grant them (parley providers grant new login.new.example).',
    );
    expect(warnings.join(' ')).not.toMatch(/docs\.new|long\.example|referer/);
  });

  it.each([
    ['a misspelt field', `return { ${fields}, auth_headers = "x" }`, 'Parley does not know auth_headers'],
    [
      'a misspelt hook',
      `local p = { ${fields} } function p.on_requst() end return p`,
      'Parley does not know on_requst',
    ],
    [
      'a key that stands in it',
      `return { ${fields}, api_key = "sk-0123456789" }`,
      'an API key written into it',
    ],
    [
      'the key of another backend',
      `return { ${fields}, api_key = { keychain = "backend-groq" } }`,
      'the key of another backend, groq',
    ],
    [
      'a key it works out',
      `return { ${fields}, api_key = function() end }`,
      'works out its API key in a function',
    ],
    [
      'a list that is nowhere',
      `return { ${fields}, models = load_models("models/new.json") }`,
      'models/new.json, which is not there',
    ],
  ])('warns of %s', async (_what, source, warning) => {
    expect((await review(source)).warnings.map(wordReviewWarning).join('\n')).toContain(warning);
    expect((await review(`return { ${fields} }`)).warnings).toEqual([]);
  });

  it('reads the lists that lie beside the script, or in their place already', async () => {
    const source = `return { ${fields}, models = load_models("new.json") }`;
    const beside = await review(source, path =>
      Promise.resolve(path === 'new.json' ? '[{"id":"one"}]' : undefined),
    );
    expect(beside).toMatchObject({ models: ['one'], data_files: ['new.json'], warnings: [] });
    writeFileSync(join(acme.userDir, 'new.json'), '[{"id":"two"}]');
    expect(await review(source)).toMatchObject({ models: ['two'], warnings: [] });
    const secret = `return { ${fields}, models = load_models(".approved.json") }`;
    expect(await failure(review(secret))).toMatchObject({ code: 'script_error' });
  });

  it('of the script that is there already does not speak of replacing it', async () => {
    acme.writeScript('new', `return { ${fields} }`);
    expect(await review(`return { ${fields} }`)).toMatchObject({ replaces: 'user', warnings: [] });
    expect((await review(`return { ${fields} } -- other`)).warnings).toEqual([
      { code: 'replaces', values: { type: 'new' } },
    ]);
  });

  it('quotes the line of a mistake', async () => {
    expect((await failure(review('return {\n  oops oops\n}'))).message).toMatch(
      /new\.lua:2: .*Line 2: oops oops/,
    );
  });

  it('is not made of what is too large for a script', async () => {
    expect(await failure(review(`-- ${'x'.repeat(1_000_001)}`))).toMatchObject({ code: 'script_refused' });
  });
});
