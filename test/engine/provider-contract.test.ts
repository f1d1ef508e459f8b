import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { requestOptionsSchema } from '../../electron/contract/request.ts';
import type { RequestOptions } from '../../electron/contract/request.ts';
import { sendJson } from '../support/scripted-upstream.ts';
import { failure, openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme;
let opened: Acme[] = [];

afterEach(async () => {
  await Promise.all(opened.map(each => each.close()));
  opened = [];
});

async function open(...given: Parameters<typeof openAcme>): Promise<Acme> {
  acme = await openAcme(...given);
  opened.push(acme);
  return acme;
}

const fields = 'dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none"';

describe('what hooks see of the options', () => {
  /** Every option there is, each with a value of its own. */
  const options: Required<RequestOptions> = {
    max_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    stop: ['END'],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    reasoning_effort: 'high',
    reasoning_budget: 5000,
    parallel_tool_calls: false,
    cache: 'long',
    output: { type: 'json_schema', name: 'answer', schema: { type: 'object', properties: {} }, strict: true },
    metadata: { trace: 'abc', deep: { list: [1, 2.5, null] } },
    user: 'someone',
    timeout_ms: 5000,
  };
  const tellingHooks = `
local p = { ${fields} }
function p.modify_body(body, _, opts) log.info("body " .. json.encode(opts)) return body end
function p.build_url(path, opts) log.info("url " .. json.encode(opts)) return opts.base_url .. path end
function p.authenticate(req, opts) log.info("auth " .. json.encode(opts)) return req end
return p`;
  const seenBy = (hook: string): unknown =>
    JSON.parse(
      acme.logs.find(line => line.startsWith(`acme info ${hook} `))?.slice(`acme info ${hook} `.length) ??
        'null',
    );

  it('there is none this test forgets', () => {
    expect(Object.keys(options).toSorted()).toEqual(Object.keys(requestOptionsSchema.shape).toSorted());
  });

  it('is all of them, whatever the dialect makes of them', async () => {
    await open(tellingHooks);
    await acme.ask(options);
    const call = { ...options, model: 'm', stream: true };
    expect(seenBy('body')).toEqual(call);
    expect(seenBy('url')).toEqual({ ...call, base_url: acme.upstream.url });
    const auth = { base_url: acme.upstream.url, api_key: '', auth_header: 'authorization' };
    expect(seenBy('auth')).toEqual({ ...call, ...auth });
  });

  it('is the same for bytes that pass', async () => {
    await open(tellingHooks.replace(/function p\.modify_body.*\n/, ''));
    await acme.pass(
      '{"model":"acme/m","stream":true,"messages":[{"role":"user","content":"Hi"}],"temperature":0.5,"reasoning_effort":"high","seed":7,"user":"someone","x_unknown":1}',
    );
    const call = {
      temperature: 0.5,
      reasoning_effort: 'high',
      seed: 7,
      user: 'someone',
      model: 'm',
      stream: true,
    };
    expect(seenBy('url')).toMatchObject({ ...call, base_url: acme.upstream.url });
    expect(seenBy('auth')).toMatchObject({ ...call, auth_header: 'authorization' });
    expect(JSON.parse(acme.last().body)).toHaveProperty('x_unknown', 1);
  });

  it('of lists and health checks is the address they go to', async () => {
    await open(
      `local p = { ${fields}, health_endpoint = "/well" } function p.authenticate(req, opts) req.headers["x-signed"] = req.method .. " " .. req.url return req end return p`,
    );
    acme.upstream.answer = (_request, response) => sendJson(response, 200, { data: [] });
    await acme.engine.checkBackend('acme');
    expect(acme.upstream.requests.map(({ path, headers }) => [path, headers['x-signed']])).toEqual([
      ['/well', `GET ${acme.upstream.url}/well`],
      ['/v1/models', `GET ${acme.upstream.url}/v1/models`],
    ]);
  });
});

describe('on_request', () => {
  const call = (hook: string) => open(`local p = { ${fields} }\n${hook}\nreturn p`);

  it('may ask for another model, also where the model stands in the address', async () => {
    await call('function p.on_request(req) req.model = "other" return req end');
    await acme.ask();
    expect(JSON.parse(acme.last().body)).toMatchObject({ model: 'other' });
    acme.writeScript(
      'acme',
      `local p = { ${fields.replace('openai_completions', 'google_gemini')} } function p.on_request(req) req.model = "a/b$&" return req end return p`,
    );
    acme.engine.reload();
    await failure(acme.ask()); // the answer is of another dialect
    expect(acme.last().path).toContain('/models/a%2Fb%24%26:');
    expect(JSON.parse(acme.last().body)).not.toHaveProperty('model');
  });

  it('may use GET, and no other method than POST', async () => {
    await call('function p.on_request(req) req.method = "get" return req end');
    await acme.ask();
    expect(acme.last()).toMatchObject({ method: 'GET', body: '' });
    acme.writeScript(
      'acme',
      `local p = { ${fields} } function p.on_request(req) req.method = "DELETE" return req end return p`,
    );
    acme.engine.reload();
    expect((await failure(acme.ask())).message).toContain('GET or POST only');
    expect(acme.upstream.requests).toHaveLength(1);
  });
});

describe('a key that may be left out', () => {
  const script = 'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key_optional = true }';

  it('is not asked for, and sent where there is one', async () => {
    await open(script);
    await acme.ask();
    expect(acme.last().headers.authorization).toBeUndefined();
    expect(await acme.engine.listBackends()).toMatchObject([
      { needs_key: false, key: null, key_error: null },
    ]);
    const line = { name: 'acme', type: 'acme', api_key: 'sk-given-0123456789' };
    acme.setConfig({ llm: { backends: [line] } });
    await acme.ask();
    expect(acme.last().headers.authorization).toBe('Bearer sk-given-0123456789');
    expect(await acme.engine.listBackends()).toMatchObject([{ key: { tier: 'settings' } }]);
  });

  it('is sent when it comes with the call alone', async () => {
    await open(script);
    const stream = await acme.engine.streamDeltas(
      await acme.engine.resolveModel('acme/m'),
      { messages: [], options: {}, stream: true },
      {
        client: 'test',
        dialect_in: null,
        model_asked: 'acme/m',
        signal: new AbortController().signal,
        api_key: 'sk-of-the-call-0123',
      },
    );
    for await (const _delta of stream.deltas);
    expect(acme.last().headers.authorization).toBe('Bearer sk-of-the-call-0123');
  });

  it('goes as Bearer token also from a script with protocol', async () => {
    await open(
      'return { protocol = "openai_compat", base_url = "UPSTREAM", completions_endpoint = "/v1/chat/completions", api_key_optional = true }',
      { line: { api_key: 'sk-given-0123456789' } },
    );
    await acme.ask();
    expect(acme.last().headers.authorization).toBe('Bearer sk-given-0123456789');
  });

  it('is missed where the settings name one that is not there', async () => {
    await open(script, { line: { api_key: 'env:NOT_SET_ANYWHERE' } });
    expect(await failure(acme.ask())).toMatchObject({ code: 'missing_env_var' });
  });
});

describe('lists of models', () => {
  const parsed = (list: string) =>
    `local p = { ${fields} } function p.parse_models() return ${list} end return p`;
  const list = async (script: string, answer: unknown = { data: [] }) => {
    await open(script);
    acme.upstream.answer = (_request, response) => sendJson(response, 200, answer);
    return acme.engine.listModels();
  };

  it('lose what is no model, and wrong facts, and say so', async () => {
    const { models, problems } = await list(
      parsed(
        '{ 1, { name = "no id" }, { id = "a", context_size = "many", input_cost = 1 }, { id = "b", input_modalities = { "text", "smell" }, context_size = 5 } }',
      ),
    );
    expect(models).toMatchObject([
      { id: 'acme/a', input_cost: 1 },
      { id: 'acme/b', context_size: 5 },
    ]);
    expect(models[0]).not.toHaveProperty('context_size');
    expect(problems).toEqual([]);
    expect(acme.logs).toEqual([
      expect.stringMatching(
        /^acme warn providers\/acme\.lua: .*entry 1, which has no id, entry 2, which has no id, context_size of a and 1 more\.$/,
      ),
    ]);
  });

  it('of the upstream likewise', async () => {
    const { models } = await list(`return { ${fields} }`, {
      data: [null, 'x', { id: '' }, { id: 'a', created: 5, name: null }],
    });
    expect(models).toMatchObject([{ id: 'acme/a', name: 'a' }]);
    expect(acme.logs).toHaveLength(1);
  });

  it.each(['nil', '"junk"', '5', '{ id = "a" }'])('that are %s are an error', async junk => {
    const { models, problems } = await list(parsed(junk));
    expect(models).toEqual([]);
    expect(problems).toMatchObject([{ error: { code: 'script_result' } }]);
  });

  it('name a model once, each field as it was said last', async () => {
    const { models } = await list(
      `return { ${fields}, models = { { id = "a", context_size = 1, input_cost = 1 }, { id = "b" }, { id = "a", name = "A", input_cost = 2 } } }`,
    );
    expect(
      models.map(({ id, name, context_size, input_cost }) => ({ id, name, context_size, input_cost })),
    ).toEqual([
      { id: 'acme/a', name: 'A', context_size: 1, input_cost: 2 },
      { id: 'acme/b', name: 'b', context_size: undefined, input_cost: undefined },
    ]);
  });

  it('of a script that takes the place of a built-in are those shipped with it, unless it brings its own', async () => {
    await open('return nil');
    acme.writeScript(
      'opencode',
      'local models = load_models("models/opencode.json") table.insert(models, { id = "mine", dialect = "openai_completions" }) return { base_url = "UPSTREAM", auth_type = "none", models = models }',
    );
    acme.setConfig({ llm: { backends: [{ name: 'oc', type: 'opencode' }] } });
    const { models } = await acme.engine.listModels();
    expect(models.length).toBeGreaterThan(20);
    expect(models.at(-1)).toMatchObject({ id: 'oc/mine' });
    mkdirSync(join(acme.userDir, 'models'));
    writeFileSync(join(acme.userDir, 'models', 'opencode.json'), '[{"id":"own","dialect":"ollama_chat"}]');
    acme.engine.reload();
    expect((await acme.engine.listModels()).models.map(({ id }) => id)).toEqual(['oc/own', 'oc/mine']);
  });

  it('are made by hooks that know the key', async () => {
    await open(
      'local p = { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "k-0123456789" } function p.models() return { { id = "with-" .. #config.api_key } } end function p.health_check() return config.api_key ~= "" end return p',
    );
    expect((await acme.engine.listModels()).models).toMatchObject([{ id: 'acme/with-12' }]);
    expect(await acme.engine.checkBackend('acme')).toMatchObject({ ok: true });
  });
});

describe('a check of a backend', () => {
  const check = async (status: number, body: unknown, extra = ', health_endpoint = "/v1/models"') => {
    await open(`return { ${fields}${extra} }`);
    acme.upstream.answer = (_request, response) => sendJson(response, status, body);
    return acme.engine.checkBackend('acme');
  };

  it.each([
    [400, /refuses the request, perhaps for its key \(400\) \(API key not valid\)/],
    [401, /refuses the key \(401\) \(API key not valid\)/],
    [402, /\(402\)/],
    [403, /refuses the key \(403\)/],
    [410, /\(410\)/],
    [500, /has a problem of its own/],
  ])('with %d at an address of its own says why', async (status, error) => {
    const result = await check(status, { error: { message: 'API key\nnot valid' } });
    expect(result).toMatchObject({ ok: false, reachable: true, error: expect.stringMatching(error) });
  });

  it.each([404, 405, 429])('with %d there goes on to the models', async status => {
    const result = await check(status, { error: 'no' });
    expect(result.error ?? '').not.toContain('refuses');
  });

  it('keeps what an upstream says on one line', async () => {
    const { error } = await check(400, { error: { message: 'one\ntwo\u001b[2J three\u202e' } });
    expect(error).toContain('(one two [2J three)');
  });

  it('does not call somebody reachable who was never asked', async () => {
    await open(`local p = { ${fields} } function p.authenticate() return nil, "no" end return p`);
    expect(await acme.engine.checkBackend('acme')).toMatchObject({ ok: false, reachable: null });
    expect(acme.upstream.requests).toHaveLength(0);
  });
});
