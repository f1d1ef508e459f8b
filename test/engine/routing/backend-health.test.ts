import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { sendJson, sendStream, textChunks } from '../../support/scripted-upstream.ts';
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

const good: Answer = (_request, response) => sendStream(response, textChunks(['Hello']));
const refuse =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    sendJson(response, status, { error: { message: 'No.' } }, headers);

async function statusOf(name: string) {
  return (await desk.test.engine.listBackends()).find(backend => backend.name === name);
}

describe('a backend that fails again and again', () => {
  /** Two calls, of three attempts and of two: the second opens the circuit. */
  async function breakA(): Promise<void> {
    desk.a.answer = refuse(503);
    await desk.ask('a/m');
    await desk.ask('a/m');
    expect(desk.a.requests).toHaveLength(5);
  }

  it('is left alone: with another target the call goes there at once', async () => {
    await breakA();
    expect((await desk.pass('fast')).asked).toEqual(['b 1']);
    expect(desk.a.requests).toHaveLength(5);
  });

  it('is left alone: without another one the call fails at once, and says until when', async () => {
    await breakA();
    const { error } = await desk.pass('a/m');
    expect(error).toMatchObject({ code: 'circuit_open', http_status: 503, retry_after_ms: 5_000 });
    expect(error?.message).toBe(
      'a has failed 5 times in a row and is left alone for another 5 s. Try again then, or test it under Providers.',
    );
    expect(desk.a.requests).toHaveLength(5);
    expect((await desk.test.waitForRows(3)).at(-1)).toMatchObject({
      backend: 'a',
      status: 'error',
      http_status: 503,
      error_code: 'circuit_open',
      attempts: 0,
    });
  });

  it('is asked by one call after a while, and by all once that one was answered', async () => {
    await breakA();
    desk.clock.advance(5_000);
    let answerIt = (): void => undefined;
    desk.a.answer = (request, response) => {
      answerIt = () => void good(request, response);
    };
    const probe = desk.ask('a/m');
    await expect.poll(() => desk.a.requests.length).toBe(6);
    expect(await statusOf('a')).toMatchObject({ circuit: { state: 'half_open' } });
    expect((await desk.ask('a/m')).error?.code).toBe('circuit_open');
    answerIt();
    expect((await probe).text).toBe('Hello');
    desk.a.answer = good;
    expect((await desk.ask('a/m')).text).toBe('Hello');
    expect(await statusOf('a')).toMatchObject({ circuit: { state: 'closed', failures: 0, retry_at: null } });
  });

  it('is left alone for twice as long when that one fails, which is not made again', async () => {
    await breakA();
    desk.clock.advance(5_000);
    expect((await desk.ask('a/m')).error).toMatchObject({ code: 'http_error', http_status: 503 });
    expect(desk.a.requests).toHaveLength(6);
    expect((await desk.ask('a/m')).error).toMatchObject({ code: 'circuit_open', retry_after_ms: 10_000 });
  });

  it('is asked by the next call when the one that tried was stopped', async () => {
    await breakA();
    desk.clock.advance(5_000);
    desk.a.answer = () => undefined;
    const stop = new AbortController();
    const probe = desk.ask('a/m', { signal: stop.signal });
    await expect.poll(() => desk.a.requests.length).toBe(6);
    stop.abort();
    await probe;
    desk.a.answer = good;
    expect((await desk.ask('a/m')).text).toBe('Hello');
  });

  it('is asked at once after a test that found it well', async () => {
    await breakA();
    desk.a.answer = (_request, response) => sendJson(response, 200, { data: [{ id: 'm' }] });
    expect(await desk.test.engine.checkBackend('a')).toMatchObject({
      ok: true,
      circuit: { state: 'closed' },
    });
    desk.a.answer = good;
    expect((await desk.ask('a/m')).text).toBe('Hello');
  });

  it('shows it', async () => {
    await breakA();
    const status = await statusOf('a');
    expect(status?.circuit).toMatchObject({ state: 'open', failures: 5 });
    expect(Date.parse(status?.circuit?.retry_at ?? '')).toBeGreaterThan(Date.now());
    expect(await statusOf('b')).not.toHaveProperty('circuit');
  });

  it.each([400, 401, 404, 409, 429])('is not one that answers %i', async status => {
    desk.reset({ retry: { max_attempts: 1, backoff: 'fixed' } });
    desk.a.answer = refuse(status);
    for (let i = 0; i < 8; i += 1) await desk.ask('a/m');
    expect(desk.a.requests).toHaveLength(8);
  });
});

describe('a backend with several keys', () => {
  const keys = ['sk-key-one', 'sk-key-two', 'sk-key-three'];

  const used = (): string[] =>
    desk.a.requests.map(request => /sk-key-(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');

  it('uses them in turn', async () => {
    desk.reset({}, { a: { api_key: keys } });
    for (let i = 0; i < 4; i += 1) await desk.ask('a/m');
    expect(used()).toEqual(['one', 'two', 'three', 'one']);
  });

  it.each([401, 402, 403, 429])(
    'turns to the next key after %i, at once, and lets the first rest',
    async status => {
      desk.reset({}, { a: { api_key: keys } });
      desk.a.answer = (request, response) =>
        (request.headers.authorization?.endsWith('one') ? refuse(status) : good)(request, response);
      for (let i = 0; i < 3; i += 1) expect((await desk.ask('a/m')).text).toBe('Hello');
      expect([used(), desk.clock.waits]).toEqual([['one', 'two', 'three', 'two'], []]);
      expect((await statusOf('a'))?.resting_keys).toMatchObject([{ number: 1 }]);
      expect((await desk.test.waitForRows(3))[0]).toMatchObject({ status: 'ok', attempts: 2 });
    },
  );

  it('lets a key rest as long as the upstream says', async () => {
    desk.reset({}, { a: { api_key: keys.slice(0, 2) } });
    desk.a.answer = (request, response) =>
      (request.headers.authorization?.endsWith('one') ? refuse(429, { 'retry-after': '100' }) : good)(
        request,
        response,
      );
    await desk.ask('a/m');
    desk.a.answer = good;
    desk.clock.advance(99_999);
    await desk.ask('a/m');
    desk.clock.advance(1);
    await desk.ask('a/m');
    await desk.ask('a/m');
    expect(used()).toEqual(['one', 'two', 'two', 'one', 'two']);
  });

  it('tries each once where all are refused, then another target, then the last resort', async () => {
    desk.reset({}, { a: { api_key: keys } });
    desk.a.answer = refuse(401);
    expect((await desk.pass('fast')).asked).toEqual(['a 1', 'a 2', 'a 3', 'b 4']);
    desk.a.answer = good;
    // All rest, and the first has rested longest.
    expect((await desk.pass('a/m')).text).toContain('Hello');
    expect(used()).toEqual(['one', 'two', 'three', 'one']);
    // Which was good: it rests no more.
    expect((await statusOf('a'))?.resting_keys?.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('waits where all are over their limit, and tries them all again', async () => {
    desk.reset({}, { a: { api_key: keys.slice(0, 2) } });
    desk.a.answer = refuse(429, { 'retry-after': '3' });
    expect((await desk.ask('a/m')).error).toMatchObject({ http_status: 429 });
    expect(used()).toEqual(['one', 'two', 'one', 'two', 'one', 'two']);
    expect(desk.clock.waits).toEqual([3_000, 3_000]);
  });

  it('passes over one that cannot be had', async () => {
    desk.reset({}, { a: { api_key: ['env:NOT_SET', 'sk-key-two'] } });
    for (let i = 0; i < 3; i += 1) expect((await desk.ask('a/m')).text).toBe('Hello there.');
    expect(used()).toEqual(['two', 'two', 'two']);
    expect(await statusOf('a')).toMatchObject({ key: { source: 'literal' }, key_error: null });
  });

  it('says what is wrong where none can be had', async () => {
    desk.reset({}, { a: { api_key: ['env:NOT_SET', 'env:NOT_SET_EITHER'] } });
    expect(await statusOf('a')).toMatchObject({ key: null, key_error: { code: 'missing_env_var' } });
    expect((await desk.ask('a/m')).error?.code).toBe('missing_env_var');
    expect(desk.a.requests).toHaveLength(0);
  });

  it('never asks with them where the call brings its own', async () => {
    desk.reset({}, { a: { api_key: keys } });
    await desk.ask('a/m', { api_key: 'sk-key-mine' });
    desk.a.answer = refuse(401);
    await desk.ask('a/m', { api_key: 'sk-key-mine' });
    expect(used()).toEqual(['mine', 'mine']);
    expect((await statusOf('a'))?.resting_keys).toEqual([]);
  });

  it('forgets what was when the settings change', async () => {
    desk.reset({}, { a: { api_key: keys } });
    desk.a.answer = refuse(401);
    await desk.ask('a/m');
    desk.reset({}, { a: { api_key: keys } });
    expect(await statusOf('a')).not.toHaveProperty('resting_keys');
  });
});
