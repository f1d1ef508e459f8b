import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

const path = '/v1/completions';
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

const ownAnswer = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'base-1',
  choices: [{ text: 'return a + b', index: 0, logprobs: null, finish_reason: 'stop' }],
  usage,
  made_up: true,
};

const chatAnswer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'scripted-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there.' }, finish_reason: 'stop' }],
  usage,
};

/** Knows both addresses, streamed and not. */
const answerAll: ScriptedUpstream['answer'] = (request, response) => {
  const { stream } = JSON.parse(request.body) as { stream?: boolean };
  if (request.path === path) {
    if (!stream) sendJson(response, 200, ownAnswer);
    else sendStream(response, textPieces(['return ', 'a + b']));
  } else if (stream) sendStream(response, textChunks(['Hello', ' there.'], usage));
  else sendJson(response, 200, chatAnswer);
};

/** Has chats only, as OpenAI for its newer models. */
const answerChats: ScriptedUpstream['answer'] = (request, response) => {
  if (request.path === path) {
    const message = 'This is a chat model and not supported in the v1/completions endpoint.';
    sendJson(response, 404, {
      error: { message, type: 'invalid_request_error', param: 'model', code: null },
    });
  } else void answerAll(request, response);
};

function textPieces(texts: string[]): Record<string, unknown>[] {
  const head = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'base-1' };
  return [
    ...texts.map(text => ({ ...head, choices: [{ text, index: 0, logprobs: null, finish_reason: null }] })),
    { ...head, choices: [{ text: '', index: 0, logprobs: null, finish_reason: 'stop' }] },
    { ...head, choices: [], usage },
  ];
}

function events(text: string): unknown[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) =>
    data === '[DONE]' ? data : JSON.parse(data),
  );
}

describe('an upstream with the same address', () => {
  it("gets the tool's own body, whatever is in it, and its answer goes back as it is", async () => {
    const { ask, upstream, engine } = await startAllDialects(answerAll);
    const body = {
      prompt: ['def add(a, b):', 'x'],
      suffix: '\n',
      echo: true,
      logprobs: 2,
      best_of: 3,
      top_k: 1,
    };
    const answer = await ask(path, { model: 'openai/base', ...body });
    expect([answer.status, answer.json]).toEqual([200, ownAnswer]);
    expect(upstream.requests.map(request => [request.path, JSON.parse(request.body)])).toEqual([
      [path, { model: 'base', ...body }],
    ]);
    expect(await engine.waitForRows(1)).toMatchObject([
      {
        dialect_in: 'openai_completions',
        dialect_out: 'openai_completions',
        status: 'ok',
        model_answered: 'base-1',
        input_tokens: 7,
        output_tokens: 3,
        attempts: 1,
      },
    ]);
  });

  it('streams, with usage asked for and taken out again', async () => {
    const { ask, upstream, engine } = await startAllDialects(answerAll);
    const answer = await ask(path, { model: 'openai/base', prompt: 'a', stream: true });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toMatchObject({
      stream_options: { include_usage: true },
    });
    expect(events(answer.text)).toEqual([...textPieces(['return ', 'a + b']).slice(0, 3), '[DONE]']);
    expect(await engine.waitForRows(1)).toMatchObject([
      { status: 'ok', input_tokens: 7, output_tokens: 3, first_token_ms: expect.any(Number) as unknown },
    ]);
  });

  it('is found beside an address of its own for the chat', async () => {
    const { ask, upstream } = await startAllDialects((request, response) => {
      if (request.path === '/v4/completions') sendJson(response, 200, ownAnswer);
      else sendJson(response, 404, {});
    });
    expect((await ask(path, { model: 'below/base', prompt: 'a' })).json).toEqual(ownAnswer);
    expect(upstream.requests).toHaveLength(1);
  });

  it('keeps its own errors but the one that it has no such address', async () => {
    const { ask, upstream } = await startAllDialects((_request, response) =>
      sendJson(response, 400, { error: { message: 'Too long.', type: 'invalid_request_error', code: 'x' } }),
    );
    const answer = await ask(path, { model: 'openai/base', prompt: 'a' });
    expect([answer.status, answer.json]).toMatchObject([400, { error: { message: 'Too long.', code: 'x' } }]);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is interrupted where its stream is cut, in one row', async () => {
    const { ask, engine } = await startAllDialects((_request, response) =>
      sendStream(response, textPieces(['ret']).slice(0, 1), false),
    );
    const answer = await ask(path, { model: 'openai/base', prompt: 'a', stream: true });
    expect(events(answer.text)).toMatchObject([{ choices: [{ text: 'ret' }] }, { error: {} }]);
    expect(await engine.waitForRows(1)).toMatchObject([
      { status: 'interrupted', error_code: 'incomplete_stream' },
    ]);
  });
});

describe('an upstream without it', () => {
  it('is asked in a chat, in one row, and remembered for the next time', async () => {
    const { ask, upstream, engine } = await startAllDialects(answerChats);
    const asked = { model: 'openai/m', prompt: 'Say hello', max_tokens: 9, stop: ['\n'], top_k: 3 };
    const first = await ask(path, asked);
    expect(first.json).toEqual({
      id: 'cmpl-1',
      object: 'text_completion',
      created: expect.any(Number) as number,
      model: 'scripted-1',
      choices: [{ text: 'Hello there.', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage,
    });
    await ask(path, asked);
    expect(upstream.requests.map(request => request.path)).toEqual([
      path,
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    expect(JSON.parse(upstream.requests[1]?.body ?? '')).toMatchObject({
      model: 'm',
      messages: [{ role: 'user', content: 'Say hello' }],
      max_tokens: 9,
      stop: ['\n'],
    });
    expect(await engine.waitForRows(2)).toMatchObject([
      { status: 'ok', attempts: 2, input_tokens: 7 },
      { status: 'ok', attempts: 1 },
    ]);
  });

  it('for one model may have it for another', async () => {
    const { ask, upstream } = await startAllDialects((request, response) => {
      const isOld = request.body.includes('"model":"old"');
      void (isOld ? answerAll : answerChats)(request, response);
    });
    await ask(path, { model: 'openai/new', prompt: 'a' });
    expect((await ask(path, { model: 'openai/old', prompt: 'a' })).json).toEqual(ownAnswer);
    expect(upstream.requests.at(-1)?.path).toBe(path);
  });

  it.each([true, false])(
    'streams text completions with usage only where it is asked for (%s)',
    async wanted => {
      const { ask } = await startAllDialects(answerChats);
      const answer = await ask(path, {
        model: 'openai/m',
        prompt: ['Say hello'],
        stream: true,
        ...(wanted && { stream_options: { include_usage: true } }),
      });
      const head = {
        id: 'cmpl-1',
        object: 'text_completion',
        created: expect.any(Number) as number,
        model: 'scripted-1',
      };
      const chunk = (text: string, reason: string | null): unknown => ({
        ...head,
        choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
        ...(wanted && { usage: null }),
      });
      expect(events(answer.text)).toEqual([
        chunk('Hello', null),
        chunk(' there.', null),
        chunk('', 'stop'),
        ...(wanted ? [{ ...head, choices: [], usage }] : []),
        '[DONE]',
      ]);
    },
  );

  it.each(['anthropic', 'gemini', 'ollama', 'responses', 'hooked'])(
    'of another kind (%s) is asked in a chat at once',
    async backend => {
      const { ask, upstream } = await startAllDialects((_request, response) => sendJson(response, 400, {}));
      await ask(path, { model: `${backend}/m`, prompt: 'Say hello', max_tokens: 9 });
      expect(upstream.requests).toHaveLength(1);
      expect(upstream.requests[0]?.path).not.toBe(path);
      expect(upstream.requests[0]?.body).toContain('Say hello');
    },
  );

  it.each([
    ['suffix', { suffix: 'b' }],
    ['echo', { echo: true }],
    ['logprobs', { logprobs: 0 }],
    ['best_of', { best_of: 2 }],
    ['n', { n: 2 }],
    ['logit_bias', { logit_bias: { 1: -100 } }],
    ['prompt', { prompt: ['a', 'b'] }],
    ['prompt', { prompt: [1, 2] }],
    ['prompt', { prompt: [[1, 2]] }],
    ['prompt', { prompt: '' }],
    ['prompt', { prompt: undefined }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: 'hot' }],
  ])('refuses what a chat cannot do, naming %s', async (param, fields) => {
    const { ask, upstream } = await startAllDialects();
    const answer = await ask(path, { model: 'anthropic/m', prompt: 'a', max_tokens: 5, ...fields });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', param } },
    ]);
    expect(upstream.requests).toEqual([]);
  });

  it('takes fields that ask for nothing', async () => {
    const { ask } = await startAllDialects(answerChats);
    const nothing = { suffix: null, echo: false, logprobs: null, best_of: 1, n: 1, logit_bias: {} };
    expect((await ask(path, { model: 'openai/m', prompt: 'a', ...nothing })).status).toBe(200);
  });

  it('reports an error inside the stream as OpenAI does', async () => {
    const { ask } = await startAllDialects((request, response) => {
      if (request.path === path) sendJson(response, 405, {});
      else
        sendStream(
          response,
          [...textChunks(['Hel'], null).slice(0, 2), { error: { message: 'Gone.' } }],
          false,
        );
    });
    const answer = await ask(path, { model: 'openai/m', prompt: 'a', stream: true });
    expect(events(answer.text)).toMatchObject([
      { choices: [{ text: 'Hel' }] },
      { error: { message: expect.stringContaining('Gone.') as unknown } },
    ]);
  });
});

it.each([
  ['{', 400],
  [{ prompt: 'a' }, 400],
  [{ model: 'nobody/m', prompt: 'a' }, 404],
])('%j is refused with %i', async (body, status) => {
  const { ask } = await startAllDialects();
  const answer = await ask(path, body);
  expect([answer.status, answer.json]).toMatchObject([status, { error: { type: 'invalid_request_error' } }]);
});

it("works with OpenAI's own client", async () => {
  const { url } = await startAllDialects(answerChats);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k' });
  const whole = await client.completions.create({ model: 'openai/m', prompt: 'a' });
  expect(whole.choices[0]?.text).toBe('Hello there.');
  let text = '';
  const stream = await client.completions.create({ model: 'openai/m', prompt: 'a', stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.text ?? '';
  expect(text).toBe('Hello there.');
});
