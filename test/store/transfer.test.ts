import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isTemporary } from '../../electron/contract/temporary-chat.ts';
import type { TransferChat } from '../../electron/contract/transfer.ts';
import { parleyJsonChat, parleyJsonHead, parleyJsonTail } from '../../electron/transfer/to-parley-json.ts';
import { convertText } from '../transfer/support.ts';
import { catchError, openTestStore } from './test-store.ts';

const times = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(date => date.toISOString());
const name = fc.string({ maxLength: 12 });

const block = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    type: fc.constant('thinking' as const),
    text: fc.string(),
    signature: name,
    duration_ms: fc.nat(),
  }),
  fc.record({
    type: fc.constant('attachment' as const),
    media_type: fc.constant('image/png'),
    name,
    source: fc.record({ type: fc.constant('base64' as const), data: fc.base64String() }),
  }),
  fc.record({
    type: fc.constant('tool_use' as const),
    id: name,
    name,
    input: fc.dictionary(name, fc.integer(), { noNullPrototype: true }),
  }),
);

/** A tree: each message but the first answers one before it. */
const chats = fc
  .record({
    id: fc.uuid(),
    title: name,
    model: fc.option(fc.constant('groq/llama')),
    created_at: times,
    updated_at: times,
    pinned_at: fc.constant('2026-01-01T00:00:00.000Z'),
    invented_by_a_later_version: fc.record({ depth: fc.nat() }),
    settings: fc.record({
      preset_id: fc.constant(null),
      settings: fc.record({ temperature: fc.constantFrom(0, 0.5, 2) }),
    }),
    drafts: fc.array(
      fc.record({
        id: fc.uuid(),
        parent: fc.nat(),
        content: fc.array(block, { maxLength: 3 }),
        status: fc.constantFrom(
          'complete' as const,
          'error' as const,
          'cancelled' as const,
          'interrupted' as const,
        ),
        isUser: fc.boolean(),
        usage: fc.option(fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() })),
        created_at: times,
        mood: fc.constantFrom('calm', 'tired'),
      }),
      { maxLength: 8 },
    ),
    leaf: fc.nat(),
  })
  .map(({ drafts, leaf, ...chat }): TransferChat => {
    const messages = drafts.map(
      ({ parent, isUser, id, content, status, usage, created_at, mood }, index) => ({
        id,
        parent_id: index === 0 || parent % (index + 1) === index ? null : drafts[parent % (index + 1)]!.id,
        role: isUser ? ('user' as const) : ('assistant' as const),
        content,
        status,
        finish_reason: isUser ? null : 'stop',
        model: isUser ? null : 'groq/llama',
        error: status === 'error' ? { code: 'http_error' as const, message: 'No.', http_status: 500 } : null,
        usage,
        call_id: null,
        private: null,
        created_at,
        mood,
      }),
    );
    return {
      ...chat,
      leaf_id: messages.length === 0 ? null : messages[leaf % messages.length]!.id,
      messages,
    };
  });

function toFile(all: readonly TransferChat[]): string {
  const head = parleyJsonHead({ exported_at: '2026-01-01T00:00:00.000Z', app_version: '1' });
  return head + all.map((chat, index) => parleyJsonChat(chat, index === 0)).join('') + parleyJsonTail;
}

const contentOf = (file: string): string =>
  readdirSync(dirname(file))
    .map(entry => readFileSync(join(dirname(file), entry), 'latin1'))
    .join('\n');

const [sample] = fc.sample(
  chats.filter(({ messages }) => messages.length > 3),
  { numRuns: 1, seed: 7 },
) as [TransferChat];

describe('chats that go out and come in', () => {
  it('come back as they were, fields of later versions included', () => {
    fc.assert(
      fc.property(fc.array(chats, { minLength: 1, maxLength: 3 }), written => {
        const from = openTestStore();
        const to = openTestStore();
        for (const chat of written) from.imports.add(chat);
        const exported = written.map(({ id }) => from.exports.read(id));
        expect(exported).toEqual(written.map(chat => expect.objectContaining(chat)));
        const { source, chats: read, left_out } = convertText(toFile(exported), { step: 4096 });
        expect({ source, left_out }).toEqual({ source: 'parley', left_out: [] });
        for (const chat of read) to.imports.add(chat);
        expect(exported.map(({ id }) => to.exports.read(id))).toEqual(exported);
        // Again: nothing is added, in either.
        const again = exported.flatMap(chat => [from.imports.add(chat), to.imports.add(chat)]);
        expect(again).toEqual(again.map(() => ({ state: 'known', new_messages: 0 })));
        expect(to.exports.listIds()).toHaveLength(written.length);
        from.close();
        to.close();
      }),
      { numRuns: 10 },
    );
  });

  it('grow by the messages that are not here, and keep title and shown branch', () => {
    const store = openTestStore();
    const { messages } = sample;
    store.imports.add({ ...sample, messages: messages.slice(0, 2), leaf_id: messages[1]!.id });
    store.chats.rename(sample.id, 'My own name');
    expect(store.imports.compare(sample)).toEqual({ state: 'more', new_messages: messages.length - 2 });
    expect(store.chats.get(sample.id).messages).toHaveLength(2);
    store.imports.add({ ...sample, leaf_id: messages.at(-1)!.id });
    const { chat, messages: now } = store.chats.get(sample.id);
    expect({ title: chat.title, leaf: chat.leaf_id, ids: now.map(({ id }) => id) }).toEqual({
      title: 'My own name',
      leaf: messages[1]!.id,
      ids: messages.map(({ id }) => id),
    });
  });

  it('get ids of their own where theirs are taken, the same ones each time', () => {
    const store = openTestStore();
    store.imports.add(sample);
    const [first, ...rest] = sample.messages;
    const other = {
      ...sample,
      title: 'Other',
      messages: [{ ...first!, content: [{ type: 'text' as const, text: 'else' }] }, ...rest],
    };
    expect(store.imports.add(other)).toEqual({ state: 'new', new_messages: sample.messages.length });
    expect(store.imports.add(other)).toEqual({ state: 'known', new_messages: 0 });
    expect(store.exports.listIds()).toHaveLength(2);
    const copy = store.exports.listIds().find(id => id !== sample.id)!;
    const ids = store.chats.get(copy).messages.map(({ id }) => id);
    expect(ids.filter(id => sample.messages.some(message => message.id === id))).toEqual([]);
    expect(store.exports.read(sample.id).messages[0]!.content).toEqual(first!.content);
  });

  it('come back beside a deleted chat, which stays deleted', () => {
    const store = openTestStore();
    store.imports.add(sample);
    store.chats.delete(sample.id);
    expect(store.imports.add(sample).state).toBe('new');
    expect(store.imports.add(sample).state).toBe('known');
    expect(store.exports.listIds()).toHaveLength(1);
    expect(store.exports.listIds()).not.toContain(sample.id);
  });

  it('end what was still streaming, and find their folder by its name', () => {
    const store = openTestStore();
    const folder = store.folders.create('Work');
    const message = { ...sample.messages[0]!, status: 'streaming' as const };
    store.imports.add({
      ...sample,
      leaf_id: null,
      messages: [message],
      folder_id: 'elsewhere',
      folder_name: 'Work',
    });
    const { chat, messages } = store.chats.get(sample.id);
    expect({ folder: chat.folder_id, status: messages[0]!.status }).toEqual({
      folder: folder.id,
      status: 'interrupted',
    });
  });

  it('never hold a key', () => {
    const text = parleyJsonChat(
      {
        ...sample,
        options: JSON.stringify({
          headers: { Authorization: 'Bearer sk-1', 'x-api-key': 'sk-2', accept: 'x' },
        }),
        api_key: 'sk-3',
      },
      true,
    );
    expect(text).not.toMatch(/sk-\d/);
    expect(JSON.parse(text)).toMatchObject({ options: '{"headers":{"accept":"x"}}' });
  });
});

describe('a temporary chat', () => {
  it('works like any other, and no file holds a word of it', () => {
    const store = openTestStore();
    const kept = store.chats.create({ model: null, title: 'Kept' });
    const chat = store.temporary.create('eliza/eliza');
    expect(isTemporary(chat.id)).toBe(true);
    const message = {
      ...sample.messages[0]!,
      id: 'temporary-message',
      chat_id: chat.id,
      parent_id: null,
      content: [{ type: 'text' as const, text: 'wombatsonata' }],
      usage: null,
    };
    store.chats.addMessage({ ...message, status: 'streaming' });
    store.chats.saveMessage(message.id, { content: message.content, status: 'complete' });
    const removed = store.chats.deleteMessages(chat.id, [message.id]);
    store.chats.restoreMessages(removed.id);
    expect(store.chats.get(chat.id).messages.map(({ content }) => content)).toEqual([message.content]);
    expect(store.chats.list().map(({ id }) => id)).toEqual([kept.id]);
    expect(store.exports.listIds()).toEqual([kept.id]);
    expect(contentOf(store.file)).toContain('Kept');
    expect(contentOf(store.file)).not.toContain('wombatsonata');
    expect(
      catchError(() =>
        store.chats.copyBranch(chat.id, {
          title: 'x',
          model: null,
          messages: [{ ...message, status: 'complete' }],
        }),
      ).code,
    ).toBe('invalid_request');
    store.close();
    expect(contentOf(store.file)).not.toContain('wombatsonata');
  });

  it('is gone once deleted, even while an answer streams', () => {
    const store = openTestStore();
    const chat = store.temporary.create(null);
    const message = { ...sample.messages[0]!, id: 'm', chat_id: chat.id, parent_id: null, usage: null };
    store.chats.addMessage({ ...message, status: 'streaming' });
    store.chats.delete(chat.id);
    expect(catchError(() => store.chats.get(chat.id)).code).toBe('not_found');
    store.chats.saveMessage('m', { status: 'cancelled' });
    expect(catchError(() => store.chats.getMessage('m')).code).toBe('not_found');
    expect(catchError(() => store.chats.restore(chat.id)).code).toBe('not_found');
  });
});
