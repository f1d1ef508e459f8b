import { z } from 'zod';

import { type Chat, type ChatMessage, chatMessageSchema, chatSchema } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { ChatStore } from './chat-store.ts';
import { leafWithout } from './leaf-without.ts';
import type { Database } from './load-sqlite.ts';
import { createMessageTable } from './message-table.ts';
import { newId } from '../contract/new-id.ts';

/** Changes of a thread's tree that are more than one message. Each is done whole or not at all. */
export type ThreadStore = {
  /** Last message of the branch that is shown; null in an empty chat. */
  leafOf(chatId: string): string | null;
  /** Adds messages in order, then shows the branch of `leafId`. */
  addMessages(chatId: string, messages: readonly ChatMessage[], leafId: string): Chat;
  /** Messages with everything below them, in the order they were added. */
  listBelow(chatId: string, ids: readonly string[]): ChatMessage[];
  /** Takes messages out with everything below them, and shows what is nearest; `id` brings them back. */
  deleteMessages(chatId: string, ids: readonly string[]): { id: string; chat: Chat };
  restoreMessages(id: string): Chat;
  /** A new chat of copies, with the settings of the old one and in its folder; `messages` is one branch, oldest first. */
  copyBranch(chatId: string, branch: Branch): Chat;
};

type Branch = { title: string; model: string | null; messages: readonly ChatMessage[] };

type Deps = {
  db: Database;
  now: () => Date;
  chats: Pick<ChatStore, 'create' | 'addMessage' | 'setLeaf'>;
};

export function createThreadStore({ db, now, chats }: Deps): ThreadStore {
  const table = createMessageTable(db);
  const statements = prepareStatements(db);
  const readChat = (id: string): Chat => {
    const row = statements.selectChat.get(id);
    if (row === undefined) throw missing();
    return chatSchema.parse(row);
  };
  const inTransaction = <T>(change: () => T): T => db.transaction(change).immediate();

  const addMessages: ThreadStore['addMessages'] = (chatId, messages, leafId) =>
    inTransaction(() => {
      // The one that is shown comes last: its model becomes the chat's.
      const shown = messages.find(({ id }) => id === leafId);
      for (const message of messages) chats.addMessage(message);
      if (shown?.model) statements.setModel.run(shown.model, chatId);
      return chats.setLeaf(chatId, leafId);
    });

  return {
    leafOf: chatId => readChat(chatId).leaf_id,
    addMessages,
    listBelow: (chatId, ids) => table.listBelow(chatId, ids),
    deleteMessages: (chatId, ids) =>
      inTransaction(() => {
        const leafId = readChat(chatId).leaf_id;
        const removed = table.listBelow(chatId, ids);
        if (removed.length === 0) throw missing();
        const gone = new Set(removed.map(message => message.id));
        const links = table.listLinks(chatId);
        statements.setLeaf.run(leafWithout(links, gone, leafId), chatId);
        table.remove(chatId, [...gone]);
        const id = newId();
        const deletedAt = now().toISOString();
        statements.insert.run(id, chatId, leafId, JSON.stringify(removed), deletedAt);
        return { id, chat: readChat(chatId) };
      }),
    restoreMessages: id =>
      inTransaction(() => {
        const row = statements.take.get(id);
        if (row === undefined) throw missing();
        const { chat_id: chatId, leaf_id: leafId, messages } = deletionSchema.parse(row);
        const known = new Set(table.listLinks(chatId).map(link => link.id));
        for (const message of messages) {
          if (message.parent_id !== null && !known.has(message.parent_id)) throw orphan();
          known.add(message.id);
          table.insert(message);
        }
        if (leafId !== null && known.has(leafId)) statements.setLeaf.run(leafId, chatId);
        return readChat(chatId);
      }),
    copyBranch: (chatId, { title, model, messages }) =>
      inTransaction(() => {
        const chat = chats.create({ model, title });
        statements.fileBeside.run(chatId, chat.id);
        statements.copySettings.run(chat.id, chatId);
        for (const message of copies(chat.id, messages)) chats.addMessage(message);
        if (model !== null) statements.setModel.run(model, chat.id);
        return readChat(chat.id);
      }),
  };
}

function* copies(chatId: string, messages: readonly ChatMessage[]): Generator<ChatMessage> {
  let parentId: string | null = null;
  for (const message of messages) {
    const { group_id: _group, replaces_id: _replaced, ...copied } = message;
    const id = newId();
    yield { ...copied, id, chat_id: chatId, parent_id: parentId };
    parentId = id;
  }
}

/** Removes for good the messages that were deleted before `time`. */
export function purgeDeletedMessages(db: Database, time: Date): void {
  db.prepare('DELETE FROM deleted_messages WHERE deleted_at < ?').run(time.toISOString());
}

const deletionSchema = z.object({
  chat_id: z.string(),
  leaf_id: z.string().nullable(),
  messages: z.string().transform(text => z.array(chatMessageSchema).parse(JSON.parse(text))),
});

function prepareStatements(db: Database) {
  const columns = Object.keys(chatSchema.shape).join(', ');
  return {
    selectChat: db.prepare(`SELECT ${columns} FROM chats WHERE id = ? AND deleted_at IS NULL`),
    setLeaf: db.prepare('UPDATE chats SET leaf_id = ? WHERE id = ?'),
    fileBeside: db.prepare(
      'UPDATE chats SET folder_id = (SELECT folder_id FROM chats WHERE id = ?) WHERE id = ?',
    ),
    copySettings: db.prepare(
      `INSERT INTO chat_settings (chat_id, preset_id, settings)
       SELECT ?, preset_id, settings FROM chat_settings WHERE chat_id = ?`,
    ),
    setModel: db.prepare('UPDATE chats SET model = ? WHERE id = ?'),
    insert: db.prepare(
      'INSERT INTO deleted_messages (id, chat_id, leaf_id, messages, deleted_at) VALUES (?, ?, ?, ?, ?)',
    ),
    take: db.prepare('DELETE FROM deleted_messages WHERE id = ? RETURNING chat_id, leaf_id, messages'),
  };
}

function missing(): AppError {
  return new AppError('not_found', 'These messages are not there any more. Reload the chat.');
}

function orphan(): AppError {
  return new AppError(
    'not_found',
    'The message above was deleted as well. Bring it back first, then this one.',
  );
}
