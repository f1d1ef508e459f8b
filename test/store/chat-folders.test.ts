import { expect, test } from 'vitest';

import { catchError, openTestStore } from './test-store.ts';

test('a chat is pinned, archived and filed, each without the others', () => {
  const store = openTestStore({ now: () => new Date('2026-03-01T12:00:00Z') });
  const { id } = store.chats.create({ model: null, title: 'Trip' });
  const folder = store.folders.create('Travel');
  expect(store.chats.organize(id, { pinned: true })).toMatchObject({
    pinned_at: '2026-03-01T12:00:00.000Z',
    archived_at: null,
    folder_id: null,
  });
  store.chats.organize(id, { folder_id: folder.id });
  expect(store.chats.organize(id, { archived: true, pinned: false })).toMatchObject({
    pinned_at: null,
    archived_at: '2026-03-01T12:00:00.000Z',
    folder_id: folder.id,
  });
  expect(store.chats.organize(id, { archived: false, folder_id: null })).toEqual({
    ...store.chats.list()[0],
    archived_at: null,
    folder_id: null,
  });
});

test('a folder goes, its chats stay', () => {
  const store = openTestStore();
  const { id } = store.chats.create({ model: null });
  const folder = store.folders.create('b');
  const other = store.folders.create('A');
  store.chats.organize(id, { folder_id: folder.id });
  expect(store.folders.rename(folder.id, 'c').name).toBe('c');
  expect(store.folders.list().map(({ name }) => name)).toEqual(['A', 'c']);
  store.folders.delete(folder.id);
  expect(store.folders.list()).toEqual([other]);
  expect(store.chats.list()).toMatchObject([{ id, folder_id: null }]);
});

test('what is not there any more is said so', () => {
  const store = openTestStore();
  const { id } = store.chats.create({ model: null });
  expect(catchError(() => store.chats.organize(id, { folder_id: 'gone' })).code).toBe('not_found');
  expect(catchError(() => store.chats.organize('gone', { pinned: true })).code).toBe('not_found');
  expect(catchError(() => store.folders.rename('gone', 'x')).code).toBe('not_found');
  expect(catchError(() => store.folders.delete('gone')).code).toBe('not_found');
});
