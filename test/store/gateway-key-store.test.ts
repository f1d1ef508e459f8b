import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { openStore } from '../../electron/store/open-store.ts';
import { catchError, openTestStore } from './test-store.ts';

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
  });
  expect(store.gatewayKeys.list()).toEqual([created]);
  store.close();
  const bytes = readFileSync(store.file);
  expect(bytes.includes(key.slice(0, 11))).toBe(true);
  expect(bytes.includes(key.slice(0, 16))).toBe(false);
});

test('a key opens the gateway, and nothing else does', () => {
  const store = openTestStore();
  const { key, id } = store.gatewayKeys.create('editor');
  const { key: other } = store.gatewayKeys.create('other');
  expect(store.gatewayKeys.verify(key)).toEqual({ id, name: 'editor' });
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
  for (const name of ['editor', ' editor', '', '  ', 'two\nlines', 'x'.repeat(101), 'chat', 'cli']) {
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
