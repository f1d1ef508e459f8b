import { describe, expect, it, vi } from 'vitest';

import { createApi } from '../../electron/api/create-api.ts';
import type { ApiHandlers } from '../../electron/api/create-api.ts';
import { createEventHub } from '../../electron/api/event-hub.ts';
import { AppError } from '../../electron/contract/errors.ts';

const secret = 'sk-typed-into-the-wrong-field-0123';

/** An api whose handlers are spies; a call without one fails the test by answering `internal`. */
function setUp(handlers: Partial<ApiHandlers>) {
  const problems: unknown[] = [];
  const hub = createEventHub(error => problems.push(error));
  // Safe: the tests call only what they have given.
  const api = createApi(handlers as ApiHandlers, hub, error => problems.push(error));
  return { api, hub, problems };
}

describe('what is asked for', () => {
  it.each(['nothing.like_it', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is refused where there is no call %j',
    async name => {
      const { api, problems } = setUp({});
      expect(await api.call(name, {})).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(problems).toEqual([]);
    },
  );

  it.each([
    ['chats.get', {}, 'id'],
    ['chats.get', { id: 7 }, 'id'],
    ['chats.get', 'text', 'chats.get'],
    ['chats.get', [], 'id'],
    ['chats.rename', { id: 'a', title: '   ' }, 'title'],
    ['chats.rename', { id: 'a', title: 'x'.repeat(201) }, 'title'],
    [
      'messages.send',
      { chat_id: 'a', parent_id: null, model: 'm', text: 'x', attachments: [{ type: 'attachment' }] },
      'attachments.0',
    ],
    ['messages.send', { chat_id: 'a', model: 'm', text: 'x' }, 'parent_id'],
    ['calls.list', { limit: 0 }, 'limit'],
    ['calls.list', { limit: 501 }, 'limit'],
    ['calls.list', { limit: 1.5 }, 'limit'],
    ['backends.save_key', { name: 'a', api_key: '' }, 'api_key'],
    ['providers.inspect', { file_name: 'a.lua', source: 'x'.repeat(1_000_001) }, 'source'],
  ])('is checked: %s', async (name, input, field) => {
    const handler = vi.fn();
    const { api } = setUp({ [name]: handler });
    const answer = await api.call(name, input);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'invalid_request', message: expect.stringContaining(field) as string },
    });
    expect(handler).not.toHaveBeenCalled();
  });

  it('is never repeated in the refusal, since it may be a key', async () => {
    const { api } = setUp({});
    const answers = [
      await api.call('backends.save_key', { name: { nested: secret }, api_key: secret }),
      await api.call('backends.save_key', { name: 'a', api_key: [secret] }),
      await api.call('backends.save_key', secret),
      await api.call('providers.import', { file_name: 1, source: secret, sha256: secret, replace: secret }),
    ];
    expect(answers.every(answer => !answer.ok)).toBe(true);
    expect(JSON.stringify(answers)).not.toContain(secret);
  });

  it('reaches its handler with defaults filled in and unknown fields left out', async () => {
    const list = vi.fn(() => ({ models: [], problems: [] }));
    const calls = vi.fn(() => ({ calls: [], more: false }));
    const { api } = setUp({ 'models.list': list, 'calls.list': calls });
    await api.call('models.list', undefined);
    await api.call('models.list', { refresh: true, more: 'x' });
    await api.call('calls.list', {});
    expect(list.mock.calls).toEqual([
      [{ refresh: false, hidden: false }],
      [{ refresh: true, hidden: false }],
    ]);
    expect(calls.mock.calls).toEqual([[{ limit: 100 }]]);
  });
});

describe('what goes wrong in a handler', () => {
  it('comes back as data and, being expected, is not reported', async () => {
    const { api, problems } = setUp({
      'chats.list': () => {
        throw new AppError('disk_full', 'The disk is full.');
      },
      'backends.list': () => Promise.reject(new AppError('http_error', 'It said no.', { http_status: 418 })),
    });
    expect(await api.call('chats.list', {})).toEqual({
      ok: false,
      error: { code: 'disk_full', message: 'The disk is full.' },
    });
    expect(await api.call('backends.list', {})).toEqual({
      ok: false,
      error: { code: 'http_error', message: 'It said no.', http_status: 418 },
    });
    expect(problems).toEqual([]);
  });

  it('is reported where nobody expected it', async () => {
    const mistake = new TypeError('of our own');
    const { api, problems } = setUp({
      'chats.list': () => {
        throw mistake;
      },
    });
    expect(await api.call('chats.list', {})).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(problems).toEqual([mistake]);
  });
});

describe('events', () => {
  it('reach every listener until it leaves', () => {
    const { api, hub } = setUp({});
    const [first, second] = [vi.fn(), vi.fn()];
    const leave = api.on(first);
    api.on(second);
    hub.emit('app.changed', {});
    leave();
    leave();
    hub.emit('chats.changed', {});
    expect(first.mock.calls).toEqual([[{ name: 'app.changed', payload: {} }]]);
    expect(second.mock.calls).toEqual([
      [{ name: 'app.changed', payload: {} }],
      [{ name: 'chats.changed', payload: {} }],
    ]);
  });
});
