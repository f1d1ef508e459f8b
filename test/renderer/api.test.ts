import { afterEach, describe, expect, test, vi } from 'vitest';

import { ApiError, createApi } from '../../renderer/api.ts';
import { createHttpBridge } from '../../renderer/http-bridge.ts';

class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeEventSource[] = [];
  readyState = 1;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.opened.push(this);
  }
  open() {
    this.dispatchEvent(new Event('open'));
  }
  send(data: unknown) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(data) }));
  }
  fail() {
    this.readyState = FakeEventSource.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

function setUp(answer: () => Promise<Response>) {
  FakeEventSource.opened = [];
  const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(answer);
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('fetch', fetch);
  return { fetch, api: createApi(createHttpBridge()), source: () => FakeEventSource.opened.at(-1)! };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('calls over HTTP', () => {
  test('post the input as JSON and resolve with the value', async () => {
    const { api, fetch } = setUp(async () => Response.json({ ok: true, value: [] }));
    await expect(api.call('chats.list', {})).resolves.toEqual([]);
    expect(fetch.mock.calls[0]?.[0]).toBe('/ui/call/chats.list');
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{}' });
  });

  test('reject with the error of the core, its code and its sentence', async () => {
    const error = { code: 'no_api_key', message: 'groq needs an API key.', http_status: 401 };
    const { api } = setUp(async () => Response.json({ ok: false, error }, { status: 400 }));
    const thrown = await api.call('chats.list', {}).catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(ApiError);
    expect(thrown).toMatchObject(error);
  });

  test.each([
    ['an expired session', async () => new Response('no', { status: 403 }), /no longer signed in/],
    ['a proxy page', async () => new Response('<html>', { status: 502 }), /status 502/],
    ['no answer', () => Promise.reject(new TypeError('failed')), /does not answer/],
    [
      'JSON cut off',
      async () => new Response('{"ok":', { headers: { 'content-type': 'application/json' } }),
      /does not answer/,
    ],
  ])('%s becomes a sentence', async (_case, answer, sentence) => {
    const { api } = setUp(answer);
    await expect(api.call('chats.list', {})).rejects.toThrow(sentence);
  });
});

describe('events over HTTP', () => {
  const silence = () => new Promise<Response>(() => {});

  test('reach the listeners of their name until they unsubscribe', () => {
    const { api, source } = setUp(silence);
    const seen: unknown[] = [];
    const off = api.on('chats.changed', payload => seen.push(payload));
    source().send({ name: 'chats.changed', payload: { a: 1 } });
    source().send({ name: 'calls.changed', payload: {} });
    off();
    source().send({ name: 'chats.changed', payload: { a: 2 } });
    expect(seen).toEqual([{ a: 1 }]);
  });

  test('a break and its end are reported', () => {
    const { api, source } = setUp(silence);
    const seen: boolean[] = [];
    const off = api.onConnection(isOpen => seen.push(isOpen));
    source().open();
    source().dispatchEvent(new Event('error'));
    source().open();
    off();
    source().dispatchEvent(new Event('error'));
    expect(seen).toEqual([true, false, true]);
    expect(FakeEventSource.opened).toHaveLength(1);
  });

  test('a connection the browser gave up is opened anew, with the same listeners', () => {
    vi.useFakeTimers();
    const { api, source } = setUp(silence);
    const seen: unknown[] = [];
    api.on('chats.changed', payload => seen.push(payload));
    api.onConnection(isOpen => seen.push(isOpen));
    source().open();
    source().fail();
    vi.runAllTimers();
    expect(FakeEventSource.opened).toHaveLength(2);
    source().open();
    source().send({ name: 'chats.changed', payload: {} });
    expect(seen).toEqual([true, false, true, {}]);
  });

  test('a bridge that cannot break needs no word for it', () => {
    const bridge = { call: async () => ({ ok: true }), on: () => () => {} };
    expect(createApi(bridge).onConnection(() => {})()).toBeUndefined();
  });
});
