import { getEventListeners } from 'node:events';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { sendJson, sendStream, sseText, startUpstream, textChunks } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { openRoutingDesk } from './routing-desk.ts';
import type { RoutingDesk } from './routing-desk.ts';

type Answer = ScriptedUpstream['answer'];

let desk: RoutingDesk;

beforeAll(async () => {
  desk = await openRoutingDesk();
});
beforeEach(() => desk.reset());
afterAll(() => desk.close());

const good: Answer = (_request, response) => sendStream(response, textChunks(['Hello', ' there.']));
const whole: Answer = (_request, response) =>
  sendJson(response, 200, {
    model: 'scripted-1',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 1 },
  });
const refuse =
  (status: number, headers: Record<string, string> = {}, message = 'No.'): Answer =>
  (_request, response) =>
    sendJson(response, status, { error: { message } }, headers);
const reset: Answer = (_request, response) => void response.destroy();
const hang: Answer = () => undefined;
const firstFrameFails: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: {"error":{"message":"overloaded","code":529}}\n\n');
};
const cutAfterText: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(sseText(textChunks(['Half']).slice(0, 2), false));
  setTimeout(() => response.destroy(), 20);
};

/** The first answers are these, all later ones good. */
function answers(upstream: ScriptedUpstream, ...first: Answer[]): void {
  const left = [...first];
  upstream.answer = (request, response) => (left.shift() ?? good)(request, response);
}

describe.each(['ask', 'pass'] as const)('a call that fails before its first byte (%s)', way => {
  it.each([408, 409, 429, 500, 502, 503, 504, 529])('with %i is made again', async status => {
    answers(desk.a, refuse(status), refuse(status));
    const seen = await desk[way]('a/m');
    expect(seen.text).toContain('Hello');
    expect(desk.a.requests).toHaveLength(3);
    expect(desk.clock.waits).toEqual([500, 1_000]);
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { backend: 'a', status: 'ok', http_status: 200, error_code: null, attempts: 3 },
    ]);
  });

  it.each([400, 401, 403, 404, 413, 422])('with %i is not', async status => {
    desk.a.answer = refuse(status);
    expect((await desk[way]('a/m')).error).toMatchObject({ code: 'http_error', http_status: status });
    expect(desk.a.requests).toHaveLength(1);
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { status: 'error', http_status: status, attempts: 1 },
    ]);
  });

  it.each([
    ['a reset connection', reset],
    [
      'a connection that ends within the head of its answer',
      ((_request, response) => void response.socket?.end('HTTP/1.1 200 OK\r\ncontent-ty')) satisfies Answer,
    ],
    [
      'an answer that ends before it has begun',
      ((_request, response) => sendStream(response, [], false)) satisfies Answer,
    ],
    [
      'an answer that breaks off before it has begun',
      ((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        setTimeout(() => response.destroy(), 20);
      }) satisfies Answer,
    ],
    ['an error as the first frame', firstFrameFails],
  ])('by %s is made again', async (_what, fail) => {
    answers(desk.a, fail);
    expect((await desk[way]('a/m')).text).toContain('Hello');
    expect(desk.a.requests).toHaveLength(2);
  });

  it('by an error as the first frame that says the request is wrong is not', async () => {
    desk.a.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"too long","code":400}}\n\n');
    };
    const { error } = await desk[way]('fast');
    expect(error).toMatchObject({ code: 'stream_error', http_status: 400 });
    expect(error?.message).toContain('too long');
    expect([desk.a.requests.length, desk.b.requests.length]).toEqual([1, 0]);
  });

  it('by a timeout is made again', async () => {
    desk.reset({}, { a: { timeout_ms: 300 } });
    answers(desk.a, hang);
    expect((await desk[way]('a/m')).text).toContain('Hello');
    expect(desk.a.requests).toHaveLength(2);
  });

  it('as often as the settings say, and then fails with the last reason', async () => {
    desk.reset({ retry: { max_attempts: 2, backoff: 'fixed' } });
    desk.a.answer = refuse(503, {}, 'Overloaded');
    const { error } = await desk[way]('a/m');
    expect(error).toMatchObject({ code: 'http_error', http_status: 503 });
    expect(error?.message).toMatch(/^a: .*Overloaded/);
    expect([desk.a.requests.length, desk.clock.waits]).toEqual([2, [500]]);
  });

  it.each([
    ['seconds', '7', 7_000, 7_000],
    ['a date', () => new Date(Date.now() + 9_000).toUTCString(), 7_000, 9_000],
  ])('waits for the Retry-After in %s', async (_form, value, least, most) => {
    const after = typeof value === 'string' ? value : value();
    answers(desk.a, refuse(429, { 'retry-after': after }));
    await desk[way]('a/m');
    expect(desk.clock.waits).toHaveLength(1);
    expect(desk.clock.waits[0]).toBeGreaterThanOrEqual(least);
    expect(desk.clock.waits[0]).toBeLessThanOrEqual(most);
  });

  it('does not wait for a Retry-After of an hour, but hands it on', async () => {
    desk.a.answer = refuse(429, { 'retry-after': '3600' });
    expect((await desk[way]('a/m')).error).toMatchObject({ http_status: 429, retry_after_ms: 3_600_000 });
    expect([desk.a.requests.length, desk.clock.waits]).toEqual([1, []]);
  });

  it('is not made again once the caller has left, also while it waits', async () => {
    desk.a.answer = refuse(503);
    desk.clock.isStopped = true;
    const stop = new AbortController();
    const seen = desk[way]('a/m', { signal: stop.signal });
    await expect.poll(() => desk.clock.waits).toHaveLength(1);
    stop.abort();
    expect((await seen).error?.code).toBe('cancelled');
    expect(desk.clock.waiting).toBe(0);
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { status: 'cancelled', error_code: 'cancelled', attempts: 1 },
    ]);
    expect(desk.a.requests).toHaveLength(1);
  });

  it('ends with one row also where the caller had left before', async () => {
    const signal = AbortSignal.abort();
    expect((await desk[way]('a/m', { signal })).error?.code).toBe('cancelled');
    expect(await desk.test.waitForRows(1)).toMatchObject([{ status: 'cancelled', attempts: 0 }]);
    expect(desk.a.requests).toHaveLength(0);
  });
});

describe('an answer that has begun', () => {
  it.each(['ask', 'pass'] as const)('and is cut is never asked for again (%s)', async way => {
    answers(desk.a, cutAfterText);
    const seen = await desk[way]('fast');
    expect(seen.text).toContain('Half');
    expect(seen.error?.code).toBe('incomplete_stream');
    expect([desk.a.requests.length, desk.b.requests.length]).toEqual([1, 0]);
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { backend: 'a', status: 'interrupted', attempts: 1 },
    ]);
  });

  it('with nothing but the name of the model may still be asked for again', async () => {
    answers(desk.a, (_request, response) => sendStream(response, textChunks([]).slice(0, 1), false));
    expect((await desk.ask('a/m')).text).toBe('Hello there.');
  });

  it.each([
    [
      'cut in its middle',
      ((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"choices":[{"mess');
        setTimeout(() => response.destroy(), 20);
      }) satisfies Answer,
    ],
    [
      'complete and an error',
      ((_request, response) =>
        sendJson(response, 200, { error: { message: 'overloaded', code: 529 } })) satisfies Answer,
    ],
  ])('whole, in one piece, %s is asked for again: the tool has seen nothing', async (_how, bad) => {
    answers(desk.a, bad, whole);
    const seen = await desk.pass('a/m', {}, false);
    expect([seen.status, JSON.parse(seen.text)]).toMatchObject([
      200,
      { choices: [{ message: { content: 'Whole.' } }] },
    ]);
    expect(desk.a.requests).toHaveLength(2);
  });
});

describe('an alias', () => {
  it('turns to the next model once the first has failed for good', async () => {
    desk.a.answer = refuse(503);
    const seen = await desk.pass('fast');
    expect(seen.text).toContain('Hello');
    expect(seen.asked).toEqual(['a 1', 'a 2', 'a 3', 'b 4']);
    expect(JSON.parse(desk.b.requests[0]!.body)).toMatchObject({ model: 'm' });
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { model_asked: 'fast', backend: 'b', status: 'ok', attempts: 4 },
    ]);
  });

  it('answers across dialects, from passed bytes to translated words', async () => {
    desk.reset({ aliases: { any: ['a/m', 'anthropic/claude'] } });
    desk.a.answer = refuse(404, {}, 'no such model');
    desk.b.answer = (request, response) => {
      expect(request.path).toBe('/v1/messages');
      expect(request.headers['x-api-key']).toBe('k');
      sendJson(response, 200, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [{ type: 'text', text: 'Bonjour.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 2 },
      });
    };
    const seen = await desk.pass('any', {}, false);
    expect([seen.text, seen.asked]).toEqual(['Bonjour.', ['a 1', 'anthropic 2']]);
    expect(await desk.test.waitForRows(1)).toMatchObject([
      {
        backend: 'anthropic',
        dialect_in: 'openai_completions',
        dialect_out: 'anthropic_messages',
        attempts: 2,
      },
    ]);
  });

  it('answers across dialects, from translated words to passed bytes', async () => {
    desk.reset({ aliases: { any: ['anthropic/claude', 'a/m'] } });
    desk.b.answer = refuse(529);
    const seen = await desk.pass('any');
    expect(seen.text).toContain('data: [DONE]');
    expect(seen.asked.at(-1)).toBe('a 4');
  });

  it.each([
    [401, 'a key that was refused'],
    [402, 'an account without money'],
    [403, 'a model the key may not use'],
    [404, 'a model that is not there'],
  ])('turns to the next at once after %i: %s', async status => {
    desk.a.answer = refuse(status);
    expect((await desk.pass('fast')).asked).toEqual(['a 1', 'b 2']);
    expect(desk.clock.waits).toEqual([]);
  });

  it.each(['broken/m', 'dead/m'])('passes over %s', async dead => {
    desk.reset({ aliases: { any: [dead, 'b/m'] } });
    expect((await desk.ask('any')).text).toBe('Hello there.');
    expect(desk.b.requests).toHaveLength(1);
  });

  it('does not send a request that is wrong anywhere else', async () => {
    desk.a.answer = refuse(400, {}, 'messages: too long');
    expect((await desk.ask('fast')).error).toMatchObject({ http_status: 400 });
    expect(desk.b.requests).toHaveLength(0);
  });

  it('turns to the next instead of waiting long', async () => {
    desk.a.answer = refuse(429, { 'retry-after': '10' });
    expect((await desk.pass('fast')).asked).toEqual(['a 1', 'b 2']);
    expect(desk.clock.waits).toEqual([]);
  });

  it('that nobody answers names every model with its reason', async () => {
    desk.reset({ aliases: { any: ['dead/m', 'a/m', 'broken/m'] } });
    desk.a.answer = refuse(429, { 'retry-after': '3600' }, 'Slow down');
    const { error } = await desk.ask('any');
    expect(error).toMatchObject({ code: 'http_error', http_status: 429, retry_after_ms: 3_600_000 });
    expect(error?.message).toMatch(
      /^Nobody answered for "any": dead\/m: dead .* refused the connection.*; a\/m: .*Slow down.*; broken\/m: providers\/broken\.lua.*\.$/,
    );
    expect(await desk.test.waitForRows(1)).toMatchObject([
      { model_asked: 'any', backend: 'a', status: 'error', http_status: 429, attempts: 4 },
    ]);
  });

  it('keeps a key given with the call from other providers', async () => {
    desk.reset({ aliases: { any: ['a/m', 'anthropic/claude', 'b/m'] } });
    desk.a.answer = refuse(404);
    await desk.pass('any', { api_key: 'sk-of-the-caller' });
    expect(desk.b.requests.map(request => request.path)).toEqual(['/v1/chat/completions']);
    expect(desk.b.requests[0]?.headers.authorization).toBe('Bearer sk-of-the-caller');
  });

  it('is left by a caller who leaves while the script of its first model is loaded', async () => {
    desk.reset({
      aliases: { any: ['unloaded/m', 'b/m'] },
      backends: [{ name: 'unloaded', type: 'plain', url: desk.a.url, api_key: 'k' }],
    });
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    expect((await desk.ask('any', { signal: stop.signal })).error?.code).toBe('cancelled');
    expect(await desk.test.waitForRows(1)).toMatchObject([{ status: 'cancelled', attempts: 0 }]);
    // Once this one is answered, the other would have been sent.
    expect((await desk.ask('unloaded/m')).text).toBe('Hello there.');
    expect([desk.a.requests.length, desk.b.requests.length]).toEqual([1, 0]);
  });
});

describe('the attempts of a call', () => {
  it('are told one by one, without the key', async () => {
    desk.reset({}, { a: { api_key: ['sk-first-key', 'sk-second-key'] } });
    answers(desk.a, refuse(401), refuse(503));
    await desk.pass('a/m', { call_id: 'call-1' });
    await desk.test.waitForRows(1);
    const key = { tier: 'settings', source: 'literal' };
    const same = { call_id: 'call-1', backend: 'a', model: 'm', dialect: 'openai_completions', key };
    expect(desk.test.attempts).toEqual([
      { ...same, number: 1, key_number: 1, http_status: 401, error_code: 'http_error', ...times },
      { ...same, number: 2, key_number: 2, http_status: 503, error_code: 'http_error', ...times },
      { ...same, number: 3, key_number: 2, http_status: 200, error_code: null, ...times },
    ]);
    expect(JSON.stringify(desk.test.attempts)).not.toContain('sk-');
    expect(desk.test.rows[0]).toMatchObject({ id: 'call-1', attempts: 3 });
  });

  const times = { started_at: expect.stringMatching(/^\d{4}-.*Z$/), duration_ms: expect.any(Number) };
});

it('ten thousand calls leave no listener and no timer behind', async () => {
  const upstream = await startUpstream(whole);
  desk.reset({ backends: [{ name: 'quick', type: 'plain', url: upstream.url, api_key: 'k' }] });
  const stop = new AbortController();
  const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
  await desk.pass('quick/m', { signal: stop.signal }, false);
  const before = timers();
  for (let round = 0; round < 200; round += 1) {
    const calls = Array.from({ length: 50 }, (_, index) =>
      desk[index % 2 === 0 ? 'pass' : 'ask']('quick/m', { signal: stop.signal }, false),
    );
    for (const { text } of await Promise.all(calls)) expect(text).toContain('Whole.');
  }
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(before + 2);
  await upstream.close();
}, 120_000);
