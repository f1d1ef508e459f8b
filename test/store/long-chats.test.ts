import { expect, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { makeMessage, openTestStore } from './test-store.ts';

/** A line of messages, questions and answers in turn. */
function makeLine(count: number) {
  const store = openTestStore();
  const { id } = store.chats.create({ model: 'up/one', title: 'Line' });
  const messages = Array.from({ length: count }, (_, index): ChatMessage => {
    const parent_id = index === 0 ? null : `m${String(index - 1)}`;
    const answer = { role: 'assistant' as const, model: 'up/one', usage: { output_tokens: index } };
    return makeMessage(id, { id: `m${String(index)}`, parent_id, ...(index % 2 === 1 && answer) });
  });
  for (const message of messages) store.chats.addMessage(message);
  return { store, id, messages };
}

test('a chat of a hundred messages opens whole', () => {
  const { store, id, messages } = makeLine(100);
  const opened = store.chats.open(id);
  expect(opened.messages).toEqual(messages);
  expect(opened.outlines).toBeUndefined();
});

test('a longer one opens with its newest messages and the outlines of all', () => {
  const { store, id, messages } = makeLine(120);
  const other = makeMessage(id, {
    id: 'other',
    parent_id: 'm2',
    role: 'assistant',
    status: 'error',
    group_id: 'g',
    replaces_id: 'm3',
  });
  store.chats.addMessage(other);
  store.chats.setLeaf(id, 'm119');
  const { messages: whole, outlines } = store.chats.open(id);
  expect(whole).toEqual(messages.slice(80));
  expect(outlines).toEqual({
    ids: [...messages.map(message => message.id), 'other'],
    parents: [...messages.map((_, index) => index - 1), 2],
    created: [...messages, other].map(message => message.created_at),
    authors: [...messages.map((_, index) => (index % 2 === 0 ? -1 : 0)), 1],
    models: ['up/one', null],
    tokens: [...messages.map((_, index) => (index % 2 === 0 ? 0 : index)), 0],
    statuses: { 120: 'error' },
    groups: { 120: 'g' },
    replaced: { 120: 'm3' },
  });
});

test('a path is one branch, oldest first', () => {
  const { store, id, messages } = makeLine(6);
  store.chats.addMessage(makeMessage(id, { id: 'other', parent_id: 'm2', role: 'assistant' }));
  expect(store.chats.getPath(id, 'm3')).toEqual(messages.slice(0, 4));
  expect(store.chats.getPath(id, 'other').map(message => message.id)).toEqual(['m0', 'm1', 'm2', 'other']);
  expect(store.chats.getPath(id, 'nobody')).toEqual([]);
  const elsewhere = store.chats.create({ model: null });
  expect(store.chats.getPath(elsewhere.id, 'm3')).toEqual([]);
});
