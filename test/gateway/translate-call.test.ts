import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { StopSignal } from '../../electron/engine/engine.ts';
import { aborted, createFakeEngine } from './fake-engine.ts';
import type { FakeEngineOptions } from './fake-engine.ts';
import { startGateway, startRequest, withKey } from './start-gateway.ts';

const asked = { model: 'hooked/m', messages: [{ role: 'user', content: 'hi' }] };
const streamed = { ...asked, stream: true };
const path = '/v1/chat/completions';
const uuid = /^[0-9a-f-]{36}$/;

const text = (delta: string): Delta => ({ type: 'block_delta', block: 'text', index: 0, delta });
const failure: Delta = {
  type: 'error',
  error: { code: 'stream_error', message: 'hooked is overloaded.', http_status: 529 },
};

async function* deltasOf(...deltas: Delta[]): AsyncIterable<Delta> {
  yield* deltas;
}

const start = async (deltas?: FakeEngineOptions['deltas']) => {
  const engine = createFakeEngine(deltas ? { deltas } : {});
  return { engine, ...(await startGateway({ engine, now: () => 1_700_000_000_500 })) };
};

function framesOf(body: string): unknown[] {
  return body
    .split('\n\n')
    .filter(frame => frame !== '')
    .map(frame => frame.replace('data: ', ''))
    .map(data => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));
}

describe('a whole answer', () => {
  it("has the tool's shape and says who answered", async () => {
    const { engine, chat } = await start();
    const answer = await chat(asked);
    expect(answer.json).toMatchObject({
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'upstream-name',
      choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(answer.text)),
      'parley-backend': 'hooked',
      'parley-model': 'm',
      'parley-attempts': '1',
      'x-request-id': engine.contexts[0]?.call_id,
    });
    expect(engine.contexts).toMatchObject([
      { client: 'my-tool', dialect_in: 'openai_completions', model_asked: 'hooked/m' },
    ]);
  });

  it('that fails late is an error, not half an answer', async () => {
    const { chat } = await start(() => deltasOf(text('Hel'), failure));
    const answer = await chat(asked);
    expect([answer.status, answer.text]).toEqual([529, expect.stringContaining('hooked is overloaded.')]);
  });
});

describe('a streamed answer', () => {
  it('reaches the tool delta by delta, as each is there', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { open } = await start(async function* () {
      yield text('one');
      await gates[0]!.promise;
      yield text('two');
      await gates[1]!.promise;
      yield { type: 'message', finish_reason: 'stop' };
    });
    const response = await open(path, { method: 'POST', headers: withKey(), body: JSON.stringify(streamed) });
    expect(response.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/event-stream/),
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'parley-backend': 'hooked',
      'x-request-id': expect.stringMatching(uuid),
    });
    let seen = '';
    for await (const chunk of response) {
      seen += String(chunk);
      if (seen.includes('one')) gates[0]!.resolve();
      if (seen.includes('two')) gates[1]!.resolve();
    }
    expect(framesOf(seen).at(-1)).toBe('[DONE]');
    expect(seen.indexOf('one')).toBeLessThan(seen.indexOf('two'));
  });

  it.each([
    ['at once', [failure]],
    [
      'before there was anything to show',
      [{ type: 'message', model: 'upstream-name' } satisfies Delta, failure],
    ],
  ])('that fails %s has a real status', async (_name, deltas) => {
    const { chat } = await start(() => deltasOf(...deltas));
    const answer = await chat(streamed);
    expect([answer.status, answer.headers['content-type']]).toEqual([529, 'application/json']);
    expect(answer.headers['x-request-id']).toMatch(uuid);
  });

  it('goes out in one piece as far as it is there', async () => {
    const gate = Promise.withResolvers<void>();
    const { open } = await start(async function* () {
      for (const word of ['one', 'two', 'three']) yield text(word);
      await gate.promise;
      yield text('four');
      yield { type: 'message', finish_reason: 'stop' };
    });
    const response = await open(path, { method: 'POST', headers: withKey(), body: JSON.stringify(streamed) });
    const pieces: string[] = [];
    response.on('data', piece => {
      pieces.push(String(piece));
      gate.resolve();
    });
    await once(response, 'end');
    const words = pieces.map(piece => piece.match(/one|two|three|four|DONE/g));
    expect(words).toEqual([
      ['one', 'two', 'three'],
      ['four', 'DONE'],
    ]);
  });

  it('that fails later ends with an error frame, and no finish', async () => {
    const { chat } = await start(() => deltasOf(text('Hel'), failure, text('never')));
    const answer = await chat(streamed);
    const frames = framesOf(answer.text);
    expect(answer.status).toBe(200);
    expect(frames.at(-1)).toMatchObject({ error: { message: 'hooked is overloaded.' } });
    expect(answer.text).toContain('Hel');
    expect(answer.text).not.toMatch(/never|\[DONE\]|"finish_reason":"/);
  });

  it('may be empty', async () => {
    const { chat } = await start(() => deltasOf({ type: 'message', finish_reason: 'stop' }));
    const answer = await chat(streamed);
    expect(framesOf(answer.text).at(-1)).toBe('[DONE]');
  });

  it('is held back while the tool does not read, and stopped when it leaves', async () => {
    let produced = 0;
    const left = Promise.withResolvers<void>();
    const { port } = await start(async function* (_request, context) {
      try {
        while (!context.signal.aborted) {
          produced += 1;
          yield text('a'.repeat(64 * 1024));
        }
      } finally {
        left.resolve();
      }
    });
    const request = startRequest(port, path, {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify(streamed),
    });
    request.on('error', () => {});
    const response = await new Promise<NodeJS.ReadableStream>(resolve => {
      request.on('response', resolve);
    });
    response.on('error', () => {});
    let last = -1;
    while (produced !== last) {
      last = produced;
      await new Promise(resolve => {
        setTimeout(resolve, 100);
      });
    }
    expect(produced).toBeLessThan(512);
    request.destroy();
    await left.promise;
  });
});

describe('an engine that breaks', () => {
  it('before it answers gives the status of its error', async () => {
    const { chat } = await start(() => {
      throw new AppError('no_api_key', 'hooked needs an API key. Add one under Providers.');
    });
    const answer = await chat(streamed);
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('hooked needs an API key')]);
    expect(answer.headers).toMatchObject({
      'parley-backend': 'hooked',
      'x-request-id': expect.stringMatching(uuid),
    });
  });

  it.each([
    ['before it answers', false, 500],
    ['in the middle', true, 200],
  ])(
    '%s unexpectedly is reported, told without details, and harms nobody else',
    async (_name, begun, status) => {
      const { chat, problems, ask } = await start(async function* () {
        if (begun) yield text('Hel');
        throw new TypeError('Cannot read properties of /home/somebody');
      });
      const answer = await chat(streamed);
      expect([answer.status, problems.map(String)]).toEqual([
        status,
        ['TypeError: Cannot read properties of /home/somebody'],
      ]);
      expect(answer.text).toContain('its log says why');
      expect(answer.text).not.toContain('somebody');
      expect((await ask('/health')).status).toBe(200);
    },
  );

  it('in the middle unexpectedly stops the upstream', async () => {
    const signals: StopSignal[] = [];
    const { chat } = await start(async function* (_request, context) {
      signals.push(context.signal);
      yield text('Hel');
      throw new TypeError('boom');
    });
    await chat(streamed);
    await expect(aborted(signals[0]!)).resolves.toBeUndefined();
  });
});

it('fields that would decide where a call goes go nowhere, and are named', async () => {
  const { engine, chat } = await start();
  const answer = await chat({ ...asked, api_base: 'http://evil.example', base_url: 'x', my_field: 1 });
  expect(engine.requests[0]?.extra).toEqual({ my_field: 1 });
  expect(answer.headers['parley-warnings']).toBe('ignored: api_base, base_url');
});

describe('sources of an answer', () => {
  const sources: Delta = { type: 'message', citations: [{ url: 'https://one.test/' }] };
  const finish: Delta = { type: 'message', finish_reason: 'stop' };
  const left = 'left out of the answer: its sources';
  const messages = [{ role: 'user', content: 'hi' }];

  it.each([
    ['/v1/messages', { max_tokens: 9, messages, stream: false }, left],
    ['/api/chat', { messages, stream: false }, left],
    ['/api/generate', { prompt: 'hi', stream: false }, left],
    ['/v1/completions', { prompt: 'hi' }, left],
    ['/v1/chat/completions', { messages }, undefined],
    ['/v1/responses', { input: 'hi' }, undefined],
  ])('at %s %j are told or named as left out', async (address, body, warning) => {
    const { ask } = await start(() => deltasOf(text('Hello.'), sources, finish));
    const answer = await ask(address, {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify({ model: 'hooked/m', ...body }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['parley-warnings']).toBe(warning);
    expect(answer.text.includes('one.test')).toBe(warning === undefined);
  });

  it.each([
    ['before its text', [sources, text('Hello.'), finish], left],
    ['after its head is out', [text('Hello.'), sources, finish], undefined],
  ])('in a stream are named as left out where they come first: %s', async (_when, deltas, warning) => {
    const { ask } = await start(() => deltasOf(...deltas));
    const answer = await ask('/v1/messages', {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify({ model: 'hooked/m', max_tokens: 9, messages, stream: true }),
    });
    expect(answer.headers['parley-warnings']).toBe(warning);
    expect(answer.text).toContain('Hello.');
  });
});
