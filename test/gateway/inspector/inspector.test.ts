import { describe, expect, it, vi } from 'vitest';

import type { ReceivedRequest, SentRequest } from '../../../electron/contract/call-watch.ts';
import { callDetailsSchema, inspectedCallSchema } from '../../../electron/contract/inspector.ts';
import { createInspector } from '../../../electron/gateway/inspector/inspector.ts';
import type { Inspector, InspectorOptions } from '../../../electron/gateway/inspector/inspector.ts';
import { makeEnd, makeStart } from '../../store/test-store.ts';

const clientKey = `parley-${'k'.repeat(43)}`;
const backendKey = 'sk-upstream-0123456789';

function makeReceived(changes: Partial<ReceivedRequest> = {}): ReceivedRequest {
  return {
    method: 'POST',
    url: '/v1/chat/completions?a=1',
    raw_headers: ['Authorization', `Bearer ${clientKey}`, 'X-Trace', 'abc', 'X-Trace', 'def'],
    body: Buffer.from('{"model":"groq/llama","messages":[]}'),
    answer_headers: {},
    ...changes,
  };
}

function makeSent(changes: Partial<SentRequest> = {}): SentRequest {
  return {
    method: 'POST',
    url: 'https://api.groq.com/v1/chat/completions',
    headers: { authorization: `Bearer ${backendKey}`, 'content-type': 'application/json' },
    body: [Buffer.from('{"model":"llama",'), Buffer.from('"messages":[]}')],
    key: backendKey,
    ...changes,
  };
}

const to = { number: 1, backend: 'groq', model: 'llama' };

function setUp(options: InspectorOptions = {}) {
  let time = 1000;
  const inspector = createInspector({ now: () => time, ...options });
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { inspector, pass };
}

/** A call from its beginning to its end. */
function run(inspector: Inspector, id: string, received: ReceivedRequest = makeReceived()): void {
  inspector.received(id, received);
  inspector.begin(makeStart({ id }));
  const exchange = inspector.sent(id, to, makeSent());
  exchange.head(200, {});
  exchange.data(Buffer.from('{}'));
  exchange.end();
  inspector.end(makeEnd(id));
}

describe('a call', () => {
  it('is shown as received, routed, sent and answered, with its timings', () => {
    const { inspector, pass } = setUp();
    const answerHeaders: Record<string, string> = {};
    inspector.received('1', makeReceived({ answer_headers: answerHeaders }));
    pass(2);
    inspector.begin(makeStart({ id: '1', client: 'editor', dialect_in: 'openai_completions' }));
    pass(1);
    const exchange = inspector.sent('1', to, makeSent());
    pass(7);
    exchange.connected?.();
    answerHeaders['parley-warnings'] = 'fast: 50% of it is off | ignored: top_k, caf%C3%A9';
    pass(43);
    exchange.head(200, { 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] });
    pass(5);
    exchange.data(Buffer.from('data: 1\n\n'));
    pass(10);
    exchange.data(Buffer.from('data: 2\n\n'));
    exchange.end();
    inspector.end(makeEnd('1', { first_token_ms: 60.123 }));
    const call = inspector.get('1');
    const { price: _price, ...row } = {
      ...makeStart({ id: '1', client: 'editor', dialect_in: 'openai_completions' }),
      ...makeEnd('1'),
    };
    expect(call).toEqual({
      ...row,
      first_token_ms: 60.123,
      path: '/v1/chat/completions',
      replay_of: null,
      is_kept: false,
      is_count: false,
      warnings: ['fast: 50% of it is off', 'ignored: top_k, café'],
      attempt_list: [],
      received: {
        method: 'POST',
        url: '/v1/chat/completions?a=1',
        headers: [
          ['Authorization', 'Bearer [redacted]'],
          ['X-Trace', 'abc'],
          ['X-Trace', 'def'],
        ],
        body: { text: '{"model":"groq/llama","messages":[]}', size: 36, is_whole: true },
      },
      exchanges: [
        {
          number: 1,
          backend: 'groq',
          model: 'llama',
          request: {
            method: 'POST',
            url: 'https://api.groq.com/v1/chat/completions',
            headers: [
              ['authorization', 'Bearer [redacted]'],
              ['content-type', 'application/json'],
            ],
            body: { text: '{"model":"llama","messages":[]}', size: 31, is_whole: true },
          },
          status: 200,
          headers: [
            ['content-type', 'text/event-stream'],
            ['set-cookie', '[redacted]'],
            ['set-cookie', '[redacted]'],
          ],
          body: { text: 'data: 1\n\ndata: 2\n\n', size: 18, is_whole: true },
          error: null,
          sent_ms: 3,
          connected_ms: 10,
          head_ms: 53,
          first_byte_ms: 58,
          end_ms: 68,
        },
      ],
      timings: { routed_ms: 2, first_token_ms: 62.12, end_ms: 68 },
    });
    expect(callDetailsSchema.safeParse(call).success).toBe(true);
  });

  it('that is only a count is shown beside the others, and told to nobody who collects calls', () => {
    const { inspector } = setUp();
    const ended = vi.fn();
    inspector.onEnd(ended);
    inspector.received('count', makeReceived());
    inspector.aside.begin(makeStart({ id: 'count', backend: '' }));
    inspector.sent('count', to, makeSent()).head(200, {});
    inspector.aside.end(makeEnd('count', { backend: 'groq' }));
    expect(ended).not.toHaveBeenCalled();
    run(inspector, 'call');
    expect(ended).toHaveBeenCalledTimes(1);
    expect(inspector.list().map(({ id, is_count, backend }) => [id, is_count, backend])).toEqual([
      ['call', false, 'groq'],
      ['count', true, 'groq'],
    ]);
  });

  it('shows every attempt, and why those before the last failed', () => {
    const { inspector } = setUp();
    inspector.begin(makeStart({ id: '1' }));
    const first = inspector.sent('1', to, makeSent());
    first.fail('groq could not be reached.');
    first.fail('and again');
    first.end();
    const second = inspector.sent(
      '1',
      { number: 2, backend: 'work', model: 'small' },
      makeSent({ url: 'http://work/v1' }),
    );
    second.head(200, {});
    second.end();
    second.fail('too late');
    inspector.end(makeEnd('1', { attempts: 2, backend: 'work' }));
    expect(
      inspector
        .get('1')
        ?.exchanges.map(({ number, backend, error, status }) => [number, backend, error, status]),
    ).toEqual([
      [1, 'groq', 'groq could not be reached.', null],
      [2, 'work', null, 200],
    ]);
    expect(inspector.list()[0]).toMatchObject({ backend: 'work', attempts: 2 });
  });

  it('of the chat was received from nobody', () => {
    const { inspector } = setUp();
    inspector.begin(makeStart({ id: '1', client: 'chat' }));
    inspector.sent('1', to, makeSent());
    expect(inspector.get('1')).toMatchObject({
      received: null,
      path: null,
      status: 'running',
      timings: { routed_ms: 0, end_ms: null },
    });
    expect(inspector.receivedAs('1')).toBeUndefined();
  });

  it('that was refused before it was begun is not listed', () => {
    const { inspector } = setUp();
    inspector.received('1', makeReceived());
    expect([inspector.list(), inspector.get('1'), inspector.get('2')]).toEqual([[], undefined, undefined]);
  });
});

describe('keys', () => {
  it('stand nowhere in what is shown, wherever they stood', () => {
    const { inspector } = setUp();
    const given = 'callers-own-key-0123456789';
    inspector.received(
      '1',
      makeReceived({
        url: `/v1/chat/completions?key=${clientKey}`,
        raw_headers: ['x-api-key', clientKey, 'parley-api-key', given, 'x-odd', `a ${given}`],
        body: Buffer.from(JSON.stringify({ messages: [clientKey, given, backendKey] })),
        answer_headers: { 'parley-warnings': `left out ${backendKey}` },
      }),
    );
    inspector.begin(makeStart({ id: '1' }));
    const exchange = inspector.sent(
      '1',
      to,
      makeSent({
        url: `https://x.example/v1?k=${backendKey}`,
        headers: { 'x-any': backendKey },
        body: `{"k":"${backendKey}"}`,
      }),
    );
    exchange.head(401, { 'x-echo': backendKey });
    exchange.data(Buffer.from(`Incorrect API key: ${backendKey.slice(0, 10)}`));
    exchange.data(Buffer.from(`${backendKey.slice(10)}.`));
    exchange.fail(`refused ${backendKey}`);
    inspector.end(makeEnd('1'));
    const shown = JSON.stringify(inspector.get('1'));
    for (const key of [clientKey, given, backendKey]) expect(shown).not.toContain(key);
    expect(shown).toContain('Incorrect API key: [redacted].');
  });

  it('given in the address go from everywhere else, too', () => {
    const { inspector } = setUp();
    const given = 'AIza-given-0123456789';
    const url = `/v1beta/models/x:generateContent?alt=sse&key=${given}`;
    inspector.received('1', makeReceived({ url, raw_headers: [], body: Buffer.from(`"${given}"`) }));
    inspector.begin(makeStart({ id: '1' }));
    expect(inspector.get('1')?.received).toMatchObject({
      url: '/v1beta/models/x:generateContent?alt=sse&key=[redacted]',
      body: { text: '"[redacted]"' },
    });
  });

  it('are those that were sent; a word in their place is left alone', () => {
    const { inspector } = setUp();
    inspector.received(
      '1',
      makeReceived({ raw_headers: ['Authorization', 'Bearer ollama'], body: Buffer.from('"ollama"') }),
    );
    inspector.begin(makeStart({ id: '1' }));
    expect(inspector.get('1')?.received).toMatchObject({
      headers: [['Authorization', 'Bearer [redacted]']],
      body: { text: '"ollama"' },
    });
  });

  it('are still there for sending the request again', () => {
    const { inspector } = setUp();
    const received = makeReceived();
    run(inspector, '1', received);
    expect(inspector.receivedAs('1')).toEqual({ ...received, is_whole: true });
  });
});

describe('the list', () => {
  it('has the newest first, and can be narrowed down', () => {
    const { inspector } = setUp();
    inspector.begin(makeStart({ id: '1', client: 'editor', backend: 'groq' }));
    inspector.begin(makeStart({ id: '2', client: 'editor', backend: 'work' }));
    inspector.begin(makeStart({ id: '3', client: 'shell', backend: 'work' }));
    inspector.end(makeEnd('1'));
    inspector.end(makeEnd('3', { status: 'error' }));
    const ids = (filter?: Parameters<Inspector['list']>[0]): string[] =>
      inspector.list(filter).map(({ id }) => id);
    expect(ids()).toEqual(['3', '2', '1']);
    expect(ids({ client: 'editor' })).toEqual(['2', '1']);
    expect(ids({ backend: 'work', status: 'error' })).toEqual(['3']);
    expect(ids({ status: 'running' })).toEqual(['2']);
    expect(ids({ client: 'nobody' })).toEqual([]);
    for (const call of inspector.list()) expect(inspectedCallSchema.safeParse(call).success).toBe(true);
  });

  it('holds the last calls only; what still arrives of older ones is let go', () => {
    const { inspector } = setUp({ calls: 3 });
    inspector.begin(makeStart({ id: 'old' }));
    const exchange = inspector.sent('old', to, makeSent());
    for (const id of ['1', '2', '3']) run(inspector, id);
    exchange.head(200, {});
    exchange.data(Buffer.from('late'));
    exchange.end();
    inspector.sent('old', to, makeSent()).data(Buffer.from('later'));
    inspector.end(makeEnd('old'));
    expect(inspector.list().map(({ id }) => id)).toEqual(['3', '2', '1']);
    expect(inspector.get('old')).toBeUndefined();
  });

  it('marks what was sent again from here', () => {
    const { inspector } = setUp();
    run(inspector, '2', makeReceived({ raw_headers: ['Parley-Replay', '1 nonce'] }));
    run(inspector, '3', makeReceived({ raw_headers: ['parley-replay', '../x y z', 'host'] }));
    expect(inspector.list().map(call => call.replay_of)).toEqual([null, '1']);
  });
});

describe('memory', () => {
  it('has a bound: the oldest bodies go first, and the calls stay', () => {
    const { inspector } = setUp({ body_bytes: 10_000 });
    for (const id of ['1', '2', '3']) {
      inspector.received(id, makeReceived({ body: Buffer.alloc(4000, 'x') }));
      inspector.begin(makeStart({ id }));
    }
    const bodies = ['1', '2', '3'].map(id => inspector.get(id)?.received?.body);
    expect(bodies).toEqual([
      { text: '', size: 4000, is_whole: false },
      { text: 'x'.repeat(4000), size: 4000, is_whole: true },
      { text: 'x'.repeat(4000), size: 4000, is_whole: true },
    ]);
    expect(inspector.receivedAs('1')?.is_whole).toBe(false);
  });

  it('counts answers, and what a call lets go can be used by the next', () => {
    const { inspector } = setUp({ body_bytes: 10_000, calls: 2 });
    const answer = (id: string): string | undefined => inspector.get(id)?.exchanges[0]?.body?.text;
    const ask = (id: string): void => {
      inspector.begin(makeStart({ id }));
      const exchange = inspector.sent(id, to, makeSent({ body: '' }));
      for (let piece = 0; piece < 4; piece += 1) exchange.data(Buffer.alloc(1000, id));
    };
    for (let call = 0; call < 20; call += 1) ask(String(call % 10) + String(call));
    expect(inspector.list()).toHaveLength(2);
    expect(answer('919')).toHaveLength(4000);
    expect(answer('818')).toHaveLength(4000);
    ask('a');
    inspector.received('b', makeReceived({ body: Buffer.alloc(9000, 'x') }));
    expect([answer('a'), inspector.receivedAs('b')?.is_whole]).toEqual(['', true]);
  });

  it('goes on being counted for calls whose bodies were let go already', () => {
    const { inspector } = setUp({ body_bytes: 10_000, calls: 4 });
    const large = makeReceived({ body: Buffer.alloc(6000, 'x') });
    const isHeld = (id: string): boolean | undefined => inspector.receivedAs(id)?.is_whole;
    inspector.received('1', large);
    inspector.begin(makeStart({ id: '1' }));
    inspector.received('2', large);
    expect([isHeld('1'), isHeld('2')]).toEqual([false, true]);
    // Asked again elsewhere: the oldest call, and what it sends is let go first.
    inspector.sent('1', to, makeSent({ body: 'y'.repeat(6000) }));
    expect(inspector.get('1')?.exchanges[0]?.request.body?.is_whole).toBe(false);
    expect(isHeld('2')).toBe(true);
    for (const id of ['3', '4', '5']) inspector.received(id, makeReceived({ body: Buffer.alloc(1000) }));
    expect(['1', '2', '3', '4', '5'].map(isHeld)).toEqual([undefined, true, true, true, true]);
    inspector.received('6', large);
    expect(['2', '3', '4', '5', '6'].map(isHeld)).toEqual([undefined, true, true, true, true]);
  });

  it('lets the oldest go first also when calls were let go before there was too much', () => {
    const { inspector } = setUp({ body_bytes: 10_000, calls: 3 });
    for (const id of ['1', '2', '3', '4']) inspector.received(id, makeReceived({ body: Buffer.alloc(1000) }));
    inspector.received('5', makeReceived({ body: Buffer.alloc(8500) }));
    expect(['3', '4', '5'].map(id => inspector.receivedAs(id)?.is_whole)).toEqual([false, true, true]);
  });

  it('is not filled by one body larger than all of it', () => {
    const { inspector } = setUp({ body_bytes: 1000 });
    inspector.received('1', makeReceived({ body: Buffer.alloc(2000, 'x') }));
    inspector.begin(makeStart({ id: '1' }));
    expect(inspector.get('1')?.received?.body).toEqual({ text: '', size: 2000, is_whole: false });
    run(inspector, '2');
    expect(inspector.get('2')?.received?.body?.is_whole).toBe(true);
  });
});

describe('changes', () => {
  it('are told together, each call once, and no more after leaving', () => {
    vi.useFakeTimers();
    try {
      const { inspector } = setUp();
      const seen: string[][] = [];
      const leave = inspector.onChange(ids => seen.push(ids));
      run(inspector, '1');
      run(inspector, '2');
      vi.advanceTimersByTime(199);
      expect(seen).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(seen).toEqual([['1', '2']]);
      run(inspector, '3');
      vi.advanceTimersByTime(200);
      for (let call = 0; call < 600; call += 1) run(inspector, `many-${String(call)}`);
      vi.advanceTimersByTime(200);
      expect([seen.at(-1)?.length, seen.pop()?.at(-1)]).toEqual([500, 'many-599']);
      leave();
      run(inspector, '4');
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(1000);
      expect(seen).toEqual([['1', '2'], ['3']]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
