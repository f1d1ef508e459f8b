import { z } from 'zod';

import { type ChatMessage, chatMessageSchema } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Database, Statement } from './load-sqlite.ts';
import { parseAs } from './parse-as.ts';

/** What may change in a message after it was added. */
export type MessageChanges = Partial<
  Pick<ChatMessage, 'content' | 'status' | 'finish_reason' | 'error' | 'usage' | 'call_id' | 'private'>
>;

export type MessageTable = {
  listByChat(chatId: string): ChatMessage[];
  /** From the first message of the chat down to `id`, and nothing beside that branch. */
  listPath(chatId: string, id: string): ChatMessage[];
  count(chatId: string): number;
  /** Those of the ids that are in the chat, in the order they were added. */
  listByIds(chatId: string, ids: readonly string[]): ChatMessage[];
  get(id: string): ChatMessage;
  isIn(chatId: string, id: string): boolean;
  insert(message: ChatMessage): void;
  save(id: string, changes: MessageChanges): void;
  /** Messages with all their replies, in the order they were added. */
  listBelow(chatId: string, ids: readonly string[]): ChatMessage[];
  /** Only whole subtrees: the database refuses to leave a reply without its parent. */
  remove(chatId: string, ids: readonly string[]): void;
  /** Who answers whom, in the order of arrival. */
  listLinks(chatId: string): MessageLink[];
};

export type MessageLink = Pick<ChatMessage, 'id' | 'parent_id'>;

const changeable = ['content', 'status', 'finish_reason', 'error', 'usage', 'call_id', 'private'] as const;

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const mayBeMissing = z
  .string()
  .nullable()
  .transform(value => value ?? undefined)
  .optional();

const { content, error, usage, private: privateData } = chatMessageSchema.shape;
/** A message as its row holds it: some columns are JSON. */
const messageRowSchema = chatMessageSchema.omit({ outline: true }).extend({
  content: jsonText.pipe(content),
  error: jsonText.pipe(error.unwrap()).nullable(),
  usage: jsonText.pipe(usage.unwrap()).nullable(),
  private: jsonText.pipe(privateData.unwrap()).nullable(),
  group_id: mayBeMissing,
  replaces_id: mayBeMissing,
  edited_at: mayBeMissing,
});

const linkSchema = messageRowSchema.pick({ id: true, parent_id: true });

const names = messageRowSchema.keyof().options;
const columns = names.join(', ');

export function createMessageTable(db: Database): MessageTable {
  const selectByChat = db.prepare(`SELECT ${columns} FROM messages WHERE chat_id = ? ORDER BY seq`);
  const selectByIds = db.prepare(
    `SELECT ${columns} FROM messages
     WHERE chat_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  );
  const select = db.prepare(`SELECT ${columns} FROM messages WHERE id = ?`);
  const find = db.prepare('SELECT 1 FROM messages WHERE chat_id = ? AND id = ?');
  const insert = db.prepare(
    `INSERT INTO messages (${columns}) VALUES (${names.map(name => `@${name}`).join(', ')})`,
  );
  const selectBelow = db.prepare(`
    WITH RECURSIVE below (id) AS (
      SELECT value FROM json_each(@ids)
      UNION
      SELECT messages.id FROM messages JOIN below ON parent_id = below.id WHERE chat_id = @chatId
    )
    SELECT ${columns} FROM messages WHERE chat_id = @chatId AND id IN below ORDER BY seq`);
  const remove = db.prepare(
    'DELETE FROM messages WHERE chat_id = ? AND id IN (SELECT value FROM json_each(?))',
  );
  const selectLinks = db.prepare('SELECT id, parent_id FROM messages WHERE chat_id = ? ORDER BY seq');
  const selectPath = preparePath(db);
  const count = db.prepare('SELECT count(*) FROM messages WHERE chat_id = ?').pluck();
  const updates = new Map<string, Statement>();

  const prepareUpdate = (assignments: string): Statement => {
    const known = updates.get(assignments) ?? db.prepare(`UPDATE messages SET ${assignments} WHERE id = ?`);
    updates.set(assignments, known);
    return known;
  };

  return {
    listByChat: chatId => selectByChat.all(chatId).map(parseRow),
    listPath: (chatId, id) => selectPath.all({ chatId, id }).map(parseRow),
    count: chatId => Number(count.get(chatId)),
    listByIds: (chatId, ids) => selectByIds.all(chatId, JSON.stringify(ids)).map(parseRow),
    get(id) {
      const row = select.get(id);
      if (row === undefined) throw missingMessage(id);
      return parseRow(row);
    },
    isIn: (chatId, id) => find.get(chatId, id) !== undefined,
    insert(message) {
      insert.run(Object.fromEntries(names.map(name => [name, toColumn(message[name]) ?? null])));
    },
    save(id, changes) {
      const changed = changeable.filter(name => changes[name] !== undefined);
      if (changed.length === 0) return;
      const update = prepareUpdate(changed.map(name => `${name} = ?`).join(', '));
      const { changes: rows } = update.run(...changed.map(name => toColumn(changes[name])), id);
      if (rows === 0) throw missingMessage(id);
    },
    listBelow: (chatId, ids) => selectBelow.all({ chatId, ids: JSON.stringify(ids) }).map(parseRow),
    remove(chatId, ids) {
      remove.run(chatId, JSON.stringify(ids));
    },
    listLinks: chatId => selectLinks.all(chatId).map(row => parseAs(linkSchema, row)),
  };
}

/** The limit ends the walk in a damaged tree that has a cycle. */
function preparePath(db: Database): Statement {
  return db.prepare(`
    WITH RECURSIVE path (id, parent_id, depth) AS (
      SELECT id, parent_id, 0 FROM messages WHERE chat_id = @chatId AND id = @id
      UNION ALL
      SELECT messages.id, messages.parent_id, depth + 1 FROM path JOIN messages ON messages.id = path.parent_id
      LIMIT (SELECT count(*) FROM messages WHERE chat_id = @chatId)
    )
    SELECT ${names.map(name => `messages.${name}`).join(', ')}
    FROM path JOIN messages ON messages.id = path.id ORDER BY depth DESC`);
}

function missingMessage(id: string): AppError {
  return new AppError('not_found', `There is no message ${id}; its chat may have been deleted.`);
}

function parseRow(row: unknown): ChatMessage {
  return parseAs(messageRowSchema, row);
}

function toColumn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
