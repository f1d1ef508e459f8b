import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { titleFrom } from '../../electron/api/asker.ts';
import { createChatRunner } from '../../electron/api/chat-runner.ts';
import type { ChatRunner } from '../../electron/api/chat-runner.ts';
import { createEventHub } from '../../electron/api/event-hub.ts';
import type { ApiEvent, EventHub } from '../../electron/api/event-hub.ts';
import { completionContent, applyDelta, emptyCompletion } from '../../electron/contract/completion.ts';
import type { ApiParsedInput } from '../../electron/contract/api.ts';
import type { ChatMessage } from '../../electron/contract/chats.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { openStore } from '../../electron/store/open-store.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { createFakeEngine, text } from './fake-engine.ts';
import type { FakeAnswer, FakeEngine } from './fake-engine.ts';

type Setting = {
  runner: ChatRunner;
  store: Store;
  engine: FakeEngine;
  hub: EventHub;
  events: ApiEvent[];
  problems: unknown[];
  chatId: string;
  send: (
    words: string,
    more?: Partial<ApiParsedInput<'messages.send'>>,
  ) => { user_message: ChatMessage; answer: ChatMessage };
  /** The newest answer, once the engine was asked for it. */
  asked: () => Promise<FakeAnswer>;
  /** The message as the database has it. */
  saved: (id: string) => ChatMessage;
};

/** The real store in a folder of its own, an engine that does what the test says. */
function setUp(change: { chats?: (chats: Store['chats']) => Store['chats'] } = {}): Setting {
  const dir = mkdtempSync(join(tmpdir(), 'parley-chat-'));
  const store = openStore({ file: join(dir, 'parley.db') });
  onTestFinished(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });
  const problems: unknown[] = [];
  const hub = createEventHub(error => problems.push(error));
  const events: ApiEvent[] = [];
  hub.on(event => events.push(structuredClone(event)));
  const engine = createFakeEngine();
  const chats = change.chats?.(store.chats) ?? store.chats;
  const runner = createChatRunner({
    engine,
    chats,
    queue: store.queue,
    hub,
    onProblem: error => problems.push(error),
  });
  const chatId = store.chats.create({ model: null }).id;
  return {
    runner,
    store,
    engine,
    hub,
    events,
    problems,
    chatId,
    send: (words, more = {}) =>
      runner.send({
        chat_id: chatId,
        parent_id: null,
        model: 'fake/one',
        text: words,
        attachments: [],
        ...more,
      }),
    async asked() {
      await settle();
      return engine.answers.at(-1)!;
    },
    saved: id => store.chats.getMessage(id),
  };
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function words(message: ChatMessage): string {
  return message.content.map(block => (block.type === 'text' ? block.text : '')).join('');
}

function statusEvents(events: ApiEvent[], id: string): string[] {
  return events.flatMap(event =>
    event.name === 'message.changed' && event.payload.message.id === id ? [event.payload.message.status] : [],
  );
}

afterEach(() => {
  vi.useRealTimers();
});

describe('an answer under way', () => {
  it('is on disk within 250 ms of every piece, and whole at its end', async () => {
    vi.useFakeTimers();
    const { send, asked, saved } = setUp();
    const { answer } = send('Hello?');
    const upstream = await asked();
    let said = '';
    for (let piece = 0; piece < 40; piece += 1) {
      said += `${String(piece)} `;
      upstream.push(text(`${String(piece)} `));
      const before = said;
      await vi.advanceTimersByTimeAsync(90);
      // What was said 250 ms ago or earlier must be there; pieces come every 90 ms.
      const due = before
        .split(' ')
        .slice(0, Math.max(0, piece - 2))
        .join(' ');
      expect(words(saved(answer.id)).startsWith(due)).toBe(true);
    }
    await vi.advanceTimersByTimeAsync(250);
    expect(saved(answer.id)).toMatchObject({
      status: 'streaming',
      content: [{ type: 'text', text: said }],
      call_id: 'call-1',
    });
    upstream.push({ type: 'message', finish_reason: 'stop', usage: { input_tokens: 3, output_tokens: 40 } });
    upstream.end();
    await settle();
    expect(saved(answer.id)).toMatchObject({
      status: 'complete',
      finish_reason: 'stop',
      usage: { input_tokens: 3, output_tokens: 40 },
      content: [{ type: 'text', text: said }],
      error: null,
    });
  });

  it('reaches the page in batches counted without a gap, and a fast model in few', async () => {
    vi.useFakeTimers();
    const { send, asked, events } = setUp();
    const { answer } = send('Hello?');
    const upstream = await asked();
    for (let burst = 0; burst < 5; burst += 1) {
      for (let piece = 0; piece < 100; piece += 1) upstream.push(text('x'));
      await vi.advanceTimersByTimeAsync(30);
    }
    upstream.push(text('end'));
    upstream.end();
    await settle();
    const batches = events.flatMap(event => (event.name === 'message.deltas' ? [event.payload] : []));
    expect(batches.map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(batches.map(({ message_id: id }) => id))).toEqual(new Set([answer.id]));
    expect(batches.map(({ deltas }) => deltas.length)).toEqual([1, 1, 1, 1, 1, 1]);
    const folded = emptyCompletion();
    for (const { deltas } of batches) for (const delta of deltas) applyDelta(folded, delta);
    expect(completionContent(folded)).toEqual([{ type: 'text', text: `${'x'.repeat(500)}end` }]);
    expect(statusEvents(events, answer.id)).toEqual(['streaming', 'complete']);
  });

  it('is read together with the number of its last batch, so that a page that joins misses nothing', async () => {
    vi.useFakeTimers();
    const { send, asked, events, runner, chatId } = setUp();
    const { answer } = send('Hello?');
    const upstream = await asked();
    upstream.push(text('One '));
    await vi.advanceTimersByTimeAsync(30);
    upstream.push(text('two '));
    await settle();
    // In the middle of a batch that no timer has sent yet.
    const joined = runner.read(chatId);
    const { batch } = { batch: joined.live[answer.id]! };
    const folded = emptyCompletion();
    applyDelta(folded, text(words(joined.messages.at(-1)!)));
    upstream.push(text('three.'));
    await vi.advanceTimersByTimeAsync(30);
    for (const event of events) {
      if (event.name !== 'message.deltas' || event.payload.batch <= batch) continue;
      for (const delta of event.payload.deltas) applyDelta(folded, delta);
    }
    expect(completionContent(folded)).toEqual([{ type: 'text', text: 'One two three.' }]);
    upstream.end();
    await settle();
    expect(runner.read(chatId).live).toEqual({});
  });

  it('goes on when a page that listens throws', async () => {
    const { send, asked, saved, problems, hub, events } = setUp();
    const leave = hub.on(() => {
      throw new Error('a broken page');
    });
    const { answer } = send('Hello?');
    const upstream = await asked();
    upstream.push(text('Hi.'));
    upstream.end();
    await settle();
    expect(saved(answer.id)).toMatchObject({ status: 'complete', content: [{ type: 'text', text: 'Hi.' }] });
    expect(statusEvents(events, answer.id)).toEqual(['streaming', 'complete']);
    const count = problems.length;
    expect(count).toBeGreaterThan(0);
    leave();
    hub.emit('chats.changed', {});
    expect(problems).toHaveLength(count);
  });
});

describe('the end of an answer', () => {
  it('stopped, keeps its text, aborts the upstream, and is no error', async () => {
    const { send, asked, saved, runner } = setUp();
    const { answer } = send('Hello?');
    const upstream = await asked();
    upstream.push(text('Half an ans'));
    runner.stop(answer.id);
    expect(upstream.context.signal.aborted).toBe(true);
    await settle();
    expect(saved(answer.id)).toMatchObject({
      status: 'cancelled',
      finish_reason: 'cancelled',
      error: null,
      content: [{ type: 'text', text: 'Half an ans' }],
    });
    runner.stop(answer.id);
    runner.stop('there-is-none');
    await settle();
    expect(saved(answer.id).status).toBe('cancelled');
  });

  it('stopped before the upstream has accepted, is cancelled and empty', async () => {
    const { send, saved, runner, engine } = setUp();
    engine.streamDeltas = (_target, _request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new AppError('cancelled', 'The call was stopped.')));
      });
    const { answer } = send('Hello?');
    await settle();
    runner.stop(answer.id);
    await settle();
    expect(saved(answer.id)).toMatchObject({ status: 'cancelled', content: [], error: null });
  });

  it('with an error in the middle, keeps its text and the reason', async () => {
    const { send, asked, saved } = setUp();
    const { answer } = send('Hello?');
    const upstream = await asked();
    upstream.push(text('This much '));
    upstream.end(new AppError('incomplete_stream', 'It broke off.'));
    await settle();
    expect(saved(answer.id)).toMatchObject({
      status: 'error',
      finish_reason: 'error',
      error: { code: 'incomplete_stream', message: 'It broke off.' },
      content: [{ type: 'text', text: 'This much ' }],
    });
  });

  it('refused before its first word, says why; the question stays and can be asked again', async () => {
    const { send, saved, runner, asked } = setUp();
    const { answer, user_message: question } = send('Hello?', { model: 'nowhere/none' });
    await settle();
    expect(saved(answer.id)).toMatchObject({
      status: 'error',
      content: [],
      error: { code: 'unknown_model' },
      call_id: null,
    });
    const again = runner.regenerate({ id: answer.id, model: 'fake/two' }).answer;
    expect(again.parent_id).toBe(question.id);
    const upstream = await asked();
    expect(upstream.request.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hello?' }] },
    ]);
    upstream.end();
  });

  it('comes with the closing of the app, and is saved by then', async () => {
    const { send, asked, saved, runner } = setUp();
    const { answer } = send('Hello?');
    (await asked()).push(text('So far'));
    await runner.close();
    expect(saved(answer.id)).toMatchObject({
      status: 'cancelled',
      content: [{ type: 'text', text: 'So far' }],
    });
  });

  it('comes with the deletion of its chat', async () => {
    const { send, asked, runner, chatId } = setUp();
    send('Hello?');
    const upstream = await asked();
    runner.stopChat('another');
    expect(upstream.context.signal.aborted).toBe(false);
    runner.stopChat(chatId);
    expect(upstream.context.signal.aborted).toBe(true);
  });
});

describe('a disk that is full', () => {
  it('costs no text: the answer goes on and is saved once there is room', async () => {
    vi.useFakeTimers();
    let isFull = false;
    const { send, asked, saved, runner, chatId, problems } = setUp({
      chats: chats => ({
        ...chats,
        saveMessage(id, changes) {
          if (isFull) throw new AppError('disk_full', 'The disk is full.');
          chats.saveMessage(id, changes);
        },
      }),
    });
    const { answer } = send('Hello?');
    const upstream = await asked();
    isFull = true;
    upstream.push(text('Kept in memory.'));
    await vi.advanceTimersByTimeAsync(300);
    upstream.push({ type: 'message', finish_reason: 'stop' });
    upstream.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(problems.length).toBeGreaterThan(0);
    expect(saved(answer.id)).toMatchObject({ status: 'streaming', content: [] });
    // A page that asks now sees the answer as it ended, not as the disk has it.
    const shown = runner.read(chatId);
    expect(shown.messages.at(-1)).toMatchObject({
      status: 'complete',
      finish_reason: 'stop',
      content: [{ type: 'text', text: 'Kept in memory.' }],
    });
    expect(shown.live).toEqual({});
    isFull = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saved(answer.id)).toMatchObject({
      status: 'complete',
      content: [{ type: 'text', text: 'Kept in memory.' }],
    });
    const count = problems.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(problems).toHaveLength(count);
  });

  it('that has room again when the app closes has the whole answer', async () => {
    vi.useFakeTimers();
    let isFull = true;
    const { send, asked, saved, runner, problems } = setUp({
      chats: chats => ({
        ...chats,
        saveMessage(id, changes) {
          if (isFull) throw new AppError('disk_full', 'The disk is full.');
          chats.saveMessage(id, changes);
        },
      }),
    });
    const { answer } = send('Hello?');
    const upstream = await asked();
    upstream.push(text('Whole.'), { type: 'message', finish_reason: 'stop' });
    upstream.end();
    await settle();
    expect(saved(answer.id).status).toBe('streaming');
    isFull = false;
    await runner.close();
    expect(saved(answer.id)).toMatchObject({
      status: 'complete',
      content: [{ type: 'text', text: 'Whole.' }],
    });
    const count = problems.length;
    isFull = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(problems).toHaveLength(count);
  });

  it('that is full already when a message is sent refuses it, and asks nobody', async () => {
    const { send, engine, store, chatId } = setUp({
      chats: chats => ({
        ...chats,
        addMessages() {
          throw new AppError('disk_full', 'The disk is full.');
        },
      }),
    });
    expect(() => send('Hello?')).toThrow('The disk is full.');
    await settle();
    expect(engine.answers).toEqual([]);
    expect(store.chats.get(chatId).messages).toEqual([]);
  });
});

describe('the tree of a chat', () => {
  async function complete(setting: Setting, said: string): Promise<void> {
    const upstream = await setting.asked();
    upstream.push(text(said), { type: 'message', finish_reason: 'stop' });
    upstream.end();
    await settle();
  }

  it('gives each new answer to the same question as a sibling, and sends only its own branch', async () => {
    const setting = setUp();
    const { send, runner, store, chatId, asked } = setting;
    const first = send('What is it?');
    await complete(setting, 'A duck.');
    const second = runner.regenerate({ id: first.answer.id }).answer;
    await complete(setting, 'A rabbit.');
    expect(second).toMatchObject({ parent_id: first.user_message.id, model: 'fake/one', role: 'assistant' });
    expect(store.chats.get(chatId).chat.leaf_id).toBe(second.id);
    const { messages } = store.chats.get(chatId);
    expect(messages.map(words)).toEqual(['What is it?', 'A duck.', 'A rabbit.']);
    const follow = send('Sure?', { parent_id: first.answer.id, model: 'fake/two' });
    const { request } = await asked();
    expect(
      request.messages.map(({ role, content }) => [role, content[0]?.type === 'text' && content[0].text]),
    ).toEqual([
      ['user', 'What is it?'],
      ['assistant', 'A duck.'],
      ['user', 'Sure?'],
    ]);
    expect(follow.answer).toMatchObject({
      model: 'fake/two',
      status: 'streaming',
      parent_id: follow.user_message.id,
    });
    expect(store.chats.get(chatId).chat.model).toBe('fake/two');
    await complete(setting, 'Yes.');
  });

  it('hands a provider its own round-trip data back', async () => {
    const { send, asked } = setUp();
    const { answer } = send('Think.');
    const upstream = await asked();
    upstream.push(text('Done.'), { type: 'message', finish_reason: 'stop', private: [{ opaque: 'abc' }] });
    upstream.end();
    await settle();
    send('Again.', { parent_id: answer.id });
    expect((await asked()).request.messages[1]).toMatchObject({
      role: 'assistant',
      private: [{ opaque: 'abc' }],
    });
  });

  it('names a chat after its first message, once', async () => {
    const setting = setUp();
    const { send, store, chatId } = setting;
    const long =
      'Tell me   everything\nabout the migration of arctic terns, please, and do not leave anything out.';
    const { answer } = send(long);
    await complete(setting, 'Well.');
    const { title } = store.chats.get(chatId).chat;
    expect(title).toBe(titleFrom(long));
    expect(title.length).toBeLessThanOrEqual(61);
    expect(title.startsWith('Tell me everything about the migration of arctic terns')).toBe(true);
    send('Another.', { parent_id: answer.id });
    expect(store.chats.get(chatId).chat.title).toBe(title);
    expect(titleFrom('  \n ')).toBe('New chat');
    expect(titleFrom('x'.repeat(200))).toBe(`${'x'.repeat(60)}…`);
  });

  it('refuses what makes no sense, and asks nobody', async () => {
    const { send, runner, engine, chatId, store, asked } = setUp();
    expect(() => send('')).toThrow('There is nothing to send');
    expect(() => send('Hello?', { parent_id: 'not-there' })).toThrow('not in this chat');
    expect(() => send('Hello?', { chat_id: 'not-there' })).toThrow('There is no chat');
    expect(() => runner.regenerate({ id: 'not-there' })).toThrow(AppError);
    expect(() => runner.read('not-there')).toThrow('There is no chat');
    expect(engine.answers).toEqual([]);
    expect(store.chats.get(chatId).messages).toEqual([]);
    const { answer, user_message: question } = send('Hello?');
    const upstream = await asked();
    expect(() => send('Too early', { parent_id: answer.id })).toThrow('still being written');
    expect(() => runner.regenerate({ id: question.id })).toThrow('Only an answer');
    upstream.end();
  });

  it('takes an image without a word', async () => {
    const { send, asked, store, chatId } = setUp();
    const image = {
      type: 'attachment' as const,
      media_type: 'image/png',
      source: { type: 'base64' as const, data: 'AAAA' },
    };
    send('', { attachments: [image] });
    const upstream = await asked();
    expect(upstream.request.messages).toEqual([{ role: 'user', content: [image] }]);
    expect(store.chats.get(chatId).chat.title).toBe('New chat');
    upstream.end();
  });
});
