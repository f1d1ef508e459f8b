import { randomUUID } from 'node:crypto';

import type { ApiParsedInput } from '../contract/api.ts';
import type { Chat, ChatMessage } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import { createAnswerDesk } from './answer-desk.ts';
import { historyOf } from './chat-history.ts';
import type { EventHub } from './event-hub.ts';

export type ChatRunner = {
  send(input: ApiParsedInput<'messages.send'>): { user_message: ChatMessage; answer: ChatMessage };
  regenerate(input: ApiParsedInput<'messages.regenerate'>): { answer: ChatMessage };
  /** Stops the upstream and keeps the text; nothing happens when the answer has ended already. */
  stop(messageId: string): void;
  /** Stops every answer of a chat. */
  stopChat(chatId: string): void;
  /** A chat with its messages, those that are streaming as they stand this moment. */
  read(chatId: string): { chat: Chat; messages: ChatMessage[]; live: Record<string, number> };
  /** Ends every answer; resolves when all are saved. */
  close(): Promise<void>;
};

export type ChatRunnerDeps = {
  engine: Pick<Engine, 'resolveModel' | 'streamDeltas'>;
  chats: Store['chats'];
  hub: EventHub;
  onProblem: (error: unknown) => void;
  newId?: () => string;
  now?: () => Date;
};

type NewMessage = Pick<ChatMessage, 'chat_id' | 'parent_id' | 'role'> & Partial<ChatMessage>;

/** Sends messages and follows their answers, whoever watches: a page that is closed stops nothing. */
export function createChatRunner(deps: ChatRunnerDeps): ChatRunner {
  const { chats, hub, newId = randomUUID, now = () => new Date() } = deps;
  const desk = createAnswerDesk(deps);

  function add(fields: NewMessage): ChatMessage {
    const message = { ...blankMessage, id: newId(), created_at: now().toISOString(), ...fields };
    chats.addMessage(message);
    hub.emit('message.changed', { message });
    return message;
  }

  function startAnswer(chatId: string, parentId: string, model: string): ChatMessage {
    const history = historyOf(chats.get(chatId).messages, parentId);
    const message = add({
      chat_id: chatId,
      parent_id: parentId,
      role: 'assistant',
      status: 'streaming',
      model,
    });
    desk.start(message, model, history);
    return message;
  }

  return {
    ...desk,
    send(input) {
      const { chat, messages } = chats.get(input.chat_id);
      checkParent(messages, input.parent_id);
      const content = contentOf(input);
      if (messages.length === 0 && chat.title === '') chats.rename(chat.id, titleFrom(input.text));
      const user = add({ chat_id: chat.id, parent_id: input.parent_id, role: 'user', content });
      const answer = startAnswer(chat.id, user.id, input.model);
      hub.emit('chats.changed', {});
      return { user_message: user, answer };
    },
    regenerate({ id, model }) {
      const old = chats.getMessage(id);
      if (old.role !== 'assistant' || old.parent_id === null) {
        throw new AppError('invalid_request', 'Only an answer can be asked for again.');
      }
      return { answer: startAnswer(old.chat_id, old.parent_id, model ?? old.model ?? '') };
    },
    read(chatId) {
      const { chat, messages } = chats.get(chatId);
      return { chat, ...desk.bringUpToDate(messages) };
    },
  };
}

const blankMessage = {
  content: [],
  status: 'complete',
  finish_reason: null,
  model: null,
  error: null,
  usage: null,
  call_id: null,
  private: null,
} satisfies Partial<ChatMessage>;

function contentOf({ text, attachments }: ApiParsedInput<'messages.send'>): ChatMessage['content'] {
  const content = [...attachments, ...(text === '' ? [] : [{ type: 'text' as const, text }])];
  if (content.length > 0) return content;
  throw new AppError('invalid_request', 'There is nothing to send. Write a message first.');
}

function checkParent(messages: ChatMessage[], parentId: string | null): void {
  if (parentId === null) return;
  const parent = messages.find(message => message.id === parentId);
  if (!parent) {
    throw new AppError('not_found', 'The message you answer is not in this chat any more. Reload the chat.');
  }
  if (parent.status === 'streaming') {
    throw new AppError(
      'invalid_request',
      'The answer is still being written. Stop it first, or wait for its end.',
    );
  }
}

/** The first words of a message, at most about 60 characters. */
export function titleFrom(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line === '') return 'New chat';
  if (line.length <= 60) return line;
  const cut = line.slice(0, 60);
  const space = cut.lastIndexOf(' ');
  return `${(space > 30 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
