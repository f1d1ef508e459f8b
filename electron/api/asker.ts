import { randomUUID } from 'node:crypto';

import type { ChatMessage } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { AttachmentBlock, Block } from '../contract/message.ts';
import type { AnswerDesk } from './answer-desk.ts';
import { historyOf } from './chat-history.ts';
import type { ChatRunnerDeps } from './chat-runner.ts';

export type Question = {
  chat_id: string;
  parent_id: string | null;
  models: readonly string[];
  content: Block[];
};

export type Asked = { user_message: ChatMessage; answers: [ChatMessage, ...ChatMessage[]] };

type NewMessage = Pick<ChatMessage, 'chat_id' | 'parent_id' | 'role'> & Partial<ChatMessage>;

export type Asker = {
  /** Stores a question with its empty answers; `start` then asks the models. The first answer is shown. */
  store(question: Question): Asked & { start: () => void };
  /** Stores one message and tells the page. */
  add(fields: NewMessage): ChatMessage;
};

/** Writes questions down before anybody is asked: what was sent is never lost. */
export function createAsker(
  { chats, hub, newId = randomUUID, now = () => new Date() }: ChatRunnerDeps,
  desk: Pick<AnswerDesk, 'start'>,
): Asker {
  const make = (fields: NewMessage): ChatMessage => ({
    ...blankMessage,
    id: newId(),
    created_at: now().toISOString(),
    ...fields,
  });

  return {
    add(fields) {
      const message = make(fields);
      chats.addMessage(message);
      hub.emit('message.changed', { message });
      return message;
    },
    store({ chat_id, parent_id, models, content }) {
      const chat = chats.getChat(chat_id);
      const before = parent_id === null ? [] : chats.getPath(chat_id, parent_id);
      if (parent_id !== null) checkParent(before.at(-1));
      const user = make({ chat_id, parent_id, role: 'user', content });
      const group = models.length > 1 ? { group_id: newId() } : {};
      const answerOf = (model: string): ChatMessage =>
        make({ chat_id, parent_id: user.id, role: 'assistant', status: 'streaming', model, ...group });
      const [first = '', ...others] = models; // the contract asks for one at least
      const answers: Asked['answers'] = [answerOf(first), ...others.map(answerOf)];
      chats.addMessages(chat_id, [user, ...answers], answers[0].id);
      if (chat.leaf_id === null && chat.title === '') chats.rename(chat_id, titleFrom(textOf(content)));
      for (const message of [user, ...answers]) hub.emit('message.changed', { message });
      hub.emit('chats.changed', {});
      const start = (): void => {
        const history = historyOf([...before, user]);
        for (const answer of answers) desk.start(answer, answer.model ?? '', history);
      };
      return { user_message: user, answers, start };
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

/** Attachments first, then the words. */
export function contentOf({ text, attachments }: { text: string; attachments: AttachmentBlock[] }): Block[] {
  const content = [...attachments, ...(text === '' ? [] : [{ type: 'text' as const, text }])];
  if (content.length > 0) return content;
  throw new AppError('invalid_request', 'There is nothing to send. Write a message first.');
}

function textOf(content: readonly Block[]): string {
  return content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join(' ');
}

function checkParent(parent: ChatMessage | undefined): void {
  if (parent === undefined) {
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
