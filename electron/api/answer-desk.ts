import type { ChatMessage } from '../contract/chats.ts';
import type { Message } from '../contract/message.ts';
import type { Engine } from '../engine/engine.ts';
import type { ChatRunner, ChatRunnerDeps } from './chat-runner.ts';
import { runAnswer } from './running-answer.ts';
import type { AnswerState, RunningAnswer } from './running-answer.ts';

export type AnswerDesk = Pick<ChatRunner, 'stop' | 'stopChat' | 'close'> & {
  /** Asks for the answer that `message` will hold. */
  start(message: ChatMessage, model: string, history: Message[]): void;
  /** Messages from the store, those under way as they stand this moment. */
  bringUpToDate(messages: ChatMessage[]): { messages: ChatMessage[]; live: Record<string, number> };
};

/** A full disk may have room again soon; until then the answer lives in memory. */
const retrySaveMs = 3_000;

type Running = { started: ChatMessage; answer: RunningAnswer; stop: AbortController };

/** The answers that are being written right now, and those that ended and wait for room on the disk. */
export function createAnswerDesk({ engine, chats, hub, onProblem }: ChatRunnerDeps): AnswerDesk {
  const running = new Map<string, Running>();

  async function ask(
    model: string,
    messages: Message[],
    signal: AbortSignal,
  ): ReturnType<Engine['streamDeltas']> {
    const context = { client: 'chat', dialect_in: null, model_asked: model, signal };
    const plan = await engine.resolveModel(model, { record_for: context });
    return engine.streamDeltas(plan, { messages, options: {}, stream: true }, context);
  }

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
    hub.emit('message.changed', { message: { ...started, ...state } });
    hub.emit('chats.changed', {});
  }

  return {
    start(message, model, history) {
      const { id, chat_id: chatId } = message;
      const stop = new AbortController();
      const answer = runAnswer(() => ask(model, history, stop.signal), {
        batch: (batch, deltas) =>
          hub.emit('message.deltas', { chat_id: chatId, message_id: id, batch, deltas }),
        save: state => save(message, state),
      });
      running.set(id, { started: message, answer, stop });
    },
    bringUpToDate(messages) {
      const live: Record<string, number> = {};
      const current = messages.map(message => {
        const run = running.get(message.id);
        if (!run) return message;
        const { state, batch } = run.answer.snapshot();
        if (state.status === 'streaming') live[message.id] = batch;
        return { ...message, ...state };
      });
      return { messages: current, live };
    },
    stop: messageId => running.get(messageId)?.stop.abort(),
    stopChat(chatId) {
      for (const run of running.values()) if (run.started.chat_id === chatId) run.stop.abort();
    },
    async close() {
      const all = [...running.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ answer }) => answer.ended));
      // The last chance of what the disk has refused so far.
      for (const { started, answer } of running.values()) save(started, answer.snapshot().state);
      running.clear();
    },
  };
}
