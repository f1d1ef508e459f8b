import { z } from 'zod';

import { type ChatMessage, chatMessageSchema } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Database, Statement } from './load-sqlite.ts';

/** What may change in a message after it was added. */
export type MessageChanges = Partial<
  Pick<ChatMessage, 'content' | 'status' | 'finish_reason' | 'error' | 'usage' | 'call_id' | 'private'>
>;

export type MessageTable = {
  listByChat(chatId: string): ChatMessage[];
  get(id: string): ChatMessage;
  isIn(chatId: string, id: string): boolean;
  insert(message: ChatMessage): void;
  save(id: string, changes: MessageChanges): void;
};

const changeable = ['content', 'status', 'finish_reason', 'error', 'usage', 'call_id', 'private'] as const;

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const { content, error, usage, private: privateData } = chatMessageSchema.shape;
/** A message as its row holds it: some columns are JSON. */
const messageRowSchema = chatMessageSchema.extend({
  content: jsonText.pipe(content),
  error: jsonText.pipe(error.unwrap()).nullable(),
  usage: jsonText.pipe(usage.unwrap()).nullable(),
  private: jsonText.pipe(privateData.unwrap()).nullable(),
});

const names = chatMessageSchema.keyof().options;
const columns = names.join(', ');

export function createMessageTable(db: Database): MessageTable {
  const selectByChat = db.prepare(`SELECT ${columns} FROM messages WHERE chat_id = ? ORDER BY seq`);
  const select = db.prepare(`SELECT ${columns} FROM messages WHERE id = ?`);
  const find = db.prepare('SELECT 1 FROM messages WHERE chat_id = ? AND id = ?');
  const insert = db.prepare(
    `INSERT INTO messages (${columns}) VALUES (${names.map(name => `@${name}`).join(', ')})`,
  );
  const updates = new Map<string, Statement>();

  const prepareUpdate = (assignments: string): Statement => {
    const known = updates.get(assignments) ?? db.prepare(`UPDATE messages SET ${assignments} WHERE id = ?`);
    updates.set(assignments, known);
    return known;
  };

  return {
    listByChat: chatId => selectByChat.all(chatId).map(parseRow),
    get(id) {
      const row = select.get(id);
      if (row === undefined) throw missingMessage(id);
      return parseRow(row);
    },
    isIn: (chatId, id) => find.get(chatId, id) !== undefined,
    insert(message) {
      insert.run(Object.fromEntries(names.map(name => [name, toColumn(message[name])])));
    },
    save(id, changes) {
      const changed = changeable.filter(name => changes[name] !== undefined);
      if (changed.length === 0) return;
      const update = prepareUpdate(changed.map(name => `${name} = ?`).join(', '));
      const { changes: rows } = update.run(...changed.map(name => toColumn(changes[name])), id);
      if (rows === 0) throw missingMessage(id);
    },
  };
}

function missingMessage(id: string): AppError {
  return new AppError('not_found', `There is no message ${id}; its chat may have been deleted.`);
}

function parseRow(row: unknown): ChatMessage {
  const { data, error: problem } = messageRowSchema.safeParse(row);
  if (data !== undefined) return data;
  throw new AppError(
    'database_unusable',
    `A message in the database cannot be read (${z.prettifyError(problem)}). Put a backup in its place.`,
    { cause: problem },
  );
}

function toColumn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
