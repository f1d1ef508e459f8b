import { randomUUID } from 'node:crypto';

import type { ApiParsedInput } from '../contract/api.ts';
import type { ChatMessage } from '../contract/chats.ts';
import type { QueuedMessage } from '../contract/threads.ts';
import type { Store } from '../store/open-store.ts';
import type { AnswerDesk } from './answer-desk.ts';
import { contentOf } from './asker.ts';
import type { Asker } from './asker.ts';
import type { ChatRunnerDeps } from './chat-runner.ts';

/** Messages that were written while an answer was: each goes out when the answer before it has ended well. */
export type MessageQueue = {
  list(chatId: string): QueuedMessage[];
  add(input: ApiParsedInput<'queue.add'>): void;
  change(input: ApiParsedInput<'queue.change'>): void;
  remove(id: string): void;
  /** Sends the first one although the answer before it was stopped or failed. */
  resume(chatId: string): void;
  /** To be told of every answer that has ended. One that was stopped or failed holds the queue. */
  answerEnded(answer: ChatMessage): void;
};

type Deps = Pick<ChatRunnerDeps, 'chats' | 'hub' | 'onProblem' | 'newId' | 'now'> & {
  queue: Store['queue'];
  asker: Asker;
  desk: Pick<AnswerDesk, 'isRunning'>;
};

export function createMessageQueue(deps: Deps): MessageQueue {
  const { queue, chats, asker, desk, hub, onProblem } = deps;
  const { newId = randomUUID, now = () => new Date() } = deps;
  const changed = (chatId: string): void => hub.emit('queue.changed', { chat_id: chatId });

  function sendFirst(chatId: string, isAsked: boolean): void {
    const [first] = queue.list(chatId);
    if (!first || (first.is_held && !isAsked)) return;
    const parentId = chats.leafOf(chatId);
    if (parentId !== null) {
      const { role, status } = chats.getMessage(parentId);
      if (desk.isRunning(parentId)) return;
      if (role === 'assistant' && status !== 'complete' && !isAsked) return;
    }
    const { models, content } = first;
    const asked = queue.take(first.id, () =>
      asker.store({ chat_id: chatId, parent_id: parentId, models, content }),
    );
    changed(chatId);
    asked.start();
  }

  return {
    list: chatId => queue.list(chatId),
    add(input) {
      const { chat_id: chatId, models } = input;
      const content = contentOf(input);
      const created = now().toISOString();
      queue.add({ id: newId(), chat_id: chatId, content, models, is_held: false, created_at: created });
      changed(chatId);
      sendFirst(chatId, false);
    },
    change({ id, text, is_held: isHeld }) {
      const { chat_id: chatId, content } = queue.get(id);
      queue.change(id, {
        ...(text !== undefined && { content: withText(content, text) }),
        ...(isHeld !== undefined && { is_held: isHeld }),
      });
      changed(chatId);
      if (isHeld === false) sendFirst(chatId, false);
    },
    remove(id) {
      const { chat_id: chatId } = queue.get(id);
      queue.remove(id);
      changed(chatId);
    },
    resume: chatId => sendFirst(chatId, true),
    answerEnded({ chat_id: chatId, status }) {
      if (status !== 'complete') return;
      try {
        sendFirst(chatId, false);
      } catch (error) {
        onProblem(error); // it stays in the queue, where the page offers to send it
      }
    },
  };
}

function withText(content: QueuedMessage['content'], text: string): QueuedMessage['content'] {
  const attachments = content.filter(block => block.type === 'attachment');
  return contentOf({ text, attachments });
}
