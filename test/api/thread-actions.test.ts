import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createChatRunner } from '../../electron/api/chat-runner.ts';
import type { ChatRunner, ChatRunnerDeps } from '../../electron/api/chat-runner.ts';
import { createSeam, withoutOverlap } from '../../electron/api/continuation.ts';
import { createEventHub } from '../../electron/api/event-hub.ts';
import type { ApiEvent } from '../../electron/api/event-hub.ts';
import type { ChatMessage } from '../../electron/contract/chats.ts';
import { applyDelta, completionContent, emptyCompletion } from '../../electron/contract/completion.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { Message } from '../../electron/contract/message.ts';
import { openStore } from '../../electron/store/open-store.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { startUpstream, textChunks } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import { createFakeEngine, text } from './fake-engine.ts';
import type { FakeAnswer, FakeEngine } from './fake-engine.ts';

type Setting = {
  runner: ChatRunner;
  store: Store;
  engine: FakeEngine;
  events: ApiEvent[];
  problems: unknown[];
  chatId: string;
  ask: (words: string, parentId?: string | null) => ChatMessage;
  /** Says something to the newest question and ends, well or with an error. */
  answer: (said: string, reason?: 'stop' | 'length', error?: AppError) => Promise<void>;
};

function setUp(): Setting {
  const engine = createFakeEngine();
  const base = openRunner(engine);
  const { runner, chatId } = base;
  return {
    ...base,
    engine,
    ask: (words, parentId = null) =>
      runner.send({ chat_id: chatId, parent_id: parentId, model: 'fake/one', text: words, attachments: [] })
        .answer,
    async answer(said, reason = 'stop', error) {
      await settle();
      const upstream: FakeAnswer = engine.answers.at(-1)!;
      upstream.push(text(said), { type: 'message', finish_reason: reason });
      upstream.end(error);
      await settle();
    },
  };
}

function openRunner(engine: ChatRunnerDeps['engine']) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-thread-'));
  const store = openStore({ file: join(dir, 'parley.db') });
  onTestFinished(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });
  const problems: unknown[] = [];
  const hub = createEventHub(error => problems.push(error));
  const events: ApiEvent[] = [];
  hub.on(event => events.push(structuredClone(event)));
  const onProblem = (error: unknown): void => void problems.push(error);
  const runner = createChatRunner({ engine, chats: store.chats, queue: store.queue, hub, onProblem });
  return { runner, store, events, problems, chatId: store.chats.create({ model: null }).id };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function words(message: Pick<Message, 'content'>): string {
  return message.content.map(block => (block.type === 'text' ? block.text : '')).join('');
}

describe('several models', () => {
  it('answer one question as siblings of one group; the first continues the thread', async () => {
    const { runner, store, chatId, engine } = setUp();
    const { user_message: question, answers } = runner.sendToSeveral({
      chat_id: chatId,
      parent_id: null,
      models: ['fake/one', 'fake/two', 'nowhere/three'],
      text: 'Who are you?',
      attachments: [],
    });
    await settle();
    expect(answers.map(({ model }) => model)).toEqual(['fake/one', 'fake/two', 'nowhere/three']);
    expect(new Set(answers.map(answer => answer.group_id)).size).toBe(1);
    expect(answers[0].group_id).toBeDefined();
    expect(answers.map(answer => answer.parent_id)).toEqual([question.id, question.id, question.id]);
    const { chat } = store.chats.get(chatId);
    expect(chat).toMatchObject({ leaf_id: answers[0].id, model: 'fake/one', title: 'Who are you?' });
    expect(engine.answers.map(({ request }) => words(request.messages[0]!))).toEqual([
      'Who are you?',
      'Who are you?',
    ]);
    expect(store.chats.getMessage(answers[2]?.id ?? '')).toMatchObject({ status: 'error' });
    for (const upstream of engine.answers) upstream.end();
  });

  it('keep a new version in the place of the old one', async () => {
    const { runner, chatId, answer } = setUp();
    const { answers } = runner.sendToSeveral({
      chat_id: chatId,
      parent_id: null,
      models: ['fake/one', 'fake/two'],
      text: 'Hello',
      attachments: [],
    });
    await answer('Hi.');
    const again = runner.regenerate({ id: answers[1]?.id ?? '' }).answer;
    expect(again).toMatchObject({ group_id: answers[1]?.group_id, replaces_id: answers[1]?.id });
    await settle();
    await runner.close();
  });
});

describe('editing an answer', () => {
  it('gives a version in the person’s words, and asks nobody', async () => {
    const { runner, engine, ask, answer, store } = setUp();
    const old = ask('Hello?');
    await answer('Hi.');
    const edited = runner.edit({ id: old.id, text: 'Good day.' }).answer;
    expect(edited).toMatchObject({ parent_id: old.parent_id, model: 'fake/one', status: 'complete' });
    expect(edited.edited_at).toBeDefined();
    expect(engine.answers).toHaveLength(1);
    expect(words(store.chats.getMessage(old.id))).toBe('Hi.');
    ask('And?', edited.id);
    await settle();
    expect(engine.answers[1]?.request.messages.map(words)).toEqual(['Hello?', 'Good day.', 'And?']);
    await runner.close();
  });

  it('is refused for a question', async () => {
    const { runner, ask, answer } = setUp();
    const first = ask('Hello?');
    await answer('Hi.');
    const { parent_id: question } = ask('And?', first.id);
    expect(() => runner.edit({ id: question ?? '', text: 'x' })).toThrow('Only an answer');
    expect(() => runner.continueAnswer({ id: question ?? '' })).toThrow('Only an answer');
    await answer('Yes.');
  });
});

describe('continuing a cut answer', () => {
  it('sends the text as the model’s turn with a request to go on, and joins what comes', async () => {
    const { runner, engine, ask, answer, store, events } = setUp();
    const old = ask('Count.');
    await answer('One, two, three, four, five', 'length');
    const next = runner.continueAnswer({ id: old.id }).answer;
    expect(next).toMatchObject({ parent_id: old.parent_id, replaces_id: old.id, status: 'streaming' });
    expect(words(store.chats.getMessage(next.id))).toBe('One, two, three, four, five');
    await settle();
    const { messages } = engine.answers[1]!.request;
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(words(messages[1]!)).toBe('One, two, three, four, five');
    await answer('three, four, five, six, seven.');
    const saved = store.chats.getMessage(next.id);
    expect(words(saved)).toBe('One, two, three, four, five, six, seven.');
    expect(saved).toMatchObject({ status: 'complete', finish_reason: 'stop' });
    expect(words(store.chats.getMessage(old.id))).toBe('One, two, three, four, five');
    // What a page folds together from the deltas is the whole text.
    const folded = emptyCompletion();
    for (const event of events) {
      if (event.name !== 'message.deltas' || event.payload.message_id !== next.id) continue;
      for (const delta of event.payload.deltas) applyDelta(folded, delta);
    }
    expect(completionContent(folded)).toEqual(saved.content);
  });

  it('keeps the text when going on fails', async () => {
    const { runner, ask, answer, store } = setUp();
    const old = ask('Count.');
    await answer('One, two', 'stop', new AppError('incomplete_stream', 'It broke off.'));
    const next = runner.continueAnswer({ id: old.id, model: 'nowhere/none' }).answer;
    await settle();
    expect(store.chats.getMessage(next.id)).toMatchObject({
      status: 'error',
      error: { code: 'unknown_model' },
      content: [{ type: 'text', text: 'One, two' }],
    });
  });

  it('is refused where there is no word to go on from, and while it is being written', async () => {
    const { runner, ask, answer } = setUp();
    const old = ask('Count.');
    expect(() => runner.continueAnswer({ id: old.id })).toThrow('still being written');
    await answer('', 'stop', new AppError('http_error', 'No.'));
    expect(() => runner.continueAnswer({ id: old.id })).toThrow('Regenerate it instead');
  });

  it.each([
    ['the end of it', ' and more', ' and more'],
    ['the end of it', 'the end of it and more', ' and more'],
    ['begin the end', 'the endless', 'the endless'],
    ['', 'all', 'all'],
  ])('after "%s" takes of "%s" only "%s"', (before, rest, expected) => {
    expect(withoutOverlap(before, rest)).toBe(expected);
  });

  it('keeps earlier thoughts where they stood, and leaves new ones out', () => {
    const seam = createSeam([
      { type: 'thinking', text: 'Hm.', duration_ms: 5 },
      { type: 'text', text: 'So' },
    ]);
    seam.join({ type: 'block_delta', block: 'thinking', index: 0, delta: 'Go on how?' });
    seam.join({ type: 'block_delta', block: 'text', index: 1, delta: ' it is.' });
    seam.close();
    expect(seam.content()).toEqual([
      { type: 'thinking', text: 'Hm.', duration_ms: 5 },
      { type: 'text', text: 'So it is.' },
    ]);
  });
});

describe('deleting', () => {
  it('stops the answers below first, and brings them back as they were then', async () => {
    const { runner, engine, ask, chatId, store } = setUp();
    const streaming = ask('Hello?');
    await settle();
    const upstream = engine.answers[0]!;
    upstream.push(text('Half'));
    await settle();
    const { id, chat } = runner.deleteMessages(chatId, [streaming.parent_id ?? '']);
    expect(upstream.context.signal.aborted).toBe(true);
    expect(chat.leaf_id).toBeNull();
    await settle();
    runner.restoreMessages(id);
    expect(store.chats.getMessage(streaming.id)).toMatchObject({
      status: 'cancelled',
      content: [{ type: 'text', text: 'Half' }],
    });
  });
});

describe('the queue', () => {
  const queued = (runner: ChatRunner, chatId: string): string[] => runner.queue.list(chatId).map(words);

  it('sends one after the other when an answer has ended well', async () => {
    const { runner, engine, ask, answer, chatId, problems } = setUp();
    ask('First');
    const add = (said: string): void =>
      runner.queue.add({ chat_id: chatId, models: ['fake/two'], text: said, attachments: [] });
    add('Second');
    add('Third');
    expect(queued(runner, chatId)).toEqual(['Second', 'Third']);
    await answer('One.');
    expect(queued(runner, chatId)).toEqual(['Third']);
    await answer('Two.');
    expect(queued(runner, chatId)).toEqual([]);
    await answer('Three.');
    expect(engine.answers.map(({ request }) => request.messages.map(words))).toEqual([
      ['First'],
      ['First', 'One.', 'Second'],
      ['First', 'One.', 'Second', 'Two.', 'Third'],
    ]);
    expect(engine.answers.map(({ context }) => context.model_asked)).toEqual([
      'fake/one',
      'fake/two',
      'fake/two',
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['stopped', (runner: ChatRunner, id: string) => runner.stop(id)],
    ['broken', undefined],
  ])('is held by an answer that was %s, until it is told to go on', async (_how, stop) => {
    const { runner, engine, ask, answer, chatId } = setUp();
    const first = ask('First');
    runner.queue.add({ chat_id: chatId, models: ['fake/one'], text: 'Second', attachments: [] });
    await settle();
    if (stop) stop(runner, first.id);
    else await answer('Ha', 'stop', new AppError('http_error', 'It broke.'));
    await settle();
    expect(queued(runner, chatId)).toEqual(['Second']);
    const before = engine.answers.length;
    runner.queue.resume(chatId);
    await settle();
    expect(queued(runner, chatId)).toEqual([]);
    expect(engine.answers).toHaveLength(before + 1);
    await runner.close();
  });

  it('waits for a message that is being edited, and sends it as it was edited', async () => {
    const { runner, engine, ask, answer, chatId } = setUp();
    ask('First');
    runner.queue.add({ chat_id: chatId, models: ['fake/one'], text: 'Secnd', attachments: [] });
    const { id } = runner.queue.list(chatId)[0]!;
    runner.queue.change({ id, is_held: true });
    await answer('One.');
    expect(queued(runner, chatId)).toEqual(['Secnd']);
    expect(() => runner.queue.change({ id, text: '' })).toThrow('nothing to send');
    runner.queue.change({ id, text: 'Second', is_held: false });
    await settle();
    expect(engine.answers[1]?.request.messages.map(words)).toEqual(['First', 'One.', 'Second']);
    await runner.close();
  });

  it('sends at once where no answer is under way, and nothing while the app closes', async () => {
    const { runner, engine, ask, answer, chatId } = setUp();
    ask('First');
    await answer('One.');
    runner.queue.add({ chat_id: chatId, models: ['fake/one'], text: 'Second', attachments: [] });
    await settle();
    expect(engine.answers).toHaveLength(2);
    runner.queue.add({ chat_id: chatId, models: ['fake/one'], text: 'Third', attachments: [] });
    await runner.close();
    await settle();
    expect(queued(runner, chatId)).toEqual(['Third']);
    expect(engine.answers).toHaveLength(2);
  });
});

it('stop closes the upstream’s connection within 100 ms, and keeps the text', async () => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(textChunks(['Half an answer'])[1])}\n\n`);
  });
  onTestFinished(() => upstream.close());
  const lab = createTestEngine({
    config: { llm: { backends: [{ name: 'lab', type: 'custom', url: upstream.url }] } },
  });
  onTestFinished(() => lab.close());
  const { runner, store, chatId, events } = openRunner(lab.engine);
  const send = (model: string): ChatMessage =>
    runner.send({ chat_id: chatId, parent_id: null, model, text: 'Hello', attachments: [] }).answer;
  const { id } = send('lab/one');
  await expect.poll(() => events.some(({ name }) => name === 'message.deltas')).toBe(true);
  const before = performance.now();
  runner.stop(id);
  await upstream.requests[0]?.aborted;
  expect(performance.now() - before).toBeLessThan(100);
  await expect.poll(() => store.chats.getMessage(id).status).toBe('cancelled');
  expect(words(store.chats.getMessage(id))).toBe('Half an answer');
});
