import { describe, expect, it } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { leafWithout } from '../../electron/store/leaf-without.ts';
import { newId } from '../../electron/contract/new-id.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { makeDataDir, makeEnd, makeMessage, makeStart, openTestStore } from './test-store.ts';

type Line = { store: Store; chatId: string; messages: ChatMessage[] };

/** A chat with a question, two answers to it, and a question with an answer below the second. */
function makeThread(store = openTestStore()): Line {
  const chatId = store.chats.create({ model: 'eliza/doctor', title: 'Talk' }).id;
  const question = makeMessage(chatId, { id: 'q1' });
  const first = makeMessage(chatId, { id: 'a1', parent_id: 'q1', role: 'assistant' });
  const second = makeMessage(chatId, { id: 'a2', parent_id: 'q1', role: 'assistant' });
  const follow = makeMessage(chatId, { id: 'q2', parent_id: 'a2' });
  const last = makeMessage(chatId, { id: 'a3', parent_id: 'q2', role: 'assistant', model: 'groq/llama' });
  const messages = [question, first, second, follow, last];
  for (const message of messages) store.chats.addMessage(message);
  return { store, chatId, messages };
}

const idsOf = (store: Store, chatId: string): string[] =>
  store.chats.get(chatId).messages.map(({ id }) => id);

describe('deleting messages', () => {
  it('takes everything below with it, and shows the version beside', () => {
    const { store, chatId } = makeThread();
    const { chat } = store.chats.deleteMessages(chatId, ['a2']);
    expect(idsOf(store, chatId)).toEqual(['q1', 'a1']);
    expect(chat.leaf_id).toBe('a1');
  });

  it('is undone as a whole: the same messages, on the branch that was shown', () => {
    const { store, chatId, messages } = makeThread();
    const { id } = store.chats.deleteMessages(chatId, ['q1']);
    expect(idsOf(store, chatId)).toEqual([]);
    expect(store.chats.leafOf(chatId)).toBeNull();
    const chat = store.chats.restoreMessages(id);
    expect(chat.leaf_id).toBe('a3');
    expect(store.chats.get(chatId).messages).toEqual(messages);
    expect(() => store.chats.restoreMessages(id)).toThrow('not there any more');
  });

  it('leaves the shown branch alone when another one goes', () => {
    const { store, chatId } = makeThread();
    expect(store.chats.deleteMessages(chatId, ['a1']).chat.leaf_id).toBe('a3');
    expect(idsOf(store, chatId)).toEqual(['q1', 'a2', 'q2', 'a3']);
  });

  it('refuses to bring back a reply whose parent is gone, and keeps it for later', () => {
    const { store, chatId } = makeThread();
    const inner = store.chats.deleteMessages(chatId, ['q2']);
    const outer = store.chats.deleteMessages(chatId, ['a2']);
    expect(() => store.chats.restoreMessages(inner.id)).toThrow('message above was deleted');
    store.chats.restoreMessages(outer.id);
    store.chats.restoreMessages(inner.id);
    expect(idsOf(store, chatId).toSorted()).toEqual(['a1', 'a2', 'a3', 'q1', 'q2']);
  });

  it('touches no other chat, and refuses what is not there', () => {
    const { store, chatId } = makeThread();
    const other = store.chats.create({ model: null }).id;
    expect(() => store.chats.deleteMessages(other, ['a1'])).toThrow('not there any more');
    expect(() => store.chats.deleteMessages('nowhere', ['a1'])).toThrow('not there any more');
    expect(idsOf(store, chatId)).toHaveLength(5);
  });

  it('lasts 30 days, over restarts', () => {
    const file = `${makeDataDir()}/parley.db`;
    let day = Date.UTC(2026, 0, 1);
    const now = (): Date => new Date(day);
    const first = makeThread(openTestStore({ file, now }));
    const { id } = first.store.chats.deleteMessages(first.chatId, ['a2']);
    const { id: late } = first.store.chats.deleteMessages(first.chatId, ['a1']);
    first.store.close();
    day += 29 * 86_400_000;
    const second = openTestStore({ file, now });
    second.recover();
    second.chats.restoreMessages(id);
    day += 3 * 86_400_000;
    second.recover();
    expect(() => second.chats.restoreMessages(late)).toThrow('not there any more');
    expect(idsOf(second, first.chatId)).toEqual(['q1', 'a2', 'q2', 'a3']);
  });
});

describe('leafWithout', () => {
  const link = (id: string, parent: string | null) => ({ id, parent_id: parent });
  const links = [
    link('q', null),
    link('a', 'q'),
    link('b', 'q'),
    link('b1', 'b'),
    link('c', 'q'),
    link('c1', 'c'),
  ];

  it.each([
    [['c', 'c1'], 'c1', 'b1'],
    [['a'], 'a', 'b1'],
    [['c', 'c1'], 'b1', 'b1'],
    [['a', 'b', 'b1', 'c', 'c1'], 'c1', 'q'],
    [['q', 'a', 'b', 'b1', 'c', 'c1'], 'b1', null],
    [[], null, null],
  ])('without %j of the branch to %s shows %s', (gone, leaf, expected) => {
    expect(leafWithout(links, new Set(gone), leaf)).toBe(expected);
  });
});

it('a branch is copied into a chat of its own; its costs stay where they were paid', () => {
  const { store, chatId, messages } = makeThread();
  const call = makeStart();
  store.calls.begin(call);
  store.calls.end({ ...makeEnd(call.id), cost_usd: 0.5 });
  store.chats.saveMessage('a2', { call_id: call.id });
  const branch = store.chats.get(chatId).messages.filter(({ id }) => ['q1', 'a2'].includes(id));
  const folder = store.folders.create('Talks');
  store.chats.organize(chatId, { folder_id: folder.id });
  store.presets.setSettings(chatId, { preset_id: null, settings: { instructions: 'Be brief.' } });
  const copy = store.chats.copyBranch(chatId, {
    title: 'Talk (branch)',
    model: 'groq/llama',
    messages: branch,
  });
  expect(copy.folder_id).toBe(folder.id);
  expect(store.presets.settingsOf(copy.id).settings).toEqual({ instructions: 'Be brief.' });
  const copied = store.chats.get(copy.id);
  expect(copied.chat).toMatchObject({ title: 'Talk (branch)', model: 'groq/llama' });
  expect(copied.messages.map(({ content }) => content)).toEqual([messages[0]?.content, messages[2]?.content]);
  expect(copied.chat.leaf_id).toBe(copied.messages[1]?.id);
  expect(copied.messages[1]?.parent_id).toBe(copied.messages[0]?.id);
  expect(store.chatNumbers.ofMessages([copied.messages[1]?.id ?? ''])).toHaveLength(1);
  expect(store.chatNumbers.total(copy.id)).toMatchObject({ calls: 0, cost_usd: null });
  expect(store.chatNumbers.total(chatId)).toMatchObject({ calls: 1, cost_usd: 0.5 });
});

describe('numbers', () => {
  it('of a chat count deleted answers, and leave unknown what is unknown', () => {
    const { store, chatId } = makeThread();
    const calls = [makeStart(), makeStart(), makeStart()];
    const ends = [
      { cost_usd: 0.25, input_tokens: 10, output_tokens: 5 },
      { cost_usd: null, input_tokens: null, output_tokens: null },
      { cost_usd: null, input_tokens: null, output_tokens: null, status: 'error' as const },
    ];
    for (const [index, call] of calls.entries()) {
      store.calls.begin(call);
      store.calls.end({ ...makeEnd(call.id), ...ends[index] });
      store.chats.saveMessage(['a1', 'a2', 'a3'][index] ?? '', { call_id: call.id });
    }
    store.chats.deleteMessages(chatId, ['a1']);
    expect(store.chatNumbers.total(chatId)).toEqual({
      calls: 3,
      cost_usd: 0.25,
      input_tokens: 10,
      output_tokens: 5,
      unknown_cost_calls: 1,
      unknown_tokens_calls: 1,
    });
    expect(store.chatNumbers.total(store.chats.create({ model: null }).id)).toMatchObject({
      calls: 0,
      cost_usd: null,
      input_tokens: null,
    });
  });

  it('of answers come in one question, also of a call reported a moment ago', () => {
    const { store } = makeThread();
    const call = makeStart();
    store.chats.saveMessage('a2', { call_id: call.id });
    store.calls.begin(call);
    expect(store.chatNumbers.ofMessages(['a1', 'a2'])).toEqual([]);
    store.calls.end({ ...makeEnd(call.id), attempts: 2 });
    expect(store.chatNumbers.ofMessages(['a1', 'a2', 'nobody'])).toMatchObject([
      { message_id: 'a2', attempts: 2 },
    ]);
  });
});

describe('the queue', () => {
  const entry = (chatId: string, text: string) => ({
    id: newId(),
    chat_id: chatId,
    content: [{ type: 'text' as const, text }],
    models: ['a/b', 'c/d'],
    is_held: false,
    created_at: '2026-01-01T00:00:00.000Z',
  });

  it('keeps its order over a restart, and gives each message out once', () => {
    const file = `${makeDataDir()}/parley.db`;
    const store = openTestStore({ file });
    const chatId = store.chats.create({ model: null }).id;
    const [one, two] = [entry(chatId, 'one'), entry(chatId, 'two')];
    store.queue.add(one);
    store.queue.add(two);
    store.queue.change(two.id, { is_held: true });
    store.close();
    const again = openTestStore({ file });
    expect(again.queue.list(chatId)).toEqual([one, { ...two, is_held: true }]);
    expect(() =>
      again.queue.take(one.id, () => {
        throw new Error('no room');
      }),
    ).toThrow('no room');
    expect(again.queue.list(chatId)).toHaveLength(2);
    expect(again.queue.take(one.id, () => 'sent')).toBe('sent');
    again.queue.remove(two.id);
    expect(again.queue.list(chatId)).toEqual([]);
    expect(() => again.queue.get(one.id)).toThrow('left the queue');
  });
});
