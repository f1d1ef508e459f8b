import { expect, test } from 'vitest';

import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { newId } from '../../electron/contract/new-id.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { catchError, makeMessage, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

/** A clock that moves on by a second with every look. */
function makeClock(): () => Date {
  let time = Date.UTC(2026, 2, 1);
  return () => new Date((time += 1000));
}

test('a new chat is empty, and comes back as it was made', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: 'eliza/doctor', title: 'First' });
  expect(chat).toMatchObject({ title: 'First', model: 'eliza/doctor', leaf_id: null });
  expect(store.chats.get(chat.id)).toEqual({ chat, messages: [] });
  expect(store.chats.list()).toEqual([chat]);
});

test('chats are listed by their last message, not by their name', () => {
  const store = openTestStore({ now: makeClock() });
  const [old, young] = [store.chats.create({ model: null }), store.chats.create({ model: null })];
  store.chats.addMessage(makeMessage(old.id));
  store.chats.rename(young.id, 'Renamed');
  expect(store.chats.list().map(chat => chat.id)).toEqual([old.id, young.id]);
});

test('messages of every kind of content come back as they were saved', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const question = makeMessage(chat.id, {
    content: [
      { type: 'text', text: 'naïve 漢字 🙂 \u0000 \uD800' },
      { type: 'attachment', media_type: 'image/png', source: { type: 'base64', data: 'AAAA' } },
      { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'ok' }], is_error: true },
    ],
  });
  const answer = makeMessage(chat.id, {
    parent_id: question.id,
    role: 'assistant',
    content: [
      { type: 'thinking', text: 'hm', signature: 's', redacted_data: 'r' },
      { type: 'tool_use', id: 't', name: 'look', input: { deep: [1, 1.5, null, 'x'] } },
    ],
    status: 'error',
    finish_reason: 'error',
    model: 'openai/gpt',
    error: { code: 'http_error', message: 'It broke.', http_status: 500 },
    usage: { input_tokens: 3, output_tokens: 0 },
    call_id: newId(),
    private: [{ reasoning_details: [] }, null],
  });
  store.chats.addMessage(question);
  const changed = store.chats.addMessage(answer);
  expect(changed).toMatchObject({ leaf_id: answer.id, model: 'openai/gpt' });
  expect(store.chats.get(chat.id)).toEqual({ chat: changed, messages: [question, answer] });
  expect(store.chats.getMessage(answer.id)).toEqual(answer);
});

test('a message may have siblings, and the leaf chooses the branch', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const question = makeMessage(chat.id);
  const [first, second] = [
    makeMessage(chat.id, { parent_id: question.id }),
    makeMessage(chat.id, { parent_id: question.id }),
  ];
  for (const message of [question, first, second]) store.chats.addMessage(message);
  expect(store.chats.get(chat.id).chat.leaf_id).toBe(second.id);
  expect(store.chats.setLeaf(chat.id, first.id).leaf_id).toBe(first.id);
  expect(store.chats.get(chat.id).messages.map(message => message.parent_id)).toEqual([
    null,
    question.id,
    question.id,
  ]);
});

test('while an answer streams, saving overwrites what is given and keeps the rest', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const answer = makeMessage(chat.id, { role: 'assistant', status: 'streaming', content: [] });
  store.chats.addMessage(answer);
  const content = [{ type: 'text' as const, text: 'Half an ans' }];
  store.chats.saveMessage(answer.id, { content });
  // Another connection sees it at once: nothing waits in memory.
  const other = openStore({ file: store.file });
  expect(other.chats.getMessage(answer.id)).toEqual({ ...answer, content });
  other.close();
  store.chats.saveMessage(answer.id, {
    status: 'complete',
    finish_reason: 'stop',
    usage: { output_tokens: 3 },
    call_id: 'c',
  });
  store.chats.saveMessage(answer.id, {});
  expect(store.chats.getMessage(answer.id)).toEqual({
    ...answer,
    content,
    status: 'complete',
    finish_reason: 'stop',
    usage: { output_tokens: 3 },
    call_id: 'c',
  });
  store.chats.saveMessage(answer.id, { usage: null, finish_reason: null });
  expect(store.chats.getMessage(answer.id)).toMatchObject({ usage: null, finish_reason: null, content });
});

test('answers that streamed when the owner ended become interrupted with their text', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const content = [{ type: 'text' as const, text: 'partial' }];
  const answer = makeMessage(chat.id, { role: 'assistant', status: 'streaming', content });
  store.chats.addMessage(answer);
  expect(store.recover()).toEqual({ calls: 0, messages: 1 });
  expect(store.chats.getMessage(answer.id)).toEqual({ ...answer, status: 'interrupted' });
});

test('a deleted chat is gone until it is restored', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const message = makeMessage(chat.id);
  const changed = store.chats.addMessage(message);
  store.chats.delete(chat.id);
  expect(store.chats.list()).toEqual([]);
  for (const use of [
    () => store.chats.get(chat.id),
    () => store.chats.delete(chat.id),
    () => store.chats.rename(chat.id, 'x'),
    () => store.chats.setLeaf(chat.id, message.id),
    () => store.chats.addMessage(makeMessage(chat.id)),
  ]) {
    expect(catchError(use).code).toBe('not_found');
  }
  expect(store.chats.restore(chat.id)).toEqual(changed);
  expect(store.chats.get(chat.id)).toEqual({ chat: changed, messages: [message] });
});

test('chats deleted long ago are removed at recovery, however long their threads', () => {
  let time = new Date('2026-03-01T00:00:00.000Z');
  const store = openTestStore({ now: () => time });
  const [long, recent] = [store.chats.create({ model: null }), store.chats.create({ model: null })];
  let parent_id: string | null = null;
  for (let index = 0; index < 1500; index++) {
    const message = makeMessage(long.id, { parent_id });
    store.chats.addMessage(message);
    parent_id = message.id;
  }
  store.chats.delete(long.id);
  time = new Date('2026-03-20T00:00:00.000Z');
  store.chats.delete(recent.id);
  time = new Date('2026-04-05T00:00:00.000Z');
  store.recover();
  expect(catchError(() => store.chats.restore(long.id)).code).toBe('not_found');
  expect(catchError(() => store.chats.getMessage(parent_id ?? '')).code).toBe('not_found');
  expect(store.chats.restore(recent.id).id).toBe(recent.id);
});

test('messages and leaves of other chats are refused, and nothing is half written', () => {
  const store = openTestStore();
  const [mine, other] = [store.chats.create({ model: null }), store.chats.create({ model: null })];
  const message = makeMessage(other.id);
  store.chats.addMessage(message);
  const before = store.chats.get(mine.id);
  for (const use of [
    () => store.chats.addMessage(makeMessage(mine.id, { parent_id: message.id })),
    () => store.chats.addMessage(makeMessage(mine.id, { parent_id: 'nothing' })),
    () => store.chats.addMessage(makeMessage('nothing')),
    () => store.chats.setLeaf(mine.id, message.id),
    () => store.chats.saveMessage('nothing', { status: 'complete' }),
    () => store.chats.getMessage('nothing'),
    () => store.chats.restore('nothing'),
  ]) {
    expect(catchError(use).code).toBe('not_found');
  }
  expect(() => store.chats.addMessage(message)).toThrow('UNIQUE constraint failed');
  expect(store.chats.get(mine.id)).toEqual(before);
});

test('the database itself refuses parents and leaves of other chats', () => {
  const store = openTestStore();
  const [mine, other] = [store.chats.create({ model: null }), store.chats.create({ model: null })];
  const message = makeMessage(other.id);
  store.chats.addMessage(message);
  const db = new Sqlite(store.file);
  expect(() => db.prepare('UPDATE chats SET leaf_id = ? WHERE id = ?').run(message.id, mine.id)).toThrow(
    'FOREIGN KEY',
  );
  expect(() => db.prepare('UPDATE messages SET chat_id = ?').run('nothing')).toThrow('FOREIGN KEY');
  db.close();
});

test('a message that was damaged by hand is one clear error', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  store.chats.addMessage(makeMessage(chat.id));
  const db = new Sqlite(store.file);
  for (const content of ['[{"type":', '[{"type":"hologram"}]', '7']) {
    db.prepare('UPDATE messages SET content = ?').run(content);
    const error = catchError(() => store.chats.get(chat.id));
    expect(error.code).toBe('database_unusable');
    expect(error.message).toContain('A message in the database cannot be read');
  }
  db.close();
});
