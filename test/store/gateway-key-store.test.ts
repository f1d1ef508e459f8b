import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { openStore } from '../../electron/store/open-store.ts';
import { catchError, makeEnd, makeStart, openTestStore } from './test-store.ts';

test('a key is seen once and kept as a hash only', () => {
  const store = openTestStore({ now: () => new Date('2026-03-01T00:00:00.000Z') });
  const { key, ...created } = store.gatewayKeys.create(' editor ');
  expect(key).toMatch(/^parley-[A-Za-z0-9_-]{43}$/);
  expect(created).toEqual({
    id: created.id,
    name: 'editor',
    prefix: key.slice(0, 11),
    created_at: '2026-03-01T00:00:00.000Z',
    last_used_at: null,
    revoked_at: null,
    allowed_models: null,
    requests_per_minute: null,
    budget: null,
    expires_at: null,
  });
  expect(store.gatewayKeys.list()).toMatchObject([created]);
  store.close();
  const bytes = readFileSync(store.file);
  expect(bytes.includes(key.slice(0, 11))).toBe(true);
  expect(bytes.includes(key.slice(0, 16))).toBe(false);
});

test('a key opens the gateway, and nothing else does', () => {
  const store = openTestStore();
  const { key, id } = store.gatewayKeys.create('editor');
  const { key: other } = store.gatewayKeys.create('other');
  expect(store.gatewayKeys.verify(key)).toMatchObject({ id, name: 'editor' });
  expect(store.gatewayKeys.verify(key)?.id).toBe(id);
  expect(store.gatewayKeys.verify(other)?.name).toBe('other');
  for (const wrong of ['', 'parley-', key.slice(0, -1), `${key} `, key.toUpperCase(), 'editor', id]) {
    expect(store.gatewayKeys.verify(wrong)).toBeUndefined();
  }
});

test('a revoked key stops working, keeps its row and frees its name', () => {
  const store = openTestStore();
  const first = store.gatewayKeys.create('editor');
  expect(store.gatewayKeys.revoke('editor').revoked_at).not.toBeNull();
  expect(store.gatewayKeys.verify(first.key)).toBeUndefined();
  const second = store.gatewayKeys.create('editor');
  expect(store.gatewayKeys.verify(second.key)?.id).toBe(second.id);
  store.gatewayKeys.revoke(second.id);
  expect(store.gatewayKeys.verify(second.key)).toBeUndefined();
  expect(store.gatewayKeys.list().map(key => key.revoked_at !== null)).toEqual([true, true]);
  for (const name of ['editor', first.id, 'nobody', '']) {
    expect(catchError(() => store.gatewayKeys.revoke(name)).code).toBe('not_found');
  }
});

test('names that are taken, empty, or no name at all are refused with a sentence', () => {
  const store = openTestStore();
  store.gatewayKeys.create('editor');
  for (const name of [
    'editor',
    ' editor',
    '',
    '  ',
    'two\nlines',
    'x'.repeat(101),
    'chat',
    'cli',
    'anonymous',
  ]) {
    const error = catchError(() => store.gatewayKeys.create(name));
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(/\.$/);
  }
  expect(store.gatewayKeys.list()).toHaveLength(1);
});

test('the last use is written with the next batch, without asking', () => {
  const store = openTestStore({ now: () => new Date('2026-03-01T00:00:00.000Z') });
  const { key } = store.gatewayKeys.create('editor');
  store.gatewayKeys.verify(key);
  store.close();
  const again = openStore({ file: store.file });
  expect(again.gatewayKeys.list()[0]?.last_used_at).toBe('2026-03-01T00:00:00.000Z');
  again.close();
});

test('a key made through another connection works at once, a revoked one stops within a second', async () => {
  const store = openTestStore();
  const other = openTestStore({ file: store.file });
  store.gatewayKeys.verify('parley-nothing');
  const { key } = other.gatewayKeys.create('editor');
  expect(store.gatewayKeys.verify(key)?.name).toBe('editor');
  other.gatewayKeys.revoke('editor');
  await new Promise(resolve => setTimeout(resolve, 1000));
  expect(store.gatewayKeys.verify(key)).toBeUndefined();
});

const limits = {
  allowed_models: ['groq/*', 'fast'],
  requests_per_minute: 60,
  budget: { amount: 5, unit: 'usd', period: 'month' },
  expires_at: '2027-01-01T00:00:00.000Z',
} as const;
const now = (): Date => new Date('2026-03-15T12:00:00.000Z');

test('limits are kept with the key, and known wherever it is', () => {
  const store = openTestStore({ now });
  const { key } = store.gatewayKeys.create('editor', {
    ...limits,
    allowed_models: [...limits.allowed_models],
  });
  expect(store.gatewayKeys.verify(key)).toMatchObject(limits);
  expect(store.gatewayKeys.named('editor')).toMatchObject(limits);
  expect(store.gatewayKeys.list()).toMatchObject([limits]);
  store.close();
  const again = openTestStore({ file: store.file });
  expect(again.gatewayKeys.verify(key)).toMatchObject(limits);
});

test('an edit changes what it names at once and leaves the rest', () => {
  const store = openTestStore({ now });
  const { key, id } = store.gatewayKeys.create('editor', { requests_per_minute: 10, budget: limits.budget });
  store.gatewayKeys.verify(key);
  expect(store.gatewayKeys.edit('editor', { requests_per_minute: 20, expires_at: undefined })).toMatchObject({
    requests_per_minute: 20,
    budget: limits.budget,
  });
  expect(store.gatewayKeys.verify(key)).toMatchObject({ requests_per_minute: 20, budget: limits.budget });
  store.gatewayKeys.edit(id, { budget: null, name: 'studio' });
  expect(store.gatewayKeys.verify(key)).toMatchObject({
    name: 'studio',
    budget: null,
    requests_per_minute: 20,
  });
  expect(store.gatewayKeys.named('editor')).toBeUndefined();
  store.gatewayKeys.edit('studio', { expires_at: '2027-01-01T01:00:00+01:00' });
  expect(store.gatewayKeys.named('studio')?.expires_at).toBe('2027-01-01T00:00:00.000Z');
});

test('an edit of a name that is taken, of no key, or into the past is refused and changes nothing', () => {
  const store = openTestStore({ now });
  store.gatewayKeys.create('editor');
  store.gatewayKeys.create('other');
  const edit = (key: string, changes: Parameters<typeof store.gatewayKeys.edit>[1]): string =>
    catchError(() => store.gatewayKeys.edit(key, changes)).code;
  expect(edit('editor', { name: 'other', requests_per_minute: 5 })).toBe('invalid_request');
  expect(edit('editor', { name: '' })).toBe('invalid_request');
  expect(edit('editor', { expires_at: '2026-03-15T12:00:00.000Z' })).toBe('invalid_request');
  expect(edit('nobody', { requests_per_minute: 5 })).toBe('not_found');
  expect(
    catchError(() => store.gatewayKeys.create('late', { expires_at: '2020-01-01T00:00:00Z' })).message,
  ).toMatch(/has passed already.*\.$/);
  expect(store.gatewayKeys.list()).toMatchObject([
    { name: 'editor', requests_per_minute: null, expires_at: null },
    { name: 'other' },
  ]);
});

test('a key that another connection revokes or edits counts so within a moment, however often it was used', async () => {
  const store = openTestStore();
  const other = openTestStore({ file: store.file });
  const { key } = store.gatewayKeys.create('editor');
  for (let use = 0; use < 100; use += 1) store.gatewayKeys.verify(key);
  other.gatewayKeys.edit('editor', { requests_per_minute: 3 });
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(store.gatewayKeys.verify(key)?.requests_per_minute).toBe(3);
  other.gatewayKeys.revoke('editor');
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(store.gatewayKeys.verify(key)).toBeUndefined();
});

test('the list says what each key has used in the period of its budget, and nothing of earlier periods', () => {
  let time = new Date(2026, 2, 15, 12).getTime();
  const store = openTestStore({ now: () => new Date(time) });
  store.gatewayKeys.create('daily', { budget: { amount: 1000, unit: 'tokens', period: 'day' } });
  store.gatewayKeys.create('free');
  const call = (client: string, cost: number | null): void => {
    const start = makeStart({ client, started_at: new Date(time).toISOString() });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, { cost_usd: cost }));
  };
  call('daily', 0.5);
  call('daily', null);
  call('free', 0.25);
  call('chat', 8);
  const used = (): unknown[] => store.gatewayKeys.list().map(({ usage }) => usage);
  const march = { since: new Date(2026, 2, 1).toISOString(), until: new Date(2026, 3, 1).toISOString() };
  const today = { since: new Date(2026, 2, 15).toISOString(), until: new Date(2026, 2, 16).toISOString() };
  const none = { calls: 0, cost_usd: 0, tokens: 0, unpriced_calls: 0, uncounted_calls: 0 };
  expect(used()).toEqual([
    { period: 'day', ...today, calls: 2, cost_usd: 0.5, tokens: 240, unpriced_calls: 1, uncounted_calls: 0 },
    { period: 'month', ...march, ...none, calls: 1, cost_usd: 0.25, tokens: 120 },
  ]);
  time = new Date(2026, 2, 16, 0, 1).getTime();
  expect(used()).toMatchObject([none, { calls: 1 }]);
});
