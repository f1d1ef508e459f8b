import { Ollama } from 'ollama';
import { describe, expect, it } from 'vitest';

import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

type Line = Record<string, unknown>;

function lines(text: string): Line[] {
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
}

function sendLines(response: Parameters<ScriptedUpstream['answer']>[1], list: Line[]): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.end(list.map(line => `${JSON.stringify(line)}\n`).join(''));
}

const generated = [
  { model: 'llama', created_at: '2026-01-01T00:00:00Z', response: 'Hel', done: false },
  { model: 'llama', created_at: '2026-01-01T00:00:00Z', response: 'lo', done: false },
  {
    model: 'llama',
    created_at: '2026-01-01T00:00:00Z',
    response: '',
    done: true,
    done_reason: 'stop',
    context: [1, 2],
    prompt_eval_count: 4,
    eval_count: 2,
  },
];

const chatStream: ScriptedUpstream['answer'] = (request, response) => {
  const { stream } = JSON.parse(request.body || '{}') as { stream?: boolean };
  if (request.method === 'GET') sendJson(response, 404, {});
  else if (stream) sendStream(response, textChunks(['Hello', ' there.']));
  else
    sendJson(response, 200, {
      model: 'scripted-1',
      choices: [
        { index: 0, message: { content: 'Hello there.', reasoning_content: 'Hm.' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3 },
    });
};

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('POST /api/generate to Ollama', () => {
  it("passes the tool's own body and the answer's bytes, streamed unless told not to be", async () => {
    const { ask, upstream, engine } = await startAllDialects((_request, response) =>
      sendLines(response, generated),
    );
    const body = { prompt: 'Hi', raw: true, template: '{{ .Prompt }}', context: [1], suffix: 'x', width: 5 };
    const answer = await ask('/api/generate', { model: 'ollama/llama:latest', ...body });
    expect(lines(answer.text)).toEqual(generated);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(upstream.requests.map(({ path, body: sent }) => [path, JSON.parse(sent)])).toEqual([
      ['/api/generate', { model: 'llama', ...body }],
    ]);
    expect(await engine.waitForRows(1)).toMatchObject([
      {
        client: 'tool',
        dialect_in: 'ollama_chat',
        dialect_out: 'ollama_chat',
        status: 'ok',
        model_answered: 'llama',
        first_token_ms: expect.any(Number) as unknown,
        input_tokens: 4,
        output_tokens: 2,
      },
    ]);
  });

  it('passes an answer that is not streamed', async () => {
    const whole = { ...generated[2], response: 'Hello' };
    const { ask, engine } = await startAllDialects((_request, response) => sendJson(response, 200, whole));
    expect((await ask('/api/generate', { model: 'ollama/llama', prompt: 'Hi', stream: false })).json).toEqual(
      whole,
    );
    expect(await engine.waitForRows(1)).toMatchObject([{ status: 'ok', input_tokens: 4, output_tokens: 2 }]);
  });

  it('lets it load a model', async () => {
    const loaded = { model: 'llama', response: '', done: true, done_reason: 'load' };
    const { ask, upstream } = await startAllDialects((_request, response) => sendJson(response, 200, loaded));
    expect((await ask('/api/generate', { model: 'ollama/llama', stream: false })).json).toEqual(loaded);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is interrupted where the stream ends too soon', async () => {
    const { ask, engine } = await startAllDialects((_request, response) =>
      sendLines(response, generated.slice(0, 1)),
    );
    const answer = await ask('/api/generate', { model: 'ollama/llama', prompt: 'Hi' });
    expect(lines(answer.text)).toMatchObject([{ response: 'Hel' }, { error: expect.any(String) as unknown }]);
    expect(await engine.waitForRows(1)).toMatchObject([{ status: 'interrupted' }]);
  });
});

describe('POST /api/generate to others', () => {
  it('asks in a chat and streams lines', async () => {
    const { ask, upstream, engine } = await startAllDialects(chatStream);
    const answer = await ask('/api/generate', {
      model: 'openai/m:latest',
      prompt: 'What is it?',
      system: 'Be brief.',
      images: [png],
      format: { type: 'object' },
      think: 'low',
      options: { num_predict: 9, temperature: 0.5 },
      keep_alive: '5m',
    });
    const head = { model: 'scripted-1', created_at: expect.any(String) as string };
    expect(lines(answer.text)).toEqual([
      { ...head, response: 'Hello', done: false },
      { ...head, response: ' there.', done: false },
      {
        ...head,
        response: '',
        done: true,
        done_reason: 'stop',
        total_duration: 0,
        load_duration: 0,
        prompt_eval_count: 7,
        prompt_eval_duration: 0,
        eval_count: 3,
        eval_duration: 0,
      },
    ]);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toMatchObject({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
      response_format: { type: 'json_schema' },
      reasoning_effort: 'low',
      temperature: 0.5,
      stream: true,
    });
    expect(answer.headers.get('parley-warnings')).toContain('keep_alive');
    expect(await engine.waitForRows(1)).toMatchObject([
      {
        model_asked: 'openai/m:latest',
        dialect_in: 'ollama_chat',
        dialect_out: 'openai_completions',
        status: 'ok',
      },
    ]);
  });

  it('answers whole with the reasoning beside the text', async () => {
    const { ask } = await startAllDialects(chatStream);
    const answer = await ask('/api/generate', { model: 'openai/m', prompt: 'Hi', stream: false });
    expect(answer.json).toMatchObject({
      response: 'Hello there.',
      thinking: 'Hm.',
      done: true,
      eval_count: 3,
    });
  });

  it.each([
    ['template', { template: 'x' }],
    ['suffix', { suffix: 'x' }],
    ['context', { context: [1] }],
    ['raw', { raw: true }],
    ['prompt', { prompt: 7 }],
    ['system', { system: 7 }],
    ['images', { images: 'x' }],
    ['images[0]', { images: ['not base64!'] }],
    ['format', { format: 7 }],
    ['think', { think: 'much' }],
    ['stream', { stream: 'no' }],
  ])('refuses what cannot be had, naming %s', async (name, fields) => {
    const { ask, upstream } = await startAllDialects();
    const answer = await ask('/api/generate', { model: 'openai/m', prompt: 'Hi', ...fields });
    expect(answer.status).toBe(400);
    const { error } = answer.json as { error: string };
    expect(error).toContain(name);
    expect(error).not.toContain('messages');
    expect(upstream.requests).toEqual([]);
  });

  it.each([
    [{}, 'load'],
    [{ prompt: '', images: [] }, 'load'],
    [{ keep_alive: 0 }, 'unload'],
    [{ keep_alive: '0s' }, 'unload'],
    [{ keep_alive: '10m' }, 'load'],
  ])('loads nothing for %j, and asks nobody', async (fields, reason) => {
    const { ask, upstream, engine } = await startAllDialects();
    for (const stream of [true, false]) {
      const answer = await ask('/api/generate', { model: 'openai/m', stream, ...fields });
      expect(lines(answer.text)).toEqual([
        {
          model: 'openai/m',
          created_at: expect.any(String) as string,
          response: '',
          done: true,
          done_reason: reason,
        },
      ]);
      expect(answer.headers.get('content-type')).toBe(stream ? 'application/x-ndjson' : 'application/json');
    }
    expect([upstream.requests, engine.rows]).toEqual([[], []]);
  });

  it.each(['/api/generate', '/api/chat', '/api/embed'])(
    '%s does not load a model there is not',
    async path => {
      const { ask } = await startAllDialects();
      const answer = await ask(path, {
        model: 'nobody/m',
        input: 'x',
        messages: [{ role: 'user', content: 'x' }],
      });
      expect([answer.status, answer.json]).toEqual([
        404,
        { error: expect.stringContaining('nobody/m') as unknown },
      ]);
    },
  );
});

describe('what Ollama tools ask beside chats', () => {
  const scripts = {
    listed: `return { dialect = "openai_completions", base_url = config.url, auth_type = "none", models = {
      { id = "big", name = "Big One", context_size = 200000, input_modalities = { "text", "image" }, reasoning = true, release_date = "2026-02-03" },
      { id = "small" } } }`,
  };
  const start = () =>
    startAllDialects(
      (request, response) =>
        sendJson(response, request.path === '/api/tags' ? 200 : 404, { models: [{ name: 'llama3:latest' }] }),
      { scripts },
    );

  it('lists the models', async () => {
    const { ask } = await start();
    const { json } = await ask('/api/tags');
    const models = json['models'] as Line[];
    expect(models.find(({ name }) => name === 'listed/big')).toEqual({
      name: 'listed/big',
      model: 'listed/big',
      modified_at: '2026-02-03T00:00:00.000Z',
      size: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      details: {
        parent_model: '',
        format: '',
        family: 'listed',
        families: ['listed'],
        parameter_size: '',
        quantization_level: '',
      },
      capabilities: ['completion', 'tools', 'vision', 'thinking'],
    });
    expect(new Set(models.map(({ digest }) => digest)).size).toBe(models.length);
  });

  it.each(['model', 'name'])('shows one, named by %s, with and without its tag', async field => {
    const { ask } = await start();
    for (const name of ['listed/big', 'listed/big:latest']) {
      const { json } = await ask('/api/show', { [field]: name });
      expect(json).toMatchObject({
        capabilities: ['completion', 'tools', 'vision', 'thinking'],
        details: { family: 'listed' },
        model_info: {
          'general.architecture': 'listed',
          'general.basename': 'Big One',
          'listed.context_length': 200_000,
        },
        modified_at: '2026-02-03T00:00:00.000Z',
      });
    }
  });

  it.each([
    ['/api/show', { model: 'listed/none' }, 404],
    ['/api/show', { model: 'nobody/none' }, 404],
    ['/api/show', {}, 400],
    ['/api/show', '', 400],
    ['/api/show', '[]', 400],
  ])('%s %j is refused with %i', async (path, body, status) => {
    const { ask } = await start();
    const answer = await ask(path, body, { method: 'POST' });
    expect([answer.status, answer.json]).toEqual([status, { error: expect.any(String) as unknown }]);
  });

  it('says a version that tools take for new enough, and that nothing is loaded', async () => {
    const { ask } = await start();
    const { version } = (await ask('/api/version')).json as { version: string };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(14);
    expect((await ask('/api/ps')).json).toEqual({ models: [] });
  });

  it('is there, without a key', async () => {
    const { ask } = await start();
    const none = { headers: { authorization: '' } };
    const get = await ask('/', undefined, none);
    expect([get.status, get.text]).toEqual([200, expect.stringContaining('Ollama is running') as unknown]);
    const head = await ask('/', undefined, { ...none, method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await ask('/api/tags', undefined, none)).status).toBe(401);
  });

  it('reaches a model without its backend, with and without its tag', async () => {
    const { ask, upstream } = await startAllDialects(
      (request, response) => {
        if (request.method === 'GET') sendJson(response, 200, { models: [{ name: 'llama3:latest' }] });
        else sendLines(response, generated);
      },
      {
        scripts: {
          local: `return { dialect = "ollama_chat", base_url = config.url, auth_type = "none",
      models = { { id = "llama3:latest" } } }`,
        },
      },
    );
    for (const model of ['llama3', 'llama3:latest']) {
      expect((await ask('/api/generate', { model, prompt: 'Hi' })).status).toBe(200);
    }
    const sent = upstream.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as Line);
    expect(sent.map(({ model }) => model)).toEqual(['llama3:latest', 'llama3:latest']);
  });

  it("works with Ollama's own client", async () => {
    const { url } = await startAllDialects(chatStream, { scripts });
    const client = new Ollama({ host: url, headers: { authorization: 'Bearer k' } });
    expect((await client.list()).models.map(({ name }) => name)).toContain('listed/big');
    expect((await client.show({ model: 'listed/big' })).capabilities).toContain('vision');
    let text = '';
    for await (const part of await client.generate({ model: 'listed/big', prompt: 'Hi', stream: true }))
      text += part.response;
    expect(text).toBe('Hello there.');
    expect((await client.generate({ model: 'listed/big', prompt: 'Hi' })).response).toBe('Hello there.');
    expect((await client.ps()).models).toEqual([]);
    await expect(client.show({ model: 'listed/none' })).rejects.toThrow('listed/none');
  });
});
