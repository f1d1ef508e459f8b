import type { ChatMessage } from '../../electron/contract/chats.ts';
import { applyDelta, completionContent, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { elizaAnswers, longAnswer } from './fake-answers.ts';
import type { Emit } from './fake-types.ts';

/** Answers word by word, as an upstream would. */
export function createFakeStreams(messages: ChatMessage[], emit: Emit, isSlow: boolean) {
  const running = new Map<string, { batch: number; timer: ReturnType<typeof setInterval> }>();

  const end = (id: string, status: ChatMessage['status']) => {
    const stream = running.get(id);
    const message = messages.find(known => known.id === id);
    if (!stream || !message) return;
    clearInterval(stream.timer);
    running.delete(id);
    Object.assign(message, { status, finish_reason: status === 'complete' ? 'stop' : status });
    emit('message.changed', { message });
    emit('calls.changed', {});
  };

  const start = (message: ChatMessage) => {
    const words = (isSlow ? longAnswer : answerTo(message, messages.length)).match(/\S+\s*|\s+/g) ?? [];
    const completion = emptyCompletion();
    const step = () => {
      const next = words.splice(0, isSlow ? 1 : 3);
      if (next.length === 0) return end(message.id, 'complete');
      const delta: Delta = { type: 'block_delta', block: 'text', index: 0, delta: next.join('') };
      applyDelta(completion, delta);
      message.content = completionContent(completion);
      stream.batch += 1;
      const { chat_id, id: message_id } = message;
      emit('message.deltas', { chat_id, message_id, batch: stream.batch, deltas: [delta] });
    };
    const stream = { batch: 0, timer: setInterval(step, isSlow ? 33 : 16) };
    running.set(message.id, stream);
  };

  const live = () => Object.fromEntries([...running].map(([id, { batch }]) => [id, batch]));
  return { start, end, live };
}

function answerTo({ model }: ChatMessage, turn: number): string {
  return model?.startsWith('eliza') ? (elizaAnswers[turn % elizaAnswers.length] ?? '') : longAnswer;
}
