import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import { sendJson } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

type Body = Record<string, unknown>;

/** Exactly representable as float32, so that no encoding changes them. */
const vectors = [
  [0.5, -0.25, 1],
  [0, 2, -8.125],
];

const openaiAnswer = (list: unknown[] = vectors): Body => ({
  object: 'list',
  data: list.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'text-embedding-up',
  usage: { prompt_tokens: 9, total_tokens: 9 },
});

function base64(vector: number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

const answerAs =
  (body: unknown): ScriptedUpstream['answer'] =>
  (_request, response) =>
    sendJson(response, 200, body);

const ledgerRow = {
  client: 'tool',
  dialect_in: 'openai_completions',
  status: 'ok',
  http_status: 200,
  output_tokens: null,
  attempts: 1,
};

describe('POST /v1/embeddings to an upstream with the same address', () => {
  it.each(['openai', 'responses'])(
    "passes the tool's own fields and the answer's to and from %s",
    async backend => {
      const { ask, upstream, engine } = await startAllDialects(
        answerAs({ ...openaiAnswer(), made_up: true }),
      );
      const body = { input: ['one', 'two'], dimensions: 3, user: 'u', input_type: 'query' };
      const answer = await ask('/v1/embeddings', { model: `${backend}/e-1`, ...body });
      expect([answer.status, answer.json]).toEqual([200, { ...openaiAnswer(), made_up: true }]);
      expect(answer.headers.get('parley-backend')).toBe(backend);
      expect(answer.headers.get('parley-model')).toBe('e-1');
      expect(answer.headers.get('parley-attempts')).toBe('1');
      expect(upstream.requests.map(({ path }) => path)).toEqual(['/v1/embeddings']);
      expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({ model: 'e-1', ...body });
      const [row] = await engine.waitForRows(1);
      expect(row).toMatchObject({
        ...ledgerRow,
        id: answer.headers.get('x-request-id'),
        backend,
        model_asked: `${backend}/e-1`,
        model_answered: 'text-embedding-up',
        input_tokens: 9,
        tokens_origin: 'reported',
      });
    },
  );

  it('goes beside an address of its own for the chat', async () => {
    const { ask, upstream } = await startAllDialects(answerAs(openaiAnswer()));
    await ask('/v1/embeddings', { model: 'below/e', input: 'one' });
    expect(upstream.requests[0]?.path).toBe('/v4/embeddings');
  });

  it('does not run hooks made for chats', async () => {
    const { ask, upstream } = await startAllDialects(answerAs(openaiAnswer()));
    await ask('/v1/embeddings', { model: 'hooked/e', input: [1, 2, 3] });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({ model: 'e', input: [1, 2, 3] });
  });

  it('hands on base64, and makes it of numbers where the upstream does not know it', async () => {
    for (const list of [vectors.map(base64), vectors]) {
      const { ask } = await startAllDialects(answerAs(openaiAnswer(list)));
      const answer = await ask('/v1/embeddings', {
        model: 'openai/e',
        input: ['a', 'b'],
        encoding_format: 'base64',
      });
      expect(answer.json['data']).toEqual(openaiAnswer(vectors.map(base64))['data']);
      expect(answer.json['usage']).toEqual({ prompt_tokens: 9, total_tokens: 9 });
    }
  });

  it('makes numbers of base64 for a tool that did not ask for it', async () => {
    const { ask } = await startAllDialects(answerAs(openaiAnswer(vectors.map(base64))));
    const answer = await ask('/v1/embeddings', { model: 'openai/e', input: ['a', 'b'] });
    expect(answer.json['data']).toEqual(openaiAnswer()['data']);
  });

  it('asks again for numbers where base64 is refused, in one row', async () => {
    const { ask, upstream, engine } = await startAllDialects((request, response) => {
      if (request.body.includes('base64'))
        sendJson(response, 422, { detail: [{ msg: 'encoding_format: not supported' }] });
      else sendJson(response, 200, openaiAnswer());
    });
    const answer = await ask('/v1/embeddings', {
      model: 'openai/e',
      input: ['a', 'b'],
      encoding_format: 'base64',
    });
    expect(answer.json['data']).toEqual(openaiAnswer(vectors.map(base64))['data']);
    expect(upstream.requests.map(({ body }) => (JSON.parse(body) as Body)['encoding_format'])).toEqual([
      'base64',
      'float',
    ]);
    expect(await engine.waitForRows(1)).toHaveLength(1);
  });
});

describe('POST /v1/embeddings to Gemini', () => {
  const answerBatch: ScriptedUpstream['answer'] = (request, response) => {
    const { requests } = JSON.parse(request.body) as {
      requests: { content: { parts: { text: string }[] } }[];
    };
    const embeddings = requests.map(({ content }) => ({ values: [Number(content.parts[0]?.text)] }));
    sendJson(response, 200, { embeddings });
  };

  it('becomes batches of a hundred, in order, in one row', async () => {
    const { ask, upstream, engine } = await startAllDialects(answerBatch);
    const input = Array.from({ length: 250 }, (_none, index) => String(index));
    const answer = await ask('/v1/embeddings', { model: 'gemini/e-1', input, dimensions: 1, user: 'u' });
    const data = answer.json['data'] as { index: number; embedding: number[] }[];
    expect(data.map(({ index }) => index)).toEqual(input.map(Number));
    expect(data.map(({ embedding }) => embedding[0])).toEqual(input.map(Number));
    expect(upstream.requests.map(({ path }) => path)).toEqual(
      Array(3).fill('/v1beta/models/e-1:batchEmbedContents'),
    );
    const { requests } = JSON.parse(upstream.requests[2]?.body ?? '') as { requests: unknown[] };
    expect([requests.length, requests[0]]).toEqual([
      50,
      { model: 'models/e-1', content: { parts: [{ text: '200' }] }, outputDimensionality: 1 },
    ]);
    expect(answer.headers.get('parley-warnings')).toBe('ignored: user');
    expect(await engine.waitForRows(1)).toMatchObject([
      {
        ...ledgerRow,
        backend: 'gemini',
        dialect_out: 'google_gemini',
        input_tokens: 250,
        tokens_origin: 'estimated',
      },
    ]);
  });

  it('says that the tokens are estimated where Gemini does not count them', async () => {
    const { ask } = await startAllDialects(answerBatch);
    const answer = await ask('/v1/embeddings', { model: 'gemini/e', input: '7' });
    expect(answer.headers.get('parley-tokens')).toBe('estimated');
    expect(answer.json['usage']).toEqual({ prompt_tokens: 1, total_tokens: 1 });
    expect(answer.json['model']).toBe('gemini/e');
  });

  it('takes its count where it has one, and gives base64 where it is asked for', async () => {
    const { ask } = await startAllDialects(
      answerAs({ embeddings: [{ values: [0.5, -0.25, 1] }], usageMetadata: { promptTokenCount: 4 } }),
    );
    const answer = await ask('/v1/embeddings', {
      model: 'gemini/e',
      input: ['x'],
      encoding_format: 'base64',
    });
    expect(answer.json).toMatchObject({
      data: [{ embedding: base64([0.5, -0.25, 1]) }],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    expect(answer.headers.get('parley-tokens')).toBeNull();
  });
});

describe('POST /v1/embeddings to Ollama', () => {
  it('becomes /api/embed', async () => {
    const { ask, upstream, engine } = await startAllDialects(
      answerAs({ model: 'nomic', embeddings: vectors, prompt_eval_count: 6 }),
    );
    const answer = await ask('/v1/embeddings', { model: 'ollama/nomic', input: ['a', 'b'], dimensions: 3 });
    expect(answer.json).toEqual({
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'nomic',
      usage: { prompt_tokens: 6, total_tokens: 6 },
    });
    expect(upstream.requests.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/api/embed', { model: 'nomic', input: ['a', 'b'], dimensions: 3 }],
    ]);
    expect(await engine.waitForRows(1)).toMatchObject([{ ...ledgerRow, input_tokens: 6 }]);
  });
});

describe("other vendors' addresses for embeddings", () => {
  it("passes an Ollama tool's own body to Ollama", async () => {
    const own = { model: 'nomic', embeddings: vectors, total_duration: 5, prompt_eval_count: 6 };
    const { ask, upstream } = await startAllDialects(answerAs(own));
    const answer = await ask('/api/embed', {
      model: 'ollama/nomic:latest',
      input: ['a', 'b'],
      keep_alive: '5m',
    });
    expect(answer.json).toEqual(own);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      model: 'nomic',
      input: ['a', 'b'],
      keep_alive: '5m',
    });
  });

  it('answers Ollama tools from other upstreams, in both of its shapes', async () => {
    const { ask, upstream } = await startAllDialects(answerAs(openaiAnswer([vectors[0]])));
    const embed = await ask('/api/embed', { model: 'openai/e', input: 'a', truncate: true });
    expect(embed.json).toEqual({
      model: 'text-embedding-up',
      embeddings: [vectors[0]],
      total_duration: 0,
      load_duration: 0,
      prompt_eval_count: 9,
    });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      model: 'e',
      input: ['a'],
      encoding_format: 'base64',
    });
    const one = await ask('/api/embeddings', { model: 'openai/e', prompt: 'a' });
    expect(one.json).toEqual({ embedding: vectors[0] });
  });

  it("passes a Gemini tool's batch to Gemini with its models renamed", async () => {
    const own = { embeddings: vectors.map(values => ({ values })), usageMetadata: { promptTokenCount: 2 } };
    const { ask, upstream } = await startAllDialects(answerAs(own));
    const request = { model: 'models/gemini/e', content: { parts: [{ text: 'a' }] }, taskType: 'CLUSTERING' };
    const answer = await ask('/v1beta/models/gemini/e:batchEmbedContents', { requests: [request, request] });
    expect(answer.json).toEqual(own);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      requests: [
        { ...request, model: 'models/e' },
        { ...request, model: 'models/e' },
      ],
    });
  });

  it('answers Gemini tools from other upstreams', async () => {
    const { ask } = await startAllDialects(
      answerAs({ model: 'm', embeddings: [vectors[0]], prompt_eval_count: 3 }),
    );
    const one = await ask('/v1beta/models/ollama/m:embedContent', { content: { parts: [{ text: 'a' }] } });
    expect(one.json).toEqual({ embedding: { values: vectors[0] }, usageMetadata: { promptTokenCount: 3 } });
    const batch = await ask('/v1beta/models/ollama/m:batchEmbedContents', {
      requests: [{ content: { parts: [{ text: 'a' }] }, task_type: 'CLUSTERING' }],
    });
    expect(batch.json).toEqual({
      embeddings: [{ values: vectors[0] }],
      usageMetadata: { promptTokenCount: 3 },
    });
    expect(batch.headers.get('parley-warnings')).toBe('ignored: taskType');
  });
});

describe('embeddings that cannot be had', () => {
  it('are refused by a provider that has none, in one row', async () => {
    const { ask, upstream, engine } = await startAllDialects();
    const answer = await ask('/v1/embeddings', { model: 'anthropic/c', input: 'x' });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('no embeddings') as unknown } },
    ]);
    expect(upstream.requests).toEqual([]);
    expect(await engine.waitForRows(1)).toMatchObject([
      { backend: 'anthropic', status: 'error', error_code: 'unknown_model' },
    ]);
  });

  it('are asked of the next target of an alias', async () => {
    const aliases = { vectors: ['anthropic/c', 'openai/e'] };
    const { ask, engine } = await startAllDialects(answerAs(openaiAnswer()), { aliases });
    const answer = await ask('/v1/embeddings', { model: 'vectors', input: ['one', 'two'] });
    expect([answer.status, answer.headers.get('parley-backend')]).toEqual([200, 'openai']);
    expect(await engine.waitForRows(1)).toMatchObject([{ backend: 'openai', status: 'ok', attempts: 2 }]);
  });

  it.each(['gemini', 'ollama'])('are refused for tokens where %s takes only texts', async backend => {
    const { ask, upstream } = await startAllDialects();
    for (const input of [
      [1, 2],
      [[1, 2], [3]],
    ]) {
      const answer = await ask('/v1/embeddings', { model: `${backend}/e`, input });
      expect([answer.status, answer.json]).toMatchObject([
        400,
        { error: { param: 'input', message: expect.stringContaining('not tokens') as unknown } },
      ]);
    }
    expect(upstream.requests).toEqual([]);
  });

  it.each([
    ['/v1/embeddings', 'not json', 400],
    ['/v1/embeddings', { input: 'x' }, 400],
    ['/v1/embeddings', { model: 'openai/e' }, 400],
    ['/v1/embeddings', { model: 'openai/e', input: [] }, 400],
    ['/v1/embeddings', { model: 'openai/e', input: ['a', 1] }, 400],
    ['/v1/embeddings', { model: 'openai/e', input: 'x', dimensions: -1 }, 400],
    ['/v1/embeddings', { model: 'openai/e', input: 'x', encoding_format: 'hex' }, 400],
    ['/v1/embeddings', { model: 'nobody/e', input: 'x' }, 404],
    ['/api/embed', { model: 'openai/e', input: [1] }, 400],
    ['/api/embeddings', { model: 'openai/e', input: 'x' }, 400],
    ['/v1beta/models/ollama/e:batchEmbedContents', { requests: [] }, 400],
    ['/v1beta/models/ollama/e:embedContent', {}, 400],
  ])('%s %j is refused with %i before anybody is asked', async (path, body, status) => {
    const { ask, upstream } = await startAllDialects();
    const answer = await ask(path, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty('error');
    // A name without a backend is looked up in the lists of models.
    expect(upstream.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each([
    [429, { error: { message: 'Slow down.', type: 'rate_limit_error' } }],
    [500, { error: { message: 'Broken.' } }],
  ])("keep the upstream's status %i", async (status, body) => {
    const { ask, engine } = await startAllDialects((_request, response) =>
      sendJson(response, status, body, { 'retry-after': '7' }),
    );
    const answer = await ask('/v1/embeddings', { model: 'openai/e', input: 'x' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await engine.waitForRows(1)).toMatchObject([{ status: 'error', http_status: status }]);
  });

  it.each([
    ['nothing', '{}'],
    ['a web page', '<html>'],
    ['a chat', JSON.stringify({ choices: [] })],
    ['a vector that is none', JSON.stringify({ data: [{ embedding: ['x'] }] })],
    ['one vector of two', JSON.stringify({ data: [{ embedding: [1] }, { embedding: null }] })],
    ['half a float', JSON.stringify({ data: [{ embedding: 'AAAA' }] })],
  ])('are an error of the upstream where it answers with %s', async (_name, text) => {
    const { ask, engine } = await startAllDialects((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(text);
    });
    const answer = await ask('/v1/embeddings', { model: 'openai/e', input: 'x' });
    expect([answer.status, answer.json]).toMatchObject([502, { error: { code: 'upstream_not_json' } }]);
    expect(await engine.waitForRows(1)).toMatchObject([{ status: 'error', error_code: 'upstream_not_json' }]);
  });

  it('stop at the upstream when the tool leaves', async () => {
    const { url, upstream, engine } = await startAllDialects(() => {});
    const controller = new AbortController();
    const gone = fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ model: 'openai/e', input: 'x' }),
      signal: controller.signal,
    }).catch(() => 'gone');
    await expect.poll(() => upstream.requests.length).toBe(1);
    controller.abort();
    await upstream.requests[0]?.aborted;
    expect(await gone).toBe('gone');
    expect(await engine.waitForRows(1)).toMatchObject([{ status: 'cancelled' }]);
  });
});

it("works with OpenAI's own client, which asks for base64 without being told to", async () => {
  const { url } = await startAllDialects(answerAs({ model: 'm', embeddings: vectors, prompt_eval_count: 6 }));
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k' });
  const answer = await client.embeddings.create({ model: 'ollama/m', input: ['a', 'b'] });
  expect(answer.data.map(({ embedding }) => [...embedding])).toEqual(vectors);
  expect(answer.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
});
