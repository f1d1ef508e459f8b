import { z } from 'zod';

import { AppError } from '../contract/errors.ts';
import { transferChatSchema, transferMessageSchema } from '../contract/transfer.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import type { Database } from './load-sqlite.ts';

export type ExportStore = {
  /** All that are not deleted, last changed first. */
  listIds(): string[];
  /** A chat with every column it has, so that no version loses what another one added. Throws not_found. */
  read(id: string): TransferChat;
};

export function createExportStore(db: Database): ExportStore {
  const selectIds = db
    .prepare('SELECT id FROM chats WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC')
    .pluck();
  const selectChat = db.prepare('SELECT * FROM chats WHERE id = ? AND deleted_at IS NULL');
  const selectFolder = db.prepare('SELECT name FROM folders WHERE id = ?').pluck();
  const selectSettings = db.prepare('SELECT preset_id, settings FROM chat_settings WHERE chat_id = ?');
  const selectMessages = db.prepare('SELECT * FROM messages WHERE chat_id = ? ORDER BY seq');

  const readSettings = (id: string): object => {
    const row = settingsRowSchema.optional().parse(selectSettings.get(id));
    return row
      ? { settings: { preset_id: row.preset_id, settings: JSON.parse(row.settings) as unknown } }
      : {};
  };
  const readFolder = (id: unknown): object => {
    const name = typeof id === 'string' ? selectFolder.get(id) : undefined;
    return typeof name === 'string' ? { folder_name: name } : {};
  };

  const read = db.transaction((id: string): TransferChat => {
    const row = selectChat.get(id);
    if (row === undefined)
      throw new AppError('not_found', `There is no chat ${id}; it may have been deleted.`);
    const { extra, deleted_at: _deleted, ...columns } = rowSchema.parse(row);
    const chat = transferChatSchema.parse({
      ...parseExtra(extra),
      ...withoutNulls(columns, transferChatSchema),
      ...readFolder(columns['folder_id']),
      ...readSettings(id),
    });
    return { ...chat, messages: selectMessages.all(id).map(readMessage) };
  });

  return { listIds: () => selectIds.all().map(String), read: id => read.deferred(id) };
}

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const settingsRowSchema = z.object({ preset_id: z.string().nullable(), settings: z.string() });

const jsonColumns = ['content', 'error', 'usage', 'private'] as const;

function readMessage(row: unknown): TransferMessage {
  const { extra, seq: _seq, chat_id: _chat, ...columns } = rowSchema.parse(row);
  const parsed = jsonColumns.map(name => {
    const text = columns[name];
    return [name, typeof text === 'string' ? (JSON.parse(text) as unknown) : null];
  });
  return transferMessageSchema.parse({
    ...parseExtra(extra),
    ...withoutNulls(columns, transferMessageSchema),
    ...Object.fromEntries(parsed),
  });
}

function parseExtra(extra: unknown): object {
  return typeof extra === 'string' ? z.record(z.string(), z.unknown()).parse(JSON.parse(extra)) : {};
}

/** Only the fields every chat has are written where they are empty. */
function withoutNulls(columns: object, schema: { shape: object }): object {
  return Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => value !== null || name in schema.shape),
  );
}
