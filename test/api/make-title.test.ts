import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { createChatRunner } from '../../electron/api/chat-runner.ts';
import { createEventHub } from '../../electron/api/event-hub.ts';
import { cleanTitle, createTitleMaker } from '../../electron/api/make-title.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { openTestStore } from '../store/test-store.ts';
import { createFakeEngine, text } from './fake-engine.ts';

function setUp(options: { model?: string | null } = {}) {
  const { model = 'fake/titles' } = options;
  const store = openTestStore();
  const hub = createEventHub(() => undefined);
  const engine = createFakeEngine();
  const runner = createChatRunner({
    engine,
    chats: store.chats,
    queue: store.queue,
    hub,
    onProblem: () => undefined,
  });
  const maker = createTitleMaker({ engine, chats: store.chats, hub, model: () => model });
  onTestFinished(async () => {
    await maker.close();
    await runner.close();
  });
  const { id } = store.chats.create({ model: null });
  const next = async (number: number) => vi.waitUntil(() => engine.answers[number - 1]);
  /** Sends a question and ends its answer. */
  const ask = async (chatId: string, words: string, error?: AppError) => {
    const before = engine.answers.length;
    const parent = store.chats.get(chatId).chat.leaf_id;
    const { answer } = runner.send({
      chat_id: chatId,
      parent_id: parent,
      model: 'fake/chat',
      text: words,
      attachments: [],
    });
    const asked = await next(before + 1);
    asked.push(text('The moon.'));
    asked.end(error);
    await vi.waitUntil(() => store.chats.getMessage(answer.id).status !== 'streaming');
  };
  const titleOf = (): string => store.chats.get(id).chat.title;
  return { store, engine, runner, maker, id, next, ask, titleOf };
}

/** Long enough for what must not happen. */
const pause = () => new Promise(resolve => setTimeout(resolve, 60));

describe('titles', () => {
  it('are asked for after the first answer, and replace the first words', async () => {
    const { engine, ask, next, titleOf, id } = setUp();
    await ask(id, 'Why are there tides?');
    expect(titleOf()).toBe('Why are there tides?');
    const request = await next(2);
    expect(request.context).toMatchObject({ client: 'chat', model_asked: 'fake/titles' });
    expect(JSON.stringify(request.request.messages)).toMatch(/Why are there tides\?.*The moon\./);
    request.push(text('"Tides and the moon."\n'));
    request.end();
    await vi.waitUntil(() => titleOf() === 'Tides and the moon');
    await ask(id, 'And the sun?');
    await pause();
    expect(engine.answers).toHaveLength(3);
  });

  it('stay the first words where the model fails, or says nothing', async () => {
    for (const error of [new AppError('http_error', 'No.'), undefined]) {
      const { ask, next, titleOf, id } = setUp();
      await ask(id, 'Why?');
      const request = await next(2);
      if (error) request.push(text('Half a title'));
      request.end(error);
      await pause();
      expect(titleOf()).toBe('Why?');
    }
  });

  it('never replace what the person typed, before or meanwhile', async () => {
    const { store, ask, next, titleOf, maker, id } = setUp();
    await ask(id, 'Why?');
    const request = await next(2);
    maker.typed(id);
    store.chats.rename(id, 'Why?');
    request.push(text('Something else'));
    request.end();
    await pause();
    expect(titleOf()).toBe('Why?');

    const other = store.chats.create({ model: null, title: 'Mine' });
    await ask(other.id, 'How?');
    await pause();
    expect(store.chats.get(other.id).chat.title).toBe('Mine');
  });

  it('are not asked for where nobody was chosen, an answer failed, or the chat is temporary', async () => {
    const off = setUp({ model: null });
    await off.ask(off.id, 'Why?');
    const on = setUp();
    await on.ask(on.id, 'Why?', new AppError('http_error', 'No.'));
    await on.ask(on.store.temporary.create(null).id, 'A secret?');
    await pause();
    expect([off.engine.answers.length, on.engine.answers.length]).toEqual([1, 2]);
  });

  it('end with the app', async () => {
    const { ask, next, maker, titleOf, id } = setUp();
    await ask(id, 'Why?');
    const request = await next(2);
    await maker.close();
    expect(request.context.signal.aborted).toBe(true);
    expect(titleOf()).toBe('Why?');
  });
});

it('names the calls of a temporary chat so that nobody keeps what they said', async () => {
  const { store, ask, engine } = setUp({ model: null });
  await ask(store.temporary.create(null).id, 'A secret?');
  expect(engine.answers[0]?.context.call_id).toMatch(/^temporary-/);
});

it.each([
  ['**Title: Tides**', 'Tides'],
  ['<think>Hm.\n</think>\n\n# 潮汐。', '潮汐'],
  ['„Ebbe und Flut“', 'Ebbe und Flut'],
  ['\n \n', ''],
  ['x'.repeat(100), `${'x'.repeat(80)}…`],
])('cleans %j', (given, title) => {
  expect(cleanTitle(given)).toBe(title);
});
