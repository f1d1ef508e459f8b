import { chosenSettingsSchema } from '../contract/chat-settings.ts';
import type { TransferChat, TransferMessage } from '../contract/transfer.ts';
import { createImportPlanner } from './import-plan.ts';
import type { ImportPlan } from './import-plan.ts';
import type { Database, Statement } from './load-sqlite.ts';

export type ImportedCounts = { state: 'new' | 'more' | 'known'; new_messages: number };

export type ImportStore = {
  /** What `add` would do. */
  compare(chat: TransferChat): ImportedCounts;
  /** Adds what is not here, in one transaction, and overwrites nothing. */
  add(chat: TransferChat): ImportedCounts;
};

export function createImportStore(db: Database): ImportStore {
  const plan = createImportPlanner(db);
  const writeRow = createRowWriter(db);

  const write = (chat: TransferChat, { id, isNew, messages, ids }: ImportPlan): void => {
    const { messages: _messages, leaf_id: leafId, settings, folder_name: folder, ...fields } = chat;
    if (isNew) writeRow('chats', { ...fields, ...fileInto(db, fields['folder_id'], folder), id });
    for (const message of messages) writeRow('messages', toRow(message, id, ids));
    if (isNew) writeSettings(db, id, settings);
    // A chat that has messages already goes on showing the branch it shows.
    db.prepare('UPDATE chats SET leaf_id = ? WHERE id = ? AND leaf_id IS NULL').run(
      leafId === null ? null : (ids.get(leafId) ?? null),
      id,
    );
  };

  const add = db.transaction((chat: TransferChat): ImportedCounts => {
    const planned = plan(chat);
    if (planned.isNew || planned.messages.length > 0) write(chat, planned);
    return count(planned);
  });

  const compare = db.transaction((chat: TransferChat) => count(plan(chat)));

  return {
    compare: chat => compare.deferred(chat),
    add: chat => add.immediate(chat),
  };
}

function count({ isNew, messages }: ImportPlan): ImportedCounts {
  const state = isNew ? 'new' : messages.length > 0 ? 'more' : 'known';
  return { state, new_messages: messages.length };
}

function toRow(message: TransferMessage, chatId: string, ids: ReadonlyMap<string, string>): object {
  const { continues_id: continues, status } = message;
  return {
    ...message,
    chat_id: chatId,
    // Whoever wrote it ended long ago.
    status: status === 'streaming' ? 'interrupted' : status,
    ...(typeof continues === 'string' ? { continues_id: ids.get(continues) ?? null } : {}),
  };
}

/** A folder of another machine is found again by its name, or made. */
function fileInto(db: Database, id: unknown, name: unknown): { folder_id: string | null } {
  if (typeof id !== 'string' || typeof name !== 'string') return { folder_id: null };
  const known = db
    .prepare('SELECT id FROM folders WHERE id = @id OR name = @name ORDER BY id = @id DESC')
    .pluck()
    .get({ id, name });
  if (typeof known === 'string') return { folder_id: known };
  db.prepare('INSERT INTO folders (id, name, created_at) VALUES (?, ?, ?)').run(
    id,
    name,
    new Date().toISOString(),
  );
  return { folder_id: id };
}

function writeSettings(db: Database, chatId: string, settings: unknown): void {
  const chosen = chosenSettingsSchema.safeParse(settings);
  if (!chosen.success) return;
  db.prepare('INSERT INTO chat_settings (chat_id, preset_id, settings) VALUES (?, ?, ?)').run(
    chatId,
    chosen.data.preset_id,
    JSON.stringify(chosen.data.settings),
  );
}

/** Columns that are JSON; every other one holds a text or a number. */
const jsonColumns = new Set(['content', 'error', 'usage', 'private']);
/** What a file must not decide. */
const ownColumns = new Set(['seq', 'leaf_id', 'deleted_at', 'extra']);

/** Writes the fields a table has columns for; the others are kept in `extra`. */
function createRowWriter(db: Database) {
  const columnsOf = new Map(
    (['chats', 'messages'] as const).map(table => {
      const names = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table).map(String);
      return [table, new Set(names.filter(name => !ownColumns.has(name)))] as const;
    }),
  );
  const inserts = new Map<string, Statement>();
  const prepareInsert = (table: string, names: readonly string[]): Statement => {
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(name => `@${name}`).join(', ')})`;
    const known = inserts.get(sql) ?? db.prepare(sql);
    inserts.set(sql, known);
    return known;
  };
  return (table: 'chats' | 'messages', fields: object): void => {
    const row: Record<string, unknown> = {};
    const extra: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      const isColumn = columnsOf.get(table)?.has(name) === true;
      if (isColumn && jsonColumns.has(name)) row[name] = value === null ? null : JSON.stringify(value);
      else if (isColumn && isPlain(value)) row[name] = value;
      else extra[name] = value;
    }
    if (Object.keys(extra).length > 0) row['extra'] = JSON.stringify(extra);
    prepareInsert(table, Object.keys(row)).run(row);
  };
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
