import { randomUUID } from 'node:crypto';

import type { ChatMessage } from '../contract/chats.ts';
import type { Block, Message } from '../contract/message.ts';
import { isTemporary, temporaryId } from '../contract/temporary-chat.ts';
import type { DeltaStream } from '../engine/engine.ts';
import { buildChatRequest, dependsOnAbilities } from './chat-request.ts';
import type { ChatRunner, ChatRunnerDeps } from './chat-runner.ts';
import { runAnswer } from './running-answer.ts';
import type { AnswerState, RunningAnswer } from './running-answer.ts';

export type AnswerDesk = Pick<ChatRunner, 'stop' | 'stopChat' | 'close'> & {
  /** Asks for the answer that `message` will hold; it grows on from `base`. */
  start(message: ChatMessage, model: string, history: Message[], base?: readonly Block[]): void;
  isRunning(messageId: string): boolean;
  /** Stops answers and saves them as they are, at once: nothing is written into them afterwards. */
  abandon(messageIds: readonly string[]): void;
  /** Messages from the store, those under way as they stand this moment. */
  bringUpToDate(messages: ChatMessage[]): { messages: ChatMessage[]; live: Record<string, number> };
};

/** A full disk may have room again soon; until then the answer lives in memory. */
const retrySaveMs = 3_000;

type Asked = { chat_id: string; model: string };

type Running = { started: ChatMessage; answer: RunningAnswer; stop: AbortController };

/** The answers that are being written right now, and those that ended and wait for room on the disk. */
export function createAnswerDesk(
  deps: ChatRunnerDeps,
  onEnded: (answer: ChatMessage) => void = () => undefined,
): AnswerDesk {
  const { chats, hub, onProblem } = deps;
  const ask = createAsk(deps);
  const running = new Map<string, Running>();
  let isClosing = false;

  /** A disk that is full must not end the answer: the text stays on the page and is saved again later. */
  function save(started: ChatMessage, state: AnswerState): void {
    const isFinal = state.status !== 'streaming';
    try {
      chats.saveMessage(started.id, state);
      if (isFinal) running.delete(started.id);
    } catch (error) {
      onProblem(error);
      if (isFinal) setTimeout(() => running.has(started.id) && save(started, state), retrySaveMs).unref();
    }
    if (!isFinal) return;
    const message = { ...started, ...state };
    hub.emit('message.changed', { message });
    hub.emit('chats.changed', {});
    if (!isClosing) onEnded(message);
  }

  return {
    isRunning: messageId => running.get(messageId)?.answer.snapshot().state.status === 'streaming',
    abandon: messageIds => abandonAll(running, chats, messageIds),
    start(message, model, history, base = []) {
      const { id, chat_id: chatId } = message;
      const stop = new AbortController();
      const answer = runAnswer(
        () => ask({ chat_id: chatId, model }, history, stop.signal),
        {
          batch: (batch, deltas) =>
            hub.emit('message.deltas', { chat_id: chatId, message_id: id, batch, deltas }),
          save: state => running.has(id) && save(message, state),
        },
        base,
      );
      running.set(id, { started: message, answer, stop });
    },
    bringUpToDate: messages => bringUpToDate(running, messages),
    stop: messageId => running.get(messageId)?.stop.abort(),
    stopChat(chatId) {
      for (const run of running.values()) if (run.started.chat_id === chatId) run.stop.abort();
    },
    async close() {
      isClosing = true;
      const all = [...running.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ answer }) => answer.ended));
      // The last chance of what the disk has refused so far.
      for (const { started, answer } of running.values()) save(started, answer.snapshot().state);
      running.clear();
    },
  };
}

function createAsk({
  engine,
  settingsOf = () => ({}),
  abilitiesOf = () => Promise.resolve({}),
}: ChatRunnerDeps): (asked: Asked, history: Message[], signal: AbortSignal) => Promise<DeltaStream> {
  return async ({ chat_id: chatId, model }, history, signal) => {
    // By its id everybody who watches calls knows of which one nothing may be kept.
    const row = isTemporary(chatId) ? { call_id: temporaryId(randomUUID()) } : {};
    const context = { client: 'chat', dialect_in: null, model_asked: model, signal, ...row };
    const plan = await engine.resolveModel(model, { record_for: context });
    const settings = settingsOf(chatId);
    const abilities = dependsOnAbilities(history, settings) ? await abilitiesOf(plan) : {};
    const request = buildChatRequest(history, settings, abilities);
    return engine.streamDeltas(plan, request, context);
  };
}

/** Nothing is written into the answers afterwards: their messages are about to go. */
function abandonAll(
  running: Map<string, Running>,
  chats: Pick<ChatRunnerDeps['chats'], 'saveMessage'>,
  messageIds: readonly string[],
): void {
  for (const id of messageIds) {
    const run = running.get(id);
    if (!run) continue;
    running.delete(id);
    const { state } = run.answer.snapshot();
    chats.saveMessage(id, state.status === 'streaming' ? { ...state, status: 'cancelled' } : state);
    run.stop.abort();
  }
}

function bringUpToDate(
  running: ReadonlyMap<string, Running>,
  messages: ChatMessage[],
): ReturnType<AnswerDesk['bringUpToDate']> {
  const live: Record<string, number> = {};
  const current = messages.map(message => {
    const run = running.get(message.id);
    if (!run) return message;
    const { state, batch } = run.answer.snapshot();
    if (state.status === 'streaming') live[message.id] = batch;
    return { ...message, ...state };
  });
  return { messages: current, live };
}
