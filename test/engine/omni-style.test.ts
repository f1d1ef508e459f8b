import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { completionContent } from '../../electron/contract/completion.ts';
import type { AppError } from '../../electron/contract/errors.ts';
import { parseRequestOptions } from '../../electron/contract/request.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { DeltaStream } from '../../electron/engine/engine.ts';
import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

let upstream: ScriptedUpstream;
let test: TestEngine;

beforeEach(async () => {
  upstream = await startUpstream();
});

afterEach(async () => {
  await test.close();
  await upstream.close();
});

function open(
  script: string,
  backend: Record<string, unknown> = {},
  options: Partial<Parameters<typeof createTestEngine>[0]> = {},
): TestEngine {
  const lines = [{ name: 'acme', type: 'acme', ...backend }];
  test = createTestEngine({
    config: { llm: { backends: lines } },
    scripts: { acme: script.replaceAll('UPSTREAM', upstream.url) },
    ...options,
  });
  return test;
}

const request: ChatRequest = {
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  options: { temperature: 0.5 },
  stream: true,
};

async function ask(asked: ChatRequest = request, model = 'acme/m'): Promise<DeltaStream> {
  const context = {
    client: 'chat',
    dialect_in: null,
    model_asked: model,
    signal: new AbortController().signal,
  };
  const stream = await test.engine.streamDeltas(
    await test.engine.resolveModel(model, { record_for: context }),
    asked,
    context,
  );
  for await (const _delta of stream.deltas);
  return stream;
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: AppError) => error,
  );
}

describe('the smallest Omni script', () => {
  const script =
    'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = { system = "ACME_API_KEY" } }';

  it('gets the path of its dialect and a bearer key', async () => {
    open(script, {}, { env: { ACME_API_KEY: 'acme-key-1' } });
    await ask();
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer acme-key-1' },
    });
    expect((await test.engine.listBackends())[0]?.key).toEqual({
      tier: 'script',
      source: 'env',
      name: 'ACME_API_KEY',
    });
  });

  it('sends the raw key on a header of its own', async () => {
    open(
      script.replace('base_url', 'auth_header = "X-Api-Key", base_url'),
      {},
      { env: { ACME_API_KEY: 'acme-key-1' } },
    );
    await ask();
    expect(upstream.requests[0]?.headers).toMatchObject({ 'x-api-key': 'acme-key-1' });
    expect(upstream.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('is overridden in address, key and headers by its backend; headers add up', async () => {
    open(
      'return { dialect = "openai_completions", base_url = "https://api.acme.example", api_key = "script-key-1", headers = { ["X-A"] = "script", ["X-B"] = "script" } }',
      { url: upstream.url, api_key: 'settings-key-1', headers: { 'x-b': 'settings', 'X-C': 'settings' } },
    );
    await ask();
    expect(upstream.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer settings-key-1',
      'x-a': 'script',
      'x-b': 'settings',
      'x-c': 'settings',
    });
  });

  it('without any key is told so before any network', async () => {
    open(script);
    expect((await failure(ask())).code).toBe('missing_env_var');
    test.writeScript('acme', `return { dialect = "openai_completions", base_url = "${upstream.url}" }`);
    test.engine.reload();
    await expect.poll(async () => (await failure(ask())).code).toBe('no_api_key');
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('the hooks', () => {
  it('run in the order of the pipeline, each with what it needs', async () => {
    open(`
local seen = {}
local p = { dialect = "openai_completions", base_url = "UPSTREAM/base", api_key = "k-1234567", auth_header = "x-key" }
function p.modify_body(body, context, opts)
  body.metadata = { first = context.messages[1].content[1].text, temperature = opts.temperature, model = opts.model }
  return body
end
function p.build_url(path, opts) return opts.base_url .. "/deployments/" .. opts.model .. path .. "?v=1" end
function p.authenticate(req, opts)
  req.headers[opts.auth_header] = "signed-" .. opts.api_key
  req.headers["x-url"] = req.url
  return req
end
function p.on_request(req) req.headers["x-last"] = req.headers["x-key"] .. "/" .. req.body.metadata.first return req end
return p`);
    await ask();
    const [sent] = upstream.requests;
    expect(sent?.path).toBe('/base/deployments/m/v1/chat/completions?v=1');
    expect(sent?.headers).toMatchObject({ 'x-key': 'signed-k-1234567', 'x-last': 'signed-k-1234567/Hi' });
    expect(sent?.headers['x-url']).toContain('/base/deployments/m/v1/chat/completions?v=1');
    expect(JSON.parse(sent!.body)).toMatchObject({ metadata: { first: 'Hi', temperature: 0.5, model: 'm' } });
  });

  it('authenticate may refuse', async () => {
    open(
      'local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" } function p.authenticate(req) return nil, "token expired" end return p',
    );
    expect((await failure(ask())).message).toContain('token expired');
    expect(upstream.requests).toHaveLength(0);
  });

  it('modify_events attaches private data that comes back in the context', async () => {
    open(`
local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" }
function p.modify_events(deltas, raw)
  if raw.id then table.insert(deltas, { type = "message", private = { { trace = raw.id } } }) end
  return deltas
end
function p.modify_body(body, context)
  for _, message in ipairs(context.messages) do
    if message.private then body.trace = message.private[1].trace end
  end
  return body
end
return p`);
    const { completion } = await ask();
    expect(completion.private[0]).toEqual({ trace: 'chatcmpl-1' });
    await ask({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content: completionContent(completion), private: completion.private },
        ...request.messages,
      ],
    });
    expect(JSON.parse(upstream.requests[1]!.body)).toHaveProperty('trace', 'chatcmpl-1');
  });

  it('modify_events may drop and add deltas', async () => {
    open(`
local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" }
function p.modify_events(deltas, raw)
  local out = {}
  for _, d in ipairs(deltas) do if d.delta ~= "secret" then out[#out + 1] = d end end
  if raw.usage then out[#out + 1] = { type = "block_delta", block = "text", index = 0, delta = "!" } end
  return out
end
return p`);
    upstream.answer = (_request, response) => sendStream(response, textChunks(['Hello', 'secret']));
    expect(completionContent((await ask()).completion)).toEqual([{ type: 'text', text: 'Hello!' }]);
  });

  it('that return junk end the call with a sentence', async () => {
    open(
      'local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" } function p.modify_events() return "junk" end return p',
    );
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'script_result' });
    expect(error.message).toContain('modify_events must return a list');
  });
});

describe('models', () => {
  it('come from a list, a function, or a file beside the script', async () => {
    open(
      'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k", models = { { id = "a", context_size = 1000, input_cost = 1.5 } } }',
    );
    expect((await test.engine.listModels()).models).toMatchObject([
      { id: 'acme/a', context_size: 1000, input_cost: 1.5 },
    ]);
    test.writeScript(
      'acme',
      'return { dialect = "openai_completions", base_url = "http://x.example", api_key = "k", models = function() return { { id = "b" } } end }',
    );
    test.engine.reload();
    await expect
      .poll(async () => (await test.engine.listModels({ refresh: true })).models.map(({ id }) => id))
      .toEqual(['acme/b']);
    mkdirSync(join(test.userDir, 'models'));
    writeFileSync(
      join(test.userDir, 'models', 'acme.json'),
      JSON.stringify([{ id: 'c', name: 'C', reasoning: true }]),
    );
    test.writeScript(
      'acme',
      'return { dialect = "openai_completions", base_url = "http://x.example", api_key = "k", models = load_models("models/acme.json") }',
    );
    test.engine.reload();
    await expect
      .poll(async () => (await test.engine.listModels({ refresh: true })).models)
      .toMatchObject([{ id: 'acme/c', name: 'C', reasoning: true }]);
    expect(upstream.requests).toHaveLength(0);
  });

  it.each(['../secret.json', '/etc/passwd', 'models/../../x.json', 'acme.lua'])(
    'are not read from %s',
    async path => {
      open(
        `return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k", models = load_models("${path}") }`,
      );
      expect((await failure(ask())).code).toMatch(/^script_/);
    },
  );

  it('name their dialect where the provider does not, or the load fails naming the model', async () => {
    open(
      'return { base_url = "UPSTREAM", api_key = "k", models = { { id = "a", dialect = "openai_completions" }, { id = "lost" } } }',
    );
    const error = await failure(ask(request, 'acme/a'));
    expect(error.code).toBe('script_result');
    expect(error.message).toContain('the model lost names no dialect');
  });

  it('the dialect of the provider wins over that of the model', async () => {
    open(
      'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k", models = { { id = "a", dialect = "google_gemini" } } }',
    );
    expect((await test.engine.targetOf({ backend: 'acme', model: 'a' })).dialect).toBe('openai_completions');
  });

  it('of the settings are added to those of the provider', async () => {
    open(
      'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k", models = { { id = "a", name = "A" } } }',
      {
        models: ['extra', { id: 'a', context_size: 5 }],
      },
    );
    expect(await test.engine.getModel('acme/a')).toMatchObject({
      id: 'acme/a',
      backend: 'acme',
      context_size: 5,
    });
    expect((await failure(test.engine.getModel('acme/none'))).code).toBe('unknown_model');
    expect((await failure(test.engine.getModel('none'))).code).toBe('unknown_model');
    expect((await test.engine.listModels()).models).toMatchObject([
      { id: 'acme/a', name: 'A', context_size: 5 },
      { id: 'acme/extra', name: 'extra' },
    ]);
  });
});

describe('grants', () => {
  const elsewhere = `
local p = { dialect = "openai_completions", base_url = "http://acme.example", api_key = "k-1234567" }
function p.build_url(path) return "UPSTREAM" .. path end
return p`;

  it('let a script reach another host, for the approved source only', async () => {
    const host = new URL(upstream.url).host;
    const granted = { hosts: [host], env: [], keychain: [] };
    let approved = '';
    open(
      elsewhere,
      {},
      {
        grantsOf: (_type, sha256) =>
          Promise.resolve(sha256 === approved ? granted : { hosts: [], env: [], keychain: [] }),
      },
    );
    const refused = await failure(ask());
    expect(refused.code).toBe('host_not_granted');
    expect(refused.message).toContain(`providers grant acme ${host}`);
    approved = (await test.engine.inspectProvider('acme.lua', elsewhere.replaceAll('UPSTREAM', upstream.url)))
      .sha256;
    test.engine.reload();
    await expect
      .poll(async () =>
        ask().then(
          () => 'ok',
          () => 'refused',
        ),
      )
      .toBe('ok');
    test.writeScript('acme', `${elsewhere.replaceAll('UPSTREAM', upstream.url)}-- changed`);
    test.engine.reload();
    await expect
      .poll(async () =>
        ask().then(
          () => 'ok',
          (error: AppError) => error.code,
        ),
      )
      .toBe('host_not_granted');
  });

  it('are needed for the variables a key function names', async () => {
    const script =
      'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = function() return { env = "AWS_SECRET" } end }';
    const env = { AWS_SECRET: 'aws-secret-1' };
    open(script, {}, { env });
    const refused = await failure(ask());
    expect(refused.code).toBe('script_refused');
    expect(refused.message).toContain('providers grant acme env:AWS_SECRET');
    expect(upstream.requests).toHaveLength(0);
    await test.close();
    open(
      script,
      {},
      { env, grantsOf: () => Promise.resolve({ hosts: [], env: ['AWS_SECRET'], keychain: [] }) },
    );
    await ask();
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer aws-secret-1');
  });

  it('do not follow a redirect to a foreign host', async () => {
    open(`
local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" }
function p.on_request(req)
  local ok, err = pcall(http.get, "UPSTREAM/hop", {})
  return nil, tostring(err)
end
return p`);
    upstream.answer = (_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest' });
      response.end();
    };
    expect((await failure(ask())).message).toContain('169.254.169.254');
    expect(upstream.requests).toHaveLength(1);
  });

  it('are reviewed before anything is asked', async () => {
    open('return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k" }');
    const review = await test.engine.inspectProvider(
      'openai.lua',
      'return { dialect = "openai_completions", base_url = "http://plain.example", hosts = { "cdn.example" }, api_key = { env = "X_KEY" }, models = { { id = "m" } }, modify_body = function(b) return b end }',
    );
    expect(review).toMatchObject({
      dialect: 'openai_completions',
      hosts: ['plain.example', 'cdn.example'],
      env: ['X_KEY'],
      keychain: [],
      hooks: ['modify_body'],
      models: ['m'],
      replaces: 'built-in',
      approved_source: null,
    });
    const warned = review.warnings.map(({ code }) => code);
    expect(warned).toEqual(['takes_place', 'unencrypted', 'other_hosts', 'reads_along']);
  });
});

describe('the http module', () => {
  it('asks its own upstream and gets status, body and headers; an HTTP error does not raise', async () => {
    open(`
local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-1234567" }
function p.on_request(req)
  local got = http.post("UPSTREAM/token", json.encode({ a = 1 }), { ["X-Kind"] = "token" })
  req.headers["x-token"] = got.status .. ":" .. got.headers["x-reply"] .. ":" .. json.decode(got.body).token
  return req
end
return p`);
    upstream.answer = (seen, response) =>
      seen.path === '/token'
        ? sendJson(
            response,
            418,
            { token: `for-${seen.body}-${String(seen.headers['x-kind'])}` },
            { 'x-reply': 'yes' },
          )
        : sendStream(response, textChunks(['ok']));
    await ask();
    expect(upstream.requests[1]?.headers['x-token']).toBe('418:yes:for-{"a":1}-token');
  });
});

describe('options', () => {
  it('that are unknown or wrong are named', () => {
    open('return {}');
    expect(parseRequestOptions({ temperature: 0.2, reasoning_effort: 'high' })).toEqual({
      temperature: 0.2,
      reasoning_effort: 'high',
    });
    expect(() => parseRequestOptions({ temprature: 1, foo: 2 })).toThrow(
      /Unknown options: temprature, foo\. There are: max_tokens/,
    );
    expect(() => parseRequestOptions({ temperature: 'hot' })).toThrow(/option temperature/);
  });
});
