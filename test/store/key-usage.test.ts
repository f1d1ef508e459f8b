import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { CallEnd, CallStart } from '../../electron/contract/calls.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { migrate } from '../../electron/store/migrate.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { makeDataDir, makeEnd, makeStart, openTestStore } from './test-store.ts';

const since = new Date('2026-03-01T00:00:00.000Z');
const empty = { calls: 0, cost_usd: 0, tokens: 0, unpriced_calls: 0, uncounted_calls: 0, running: 0 };

function call(
  store: Store,
  client: string,
  end: Partial<CallEnd> = {},
  start: Partial<CallStart> = {},
): string {
  const begun = makeStart({ client, ...start });
  store.calls.begin(begun);
  store.calls.end(makeEnd(begun.id, end));
  return begun.id;
}

test('a call counts the moment it ends, before anything is written, and once only', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  const start = makeStart({ client: 'editor' });
  store.calls.begin(start);
  expect(store.keyUsage.total(id, since)).toEqual({ ...empty, running: 1 });
  store.calls.end(makeEnd(start.id));
  const counted = { ...empty, calls: 1, cost_usd: 0.25, tokens: 120 };
  expect(store.keyUsage.total(id, since)).toEqual(counted);
  store.calls.flush();
  expect(store.keyUsage.total(id, since)).toEqual(counted);
  store.calls.flush();
  expect(store.keyUsage.total(id, since)).toEqual(counted);
});

test('sums go on over batches and restarts', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  for (let round = 1; round <= 3; round += 1) {
    call(store, 'editor');
    call(store, 'editor', {}, { started_at: '2026-03-02T08:00:00.000Z' });
    expect(store.keyUsage.total(id, since).calls).toBe(round * 2);
    store.calls.flush();
  }
  store.close();
  const again = openTestStore({ file: store.file });
  const total = again.keyUsage.total(id, since);
  expect(total).toEqual({ ...empty, calls: 6, cost_usd: 1.5, tokens: 720 });
});

test('what is older than the period does not count, to the quarter of an hour', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  call(store, 'editor', {}, { started_at: '2026-03-01T00:00:00.000Z' });
  call(store, 'editor', {}, { started_at: '2026-02-28T23:59:59.999Z' });
  expect(store.keyUsage.total(id, since).calls).toBe(1);
  store.calls.flush();
  expect(store.keyUsage.total(id, since).calls).toBe(1);
  expect(store.keyUsage.total(id, new Date('2026-02-28T18:15:00.000Z')).calls).toBe(2);
});

test('numbers nobody reported are counted as unknown; a failed call without them cost nothing', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  const unknown = { cost_usd: null, input_tokens: null, output_tokens: null } as const;
  call(store, 'editor', unknown);
  call(store, 'editor', { ...unknown, status: 'cancelled' });
  call(store, 'editor', { ...unknown, status: 'error' });
  call(store, 'editor', { cost_usd: null, output_tokens: null });
  call(store, 'editor', { cost_usd: Number.NaN, input_tokens: Number.POSITIVE_INFINITY, output_tokens: 7 });
  const expected = { ...empty, calls: 4, tokens: 107, unpriced_calls: 4, uncounted_calls: 2 };
  expect(store.keyUsage.total(id, since)).toEqual(expected);
  store.calls.flush();
  expect(store.keyUsage.total(id, since)).toEqual(expected);
});

test('calls of the chat, of nobody, and ends that were never begun count for no key', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  for (const client of ['chat', 'anonymous', 'nobody', '']) call(store, client);
  store.calls.end(makeEnd('never-begun'));
  store.calls.flush();
  expect(store.keyUsage.total(id, since)).toEqual(empty);
});

test('a new key with the name of a revoked one starts with nothing used', () => {
  const store = openTestStore();
  const first = store.gatewayKeys.create('editor');
  const running = makeStart({ client: 'editor' });
  store.calls.begin(running);
  call(store, 'editor');
  store.gatewayKeys.revoke('editor');
  const second = store.gatewayKeys.create('editor');
  store.calls.end(makeEnd(running.id));
  expect(store.keyUsage.total(first.id, since).calls).toBe(2);
  expect(store.keyUsage.total(second.id, since)).toEqual(empty);
});

test('a key that is renamed keeps what it has used', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  call(store, 'editor');
  store.gatewayKeys.edit('editor', { name: 'studio' });
  call(store, 'studio');
  expect(store.keyUsage.total(id, since).calls).toBe(2);
});

test('what another process wrote counts as well, beside what waits here', async () => {
  const store = openTestStore();
  const other = openTestStore({ file: store.file });
  const { id, key } = store.gatewayKeys.create('editor');
  other.gatewayKeys.verify(key);
  call(store, 'editor');
  expect(store.keyUsage.total(id, since).calls).toBe(1);
  call(other, 'editor');
  call(other, 'editor');
  other.calls.flush();
  await sleep(30);
  expect(store.keyUsage.total(id, since)).toMatchObject({ calls: 3, cost_usd: 0.75 });
  store.calls.flush();
  await sleep(30);
  expect(store.keyUsage.total(id, since).calls).toBe(3);
  expect(other.keyUsage.total(id, since).calls).toBe(3);
});

test('a call with a nonsensical time is counted somewhere and holds back no other', () => {
  const store = openTestStore();
  const { id } = store.gatewayKeys.create('editor');
  call(store, 'editor', {}, { started_at: 'yesterday' });
  call(store, 'editor');
  store.calls.flush();
  expect(store.calls.list({ limit: 10 }).calls).toHaveLength(2);
  expect(store.keyUsage.total(id, since).calls).toBe(2);
});

test('the ledger of an earlier version is summed up when the database is brought up to date', () => {
  const file = `${makeDataDir()}/parley.db`;
  const Sqlite = loadSqlite();
  const db = new Sqlite(file);
  migrate(db, file, 3);
  const addKey = db.prepare(
    "INSERT INTO gateway_keys (id, name, prefix, hash, created_at, revoked_at) VALUES (?, 'editor', 'parley-abcd', ?, ?, ?)",
  );
  addKey.run('old', Buffer.from('a'), '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z');
  addKey.run('new', Buffer.from('b'), '2026-03-02T00:00:01.000Z', null);
  const addCall = db.prepare(
    `INSERT INTO call_rows (id, started_at, client, backend, model_asked, status, input_tokens, output_tokens, cost_usd)
     VALUES (?, ?, 'editor', 'groq', 'groq/llama', ?, ?, ?, ?)`,
  );
  addCall.run('1', '2026-03-01T10:00:00.000Z', 'ok', 10, 5, 0.5);
  addCall.run('2', '2026-03-02T10:00:00.000Z', 'ok', 20, 5, 0.25);
  addCall.run('3', '2026-03-02T10:00:10.000Z', 'ok', null, null, null);
  addCall.run('4', '2026-03-02T10:00:20.000Z', 'running', null, null, null);
  addCall.run('6', '2026-03-02T10:00:30.000Z', 'error', null, null, null);
  addCall.run('5', '2026-02-01T10:00:00.000Z', 'ok', 1000, 1000, 9);
  db.close();
  const store = openTestStore({ file });
  expect(store.keyUsage.total('old', since)).toEqual({ ...empty, calls: 1, cost_usd: 0.5, tokens: 15 });
  expect(store.keyUsage.total('new', since)).toEqual({
    ...empty,
    calls: 2,
    cost_usd: 0.25,
    tokens: 25,
    unpriced_calls: 1,
    uncounted_calls: 1,
  });
});
