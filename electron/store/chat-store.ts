import { type Chat, type ChatMessage, chatSchema } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Outlines } from '../contract/outlines.ts';
import { missingFolder } from './chat-folders.ts';
import type { Database } from './load-sqlite.ts';
import { prepareOutlines } from './message-outlines.ts';
import { type MessageChanges, type MessageTable, createMessageTable } from './message-table.ts';
import { newId } from '../contract/new-id.ts';
import { openingIds } from './opening-ids.ts';

/** Chats and their messages. What is saved is on disk when the method returns; what is not there is `not_found`. */
export type ChatStore = {
  /** Those not deleted, last changed first. */
  list(): Chat[];
  /** A chat and every message of its tree, in the order they were added. */
  get(id: string): { chat: Chat; messages: ChatMessage[] };
  /** The same as the page opens it: of a long chat the messages that are seen first, and the tree of all as outlines. */
  open(id: string): { chat: Chat; messages: ChatMessage[]; outlines?: Outlines };
  /** The branch that ends in a message, oldest first; empty where the chat has no such message. */
  getPath(chatId: string, messageId: string): ChatMessage[];
  getChat(id: string): Chat;
  /** Those of the ids that are messages of the chat, in the order they were added. */
  getMessages(chatId: string, ids: readonly string[]): ChatMessage[];
  create(chat: { model: string | null; title?: string | undefined }): Chat;
  rename(id: string, title: string): Chat;
  /** Hides the chat; `restore` brings it back until `purgeDeletedChats` removes it. */
  delete(id: string): void;
  restore(id: string): Chat;
  setLeaf(id: string, leafId: string): Chat;
  /** Pins, archives or files it; what is left out stays as it is. */
  organize(id: string, changes: ChatPlace): Chat;
  /** Adds a message and shows its branch; its model, if it has one, becomes the chat's. */
  addMessage(message: ChatMessage): Chat;
  getMessage(id: string): ChatMessage;
  /** Overwrites what is given; cheap enough to be called all along a stream. */
  saveMessage(id: string, changes: MessageChanges): void;
};

export type ChatPlace = {
  pinned?: boolean | undefined;
  archived?: boolean | undefined;
  folder_id?: string | null | undefined;
};

const columns = Object.keys(chatSchema.shape).join(', ');

export function createChatStore(db: Database, now: () => Date): ChatStore {
  const chats = prepareStatements(db);
  const messages = createMessageTable(db);
  const outline = prepareOutlines(db);
  const { inTransaction, read, change } = createChanges(db, chats, now);

  const file = (id: string, folderId: string | null): void => {
    if (folderId !== null && chats.findFolder.get(folderId) === undefined) throw missingFolder();
    chats.file.run(folderId, id);
  };

  const requireMessage = (chatId: string, id: string): void => {
    if (!messages.isIn(chatId, id)) {
      throw new AppError('not_found', `There is no message ${id} in chat ${chatId}.`);
    }
  };

  return {
    list: () => chats.selectAll.all().map(row => chatSchema.parse(row)),
    get: id => db.transaction(() => ({ chat: read(id), messages: messages.listByChat(id) })).deferred(),
    open: id => db.transaction(() => readForOpening(messages, outline, read(id))).deferred(),
    getPath: (chatId, messageId) => messages.listPath(chatId, messageId),
    getChat: read,
    getMessages: (chatId, ids) => messages.listByIds(chatId, ids),
    create({ model, title = '' }) {
      const time = now().toISOString();
      const id = newId();
      chats.insert.run({ id, title, model, created_at: time, updated_at: time });
      return read(id);
    },
    rename: (id, title) => change(id, () => chats.rename.run(title, id)),
    delete: id =>
      inTransaction(() => {
        read(id);
        chats.setDeleted.run(now().toISOString(), id);
      }),
    restore: id =>
      inTransaction(() => {
        chats.setDeleted.run(null, id);
        return read(id);
      }),
    setLeaf: (id, leafId) =>
      change(id, () => {
        requireMessage(id, leafId);
        chats.setLeaf.run(leafId, id);
      }),
    organize: (id, { pinned, archived, folder_id: folderId }) =>
      change(id, time => {
        if (pinned !== undefined) chats.pin.run(pinned ? time : null, id);
        if (archived !== undefined) chats.archive.run(archived ? time : null, id);
        if (folderId !== undefined) file(id, folderId);
      }),
    addMessage: message =>
      change(message.chat_id, time => {
        const { id, model, chat_id, parent_id } = message;
        if (parent_id !== null) requireMessage(chat_id, parent_id);
        messages.insert(message);
        chats.showNew.run({ id, model, chat_id, updated_at: time });
      }),
    getMessage: id => messages.get(id),
    saveMessage: (id, changes) => messages.save(id, changes),
  };
}

/** What most changes of a chat have in common. */
function createChanges(db: Database, chats: ReturnType<typeof prepareStatements>, now: () => Date) {
  const inTransaction = <T>(change: () => T): T => db.transaction(change).immediate();

  const read = (id: string): Chat => {
    const row = chats.select.get(id);
    if (row === undefined) {
      throw new AppError('not_found', `There is no chat ${id}; it may have been deleted.`);
    }
    return chatSchema.parse(row);
  };

  const change = (id: string, apply: (time: string) => void): Chat =>
    inTransaction(() => {
      read(id);
      apply(now().toISOString());
      return read(id);
    });

  return { inTransaction, read, change };
}

/** Up to this many messages a chat is read whole: leaving content out would save nothing worth a second question. */
const shortChat = 100;

function readForOpening(
  messages: MessageTable,
  outline: (chatId: string) => Outlines,
  chat: Chat,
): ReturnType<ChatStore['open']> {
  if (messages.count(chat.id) <= shortChat) return { chat, messages: messages.listByChat(chat.id) };
  const outlines = outline(chat.id);
  return { chat, messages: messages.listByIds(chat.id, openingIds(outlines, chat.leaf_id)), outlines };
}

/** Removes for good the chats that were deleted before `time`. */
export function purgeDeletedChats(db: Database, time: Date): void {
  db.prepare('DELETE FROM chats WHERE deleted_at < ?').run(time.toISOString());
}

function prepareStatements(db: Database) {
  return {
    selectAll: db.prepare(
      `SELECT ${columns} FROM chats WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC`,
    ),
    select: db.prepare(`SELECT ${columns} FROM chats WHERE id = ? AND deleted_at IS NULL`),
    insert: db.prepare(
      'INSERT INTO chats (id, title, model, created_at, updated_at) VALUES (@id, @title, @model, @created_at, @updated_at)',
    ),
    rename: db.prepare('UPDATE chats SET title = ? WHERE id = ?'),
    setDeleted: db.prepare('UPDATE chats SET deleted_at = ? WHERE id = ?'),
    setLeaf: db.prepare('UPDATE chats SET leaf_id = ? WHERE id = ?'),
    pin: db.prepare('UPDATE chats SET pinned_at = ? WHERE id = ?'),
    archive: db.prepare('UPDATE chats SET archived_at = ? WHERE id = ?'),
    findFolder: db.prepare('SELECT 1 FROM folders WHERE id = ?'),
    file: db.prepare('UPDATE chats SET folder_id = ? WHERE id = ?'),
    showNew: db.prepare(
      'UPDATE chats SET leaf_id = @id, model = coalesce(@model, model), updated_at = @updated_at WHERE id = @chat_id',
    ),
  };
}
