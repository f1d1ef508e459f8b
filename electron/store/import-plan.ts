import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { Block } from '../contract/message.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import type { Database } from './load-sqlite.ts';

export type ImportPlan = {
  /** The chat it becomes, or is already. */
  id: string;
  isNew: boolean;
  /** Those that are not here, under the ids they will have; parents first. */
  messages: TransferMessage[];
  /** Ids in the file, and what they are here. */
  ids: ReadonlyMap<string, string>;
};

const messageRowSchema = z.object({
  chat_id: z.string(),
  parent_id: z.string().nullable(),
  role: z.string(),
  content: z.string(),
});

/** A chat that was imported, deleted and imported again this often is meant to stay away. */
const mostCopies = 100;

/**
 * Finds what of a chat is here already. A chat is the same where its id and every message they have in common are; a
 * different or deleted chat under its id gives it another id, the same one each time, so that nothing is added twice.
 */
export function createImportPlanner(db: Database) {
  const selectChat = db.prepare('SELECT deleted_at, leaf_id FROM chats WHERE id = ?');
  const selectMessage = db.prepare('SELECT chat_id, parent_id, role, content FROM messages WHERE id = ?');
  const findMessage = (id: string) => {
    const row = selectMessage.get(id);
    return row === undefined ? undefined : messageRowSchema.parse(row);
  };

  /** Undefined where the chat under this id is another one. */
  const matchMessages = (
    chat: TransferChat,
    chatId: string,
  ): Omit<ImportPlan, 'id' | 'isNew'> | undefined => {
    const ids = new Map<string, string>();
    const messages: TransferMessage[] = [];
    for (const message of chat.messages) {
      const taken = findMessage(message.id);
      const id = taken && taken.chat_id !== chatId ? deriveId(message.id, chatId) : message.id;
      const row = id === message.id ? taken : findMessage(id);
      ids.set(message.id, id);
      const parent = message.parent_id === null ? null : (ids.get(message.parent_id) ?? null);
      if (!row) messages.push({ ...message, id, parent_id: parent });
      else if (row.chat_id !== chatId || row.parent_id !== parent || !isSame(row, message)) return undefined;
    }
    return { ids, messages };
  };

  return function planImport(chat: TransferChat): ImportPlan {
    for (let copy = 0; ; copy += 1) {
      const id = copy === 0 ? chat.id : deriveId(chat.id, String(copy));
      const row = selectChat.get(id);
      const isNew = row === undefined;
      const found = isNew ? undefined : z.object({ deleted_at: z.string().nullable() }).parse(row);
      if (found?.deleted_at != null && copy < mostCopies) continue;
      const match = matchMessages(chat, id);
      const isOther = !isNew && match?.messages.length === chat.messages.length && hasMessages(db, id);
      if (match && !isOther) return { id, isNew, ...match };
      if (copy >= mostCopies) throw new Error(`no id is left for chat ${chat.id}`);
    }
  };
}

/** A UUID that follows from both (version 8 of RFC 9562: made in a way of one's own). */
export function deriveId(id: string, place: string): string {
  const hex = createHash('sha256').update(`${place}\n${id}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function hasMessages(db: Database, chatId: string): boolean {
  return db.prepare('SELECT 1 FROM messages WHERE chat_id = ? LIMIT 1').get(chatId) !== undefined;
}

function isSame(row: z.infer<typeof messageRowSchema>, message: TransferMessage): boolean {
  if (row.role !== message.role) return false;
  const stored = JSON.parse(row.content) as Block[]; // only ever written from blocks
  return fingerprint(stored) === fingerprint(message.content);
}

/** Bytes of attachments are not read until they are imported, so their names have to do. */
function fingerprint(content: readonly Block[]): string {
  return JSON.stringify(
    content.map(block =>
      block.type === 'attachment' ? [block.type, block.media_type, block.name] : sortMembers(block),
    ),
  );
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, sortMembers(member)]);
}
