import type { Chat } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import { temporaryId } from '../contract/temporary-chat.ts';
import { type ChatStore, createChatStore } from './chat-store.ts';
import { type Database, loadSqlite } from './load-sqlite.ts';
import { migrate } from './migrate.ts';
import { newId } from '../contract/new-id.ts';
import { createQueueStore, type QueueStore } from './queue-store.ts';
import { createThreadStore, type ThreadStore } from './thread-store.ts';

/** What a chat is made of, wherever it is kept. */
export type ChatStores = { chats: ChatStore & ThreadStore; queue: QueueStore };

export type TemporaryChats = ChatStores & {
  create(model: string | null): Chat;
  close(): void;
};

/**
 * The same stores with temporary chats in them: those are in a database of their own that is in memory alone, so that
 * nothing a chat can do, now or later, writes a word of them to the disk.
 */
export function withTemporaryChats(disk: ChatStores, now: () => Date): TemporaryChats {
  let memory: ReturnType<typeof openMemory> | undefined;
  const choose = <K extends keyof ChatStores>(name: K): ChatStores[K] =>
    route(disk[name], parameters =>
      memory && parameters.some(memory.holds) ? memory.stores[name] : undefined,
    );
  return {
    chats: choose('chats'),
    queue: choose('queue'),
    create(model) {
      memory ??= openMemory(now);
      return memory.create(model);
    },
    close: () => memory?.db.close(),
  };
}

/** Methods of `first`, each called on the store its parameters belong to. */
function route<T extends object>(first: T, storeOf: (parameters: unknown[]) => T | undefined): T {
  const routed = Object.keys(first).map(name => [
    name,
    (...parameters: unknown[]): unknown => {
      const store = storeOf(parameters) ?? first;
      const method: unknown = Reflect.get(store, name);
      return typeof method === 'function' ? Reflect.apply(method, store, parameters) : method;
    },
  ]);
  return Object.fromEntries(routed) as T; // the same names, each with a function of the same parameters and result
}

function openMemory(now: () => Date) {
  const db = openMemoryDatabase();
  const chats = createChatStore(db, now);
  const threads = createThreadStore({ db, now, chats });
  const find = db.prepare(`
    SELECT 1 FROM chats WHERE id = @id UNION ALL SELECT 1 FROM messages WHERE id = @id
    UNION ALL SELECT 1 FROM deleted_messages WHERE id = @id UNION ALL SELECT 1 FROM queued_messages WHERE id = @id`);
  const insert = db.prepare(
    'INSERT INTO chats (id, title, model, created_at, updated_at) VALUES (@id, @title, @model, @time, @time)',
  );
  // An answer that still streams is saved once more when it has stopped; until then it has to be there.
  const purge = db.prepare(`
    DELETE FROM chats WHERE deleted_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM messages WHERE chat_id = chats.id AND status = 'streaming')`);

  const isHere = (id: unknown): boolean => typeof id === 'string' && find.get({ id }) !== undefined;
  const stores: ChatStores = {
    chats: {
      ...chats,
      ...threads,
      // There is no way back: that is what it was for.
      delete(id) {
        chats.delete(id);
        purge.run();
      },
      saveMessage(id, changes) {
        chats.saveMessage(id, changes);
        purge.run();
      },
      copyBranch() {
        throw new AppError(
          'invalid_request',
          'A temporary chat cannot be branched, because a branch is kept. Copy what you need instead.',
        );
      },
    },
    queue: createQueueStore(db),
  };
  return {
    db,
    stores,
    /** Whether a parameter names something in here: an id, a row with one, or a list of either. */
    holds: (parameter: unknown): boolean => namesIn(parameter).some(isHere),
    create(model: string | null): Chat {
      const id = temporaryId(newId());
      // A title of its own, so that no word of the chat gets into a window's title or a browser's history.
      insert.run({ id, title: 'Temporary chat', model, time: now().toISOString() });
      return chats.get(id).chat;
    },
  };
}

function openMemoryDatabase(): Database {
  const Sqlite = loadSqlite();
  const db = new Sqlite(':memory:');
  // Large sorts would go to a file otherwise.
  db.pragma('temp_store = MEMORY');
  db.pragma('foreign_keys = ON');
  migrate(db, ':memory:');
  return db;
}

function namesIn(parameter: unknown): unknown[] {
  if (Array.isArray(parameter)) return parameter.flatMap(namesIn);
  if (typeof parameter !== 'object' || parameter === null) return [parameter];
  return ['id', 'chat_id', 'parent_id'].map(name => Reflect.get(parameter, name) as unknown);
}
