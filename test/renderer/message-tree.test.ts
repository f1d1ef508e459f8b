import { describe, expect, test } from 'vitest';

import { upsertMessage } from '../../renderer/features/thread/chat-cache.ts';
import { branchOf, isSameItem, newestLeafBelow } from '../../renderer/features/thread/message-tree.ts';
import { message } from './message-fixture.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
const tree = [
  message({ id: 'q1', role: 'user', created_at: at(0) }),
  message({ id: 'a1', parent_id: 'q1', created_at: at(1) }),
  message({ id: 'a2', parent_id: 'q1', created_at: at(2) }),
  message({ id: 'q2', parent_id: 'a1', role: 'user', created_at: at(3) }),
  message({ id: 'a3', parent_id: 'q2', created_at: at(4) }),
];
const ids = (items: ReturnType<typeof branchOf>) => items.map(item => item.message.id);

describe('branchOf', () => {
  test('leads from the first message to the leaf', () => {
    expect(ids(branchOf(tree, 'a3'))).toEqual(['q1', 'a1', 'q2', 'a3']);
    expect(ids(branchOf(tree, 'a2'))).toEqual(['q1', 'a2']);
  });

  test('knows the siblings of each message, oldest first', () => {
    const shuffled = [...tree].reverse();
    expect(branchOf(shuffled, 'a2').map(({ siblings }) => siblings)).toEqual([['q1'], ['a1', 'a2']]);
  });

  test('shows the newest branch where the leaf is not known', () => {
    expect(ids(branchOf(tree, 'gone'))).toEqual(['q1', 'a1', 'q2', 'a3']);
    expect(branchOf([], null)).toEqual([]);
  });

  test('ends even where a damaged tree has a cycle', () => {
    const cycle = [message({ id: 'x', parent_id: 'y' }), message({ id: 'y', parent_id: 'x' })];
    expect(ids(branchOf(cycle, 'x'))).toEqual(['y', 'x']);
  });
});

test('newestLeafBelow follows the newest replies', () => {
  expect(newestLeafBelow(tree, 'a1')).toBe('a3');
  expect(newestLeafBelow(tree, 'q1')).toBe('a2');
  expect(newestLeafBelow(tree, 'a3')).toBe('a3');
});

test('an item is the same for equal siblings in a new list, and not for another message', () => {
  const item = { message: message(), siblings: ['a', 'b'] };
  expect(isSameItem(item, { ...item, siblings: ['a', 'b'] })).toBe(true);
  expect(isSameItem(item, { ...item, siblings: ['a', 'b', 'c'] })).toBe(false);
  expect(isSameItem(item, { ...item, message: message() })).toBe(false);
});

describe('upsertMessage', () => {
  test('adds what is new and replaces what is known', () => {
    const added = upsertMessage(tree, message({ id: 'new' }));
    expect(added.map(({ id }) => id)).toEqual(['q1', 'a1', 'a2', 'q2', 'a3', 'new']);
    const stopped = message({ id: 'a1', status: 'cancelled' });
    expect(upsertMessage(tree, stopped)[1]).toBe(stopped);
  });

  test('a final state is not overtaken by the streaming one that was sent before it', () => {
    const done = message({ id: 'a' });
    expect(upsertMessage([done], message({ id: 'a', status: 'streaming', content: [] }))).toEqual([done]);
  });
});
