import { expect, it } from 'vitest';

import type { Chat } from '../../electron/contract/chats.ts';
import { groupChats, groupKey } from '../../renderer/features/chats/chat-groups.ts';
import { listRows } from '../../renderer/features/chats/list-rows.ts';

const now = new Date(2026, 2, 15, 0, 30);

function chat(id: string, used: Date, changes: Partial<Chat> = {}): Chat {
  const time = used.toISOString();
  return {
    id,
    title: id,
    model: null,
    leaf_id: null,
    created_at: time,
    updated_at: time,
    pinned_at: null,
    archived_at: null,
    folder_id: null,
    ...changes,
  };
}

const folder = { id: 'f', name: 'Travel', created_at: '' };
const shape = (chats: Chat[], folders = [folder]) =>
  groupChats(chats, folders, now).map(group => [groupKey(group), ...group.chats.map(({ id }) => id)]);

it('goes by the calendar, not by hours', () => {
  const chats = [
    chat('minutes ago', new Date(2026, 2, 15, 0, 1)),
    chat('an hour ago', new Date(2026, 2, 14, 23, 30)),
    chat('last week', new Date(2026, 2, 8, 0, 1)),
    chat('before', new Date(2026, 2, 7, 23, 59)),
    chat('in winter', new Date(2026, 1, 1)),
    chat('years ago', new Date(2024, 1, 1)),
  ];
  expect(shape(chats, [])).toEqual([
    ['today', 'minutes ago'],
    ['yesterday', 'an hour ago'],
    ['week', 'last week'],
    ['month', 'before'],
    ['2026-02', 'in winter'],
    ['2024-02', 'years ago'],
  ]);
});

it('puts pinned chats first, then folders, and leaves archived ones out', () => {
  const today = new Date(2026, 2, 15);
  const chats = [
    chat('plain', today),
    chat('filed', today, { folder_id: 'f' }),
    chat('pinned', today, { pinned_at: '2026-01-01', folder_id: 'f' }),
    chat('pinned later', today, { pinned_at: '2026-01-02' }),
    chat('archived', today, { archived_at: '2026-01-01', pinned_at: '2026-01-01' }),
    chat('of a folder that is gone', today, { folder_id: 'gone' }),
  ];
  expect(shape(chats)).toEqual([
    ['pinned', 'pinned later', 'pinned'],
    ['folder:f', 'filed'],
    ['today', 'plain', 'of a folder that is gone'],
  ]);
});

it('has a row for each chat, for an empty folder and for a closed one', () => {
  const today = new Date(2026, 2, 15);
  const other = { ...folder, id: 'g' };
  const groups = groupChats(
    [chat('a', today, { folder_id: 'f' }), chat('b', today), chat('c', today)],
    [folder, other],
    now,
  );
  const keys = (closed: string[]) => listRows(groups, new Set(closed)).map(({ key }) => key);
  expect(keys([])).toEqual(['a', 'folder:g', 'b', 'c']);
  expect(keys(['f'])).toEqual(['folder:f', 'folder:g', 'b', 'c']);
});
