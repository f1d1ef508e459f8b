import { type AppError, toAppError } from '../contract/errors.ts';
import { PassingMap } from '../contract/passing-map.ts';
import { createActiveKeys } from './active-keys.ts';
import { createBatchWriter } from './batch-writer.ts';
import { type BudgetNotices, createBudgetNotices } from './budget-notices.ts';
import { type CallLedger, createCallLedger } from './call-ledger.ts';
import { createCheckpointer } from './checkpoint-aside.ts';
import { type ChatNumbers, createChatNumbers } from './chat-numbers.ts';
import { createFolderStore, type FolderStore } from './chat-folders.ts';
import { type ChatStore, createChatStore, purgeDeletedChats } from './chat-store.ts';
import { watchForeignCommits } from './foreign-commits.ts';
import { createExportStore, type ExportStore } from './export-chats.ts';
import { createGatewayKeyStore, type GatewayKeyStore } from './gateway-key-store.ts';
import { createDatabaseCopies, type DatabaseCopies } from './copy-database.ts';
import { createIndexKeeper } from './keep-indexed.ts';
import { createImportStore, type ImportStore } from './import-chats.ts';
import { createKeyUsage, type KeyUsageBook, type RunningCall } from './key-usage.ts';
import type { Database } from './load-sqlite.ts';
import { createMessageSearch, type MessageSearch } from './message-search.ts';
import { openDatabase } from './open-database.ts';
import type { BeforeMigration } from './open-database.ts';
import { createPresetStore, type PresetStore, purgeDeletedPresets } from './preset-store.ts';
import { type CostRecomputer, createCostRecomputer } from './recompute-costs.ts';
import { createQueryThread } from './query-thread.ts';
import { createQueueStore, type QueueStore } from './queue-store.ts';
import { createSearchIndex } from './search-index.ts';
import { createSpendBook, type SpendBook } from './spend-book.ts';
import { toStorageError, withStorageErrors } from './storage-error.ts';
import { type TemporaryChats, withTemporaryChats } from './temporary-chats.ts';
import { createThreadStore, purgeDeletedMessages, type ThreadStore } from './thread-store.ts';
import { createUsageKeeper, type UsageKeeper } from './usage-keeper.ts';
import { createUsageReader, type UsageReader } from './usage-reader.ts';

/** Everything Parley keeps in SQLite. Its methods are synchronous, and what the machine refuses is an AppError. */
export type Store = {
  calls: CallLedger;
  chats: ChatStore & ThreadStore;
  queue: QueueStore;
  chatNumbers: ChatNumbers;
  folders: FolderStore;
  search: MessageSearch;
  exports: ExportStore;
  imports: ImportStore;
  copies: DatabaseCopies;
  /** Chats that are kept in memory alone; beside this they are in `chats` like all others, but in no list. */
  temporary: Pick<TemporaryChats, 'create'>;
  gatewayKeys: GatewayKeyStore;
  /** Settings of chats, presets and prompt snippets. */
  presets: PresetStore;
  /** What each gateway key has used; the calls themselves are reported to `calls`. */
  keyUsage: Pick<KeyUsageBook, 'total'>;
  /** What backends and clients use up in the day and the month that run. */
  spend: Pick<SpendBook, 'total'> & BudgetNotices;
  /** What was used, read beside the thread that streams where there is a thread for it, and how long calls are kept. */
  usage: UsageReader & Omit<UsageKeeper, 'stop' | 'catchUp'> & CostRecomputer;
  /**
   * Marks what was running when the last owner of the data directory ended as interrupted, and removes chats deleted
   * long ago. Only for the process that owns the directory, before it begins any work.
   */
  recover(): { calls: number; messages: number };
  /** Writes what is queued and closes the file; calls reported later are ignored. */
  close(): void;
};

export type StoreOptions = {
  /** parley.db; its folder is made where there is none. Several processes may have it open. */
  file: string;
  now?: () => Date;
  /** Told once when the ledger cannot be written or a row is lost; nobody waits for those writes. */
  onProblem?: (error: AppError) => void;
  /** query-worker.ts, or what it was bundled to; without it big queries hold up this thread. */
  queryWorkerFile?: string;
  /** How long to wait for another program's lock. */
  busyTimeoutMs?: number;
  beforeMigration?: BeforeMigration | undefined;
};

const defaultBusyTimeoutMs = 5000;
const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;

export function openStore(options: StoreOptions): Store {
  const db = openDatabase(
    options.file,
    options.busyTimeoutMs ?? defaultBusyTimeoutMs,
    options.beforeMigration,
  );
  try {
    return createStore(db, options);
  } catch (error) {
    db.close();
    throw toStorageError(error, options.file);
  }
}

function createStore(db: Database, options: StoreOptions): Store {
  const { file, now = () => new Date(), onProblem = () => {} } = options;
  const { busyTimeoutMs = defaultBusyTimeoutMs, queryWorkerFile } = options;
  const writing = { db, file, busyTimeoutMs, onProblem };
  const thread = queryWorkerFile === undefined ? undefined : createQueryThread(queryWorkerFile, file);
  const writer = createBatchWriter({ ...writing, onWritten: thread && createCheckpointer({ db, thread }) });
  const index = createSearchIndex(db);
  const keeper = createIndexKeeper({ ...writing, index });
  const usageKeeper = createUsageKeeper({ ...writing, now, onDeleted: () => spend.forget() });
  const usageReader = createUsageReader({ db, file, writer, usageKeeper, thread });
  const commits = watchForeignCommits(db);
  const activeKeys = createActiveKeys(db, commits);
  const running = new PassingMap<string, RunningCall>();
  const usage = createKeyUsage({ db, commits, keyNamed: name => activeKeys.named(name) });
  const spend = createSpendBook({ db, now, commits, running });
  const costs = createCostRecomputer({ db, now, flush: () => writer.flush(), books: [spend, usage] });
  const chats = createChatStore(db, now);
  const temporary = withTemporaryChats(
    { chats: { ...chats, ...createThreadStore({ db, now, chats }) }, queue: createQueueStore(db) },
    now,
  );
  const recover = prepareRecovery(db, now);
  return {
    calls: withStorageErrors(file, createCallLedger({ db, writer, now, usage, spend, running })),
    chats: withStorageErrors(file, temporary.chats),
    queue: withStorageErrors(file, temporary.queue),
    temporary,
    exports: withStorageErrors(file, createExportStore(db)),
    imports: withStorageErrors(file, createImportStore(db)),
    copies: createDatabaseCopies(db),
    chatNumbers: withStorageErrors(file, createChatNumbers(db, writer)),
    folders: withStorageErrors(file, createFolderStore(db, now)),
    search: withStorageErrors(file, createMessageSearch(db, index, keeper)),
    presets: withStorageErrors(file, createPresetStore(db, now)),
    gatewayKeys: withStorageErrors(file, createGatewayKeyStore({ db, writer, now, activeKeys, usage })),
    keyUsage: withStorageErrors<Store['keyUsage']>(file, { total: usage.total }),
    spend: withStorageErrors(file, { total: spend.total, ...createBudgetNotices(db) }),
    usage: {
      ...withStorageErrors(file, { ...usageKeeper, ...costs }),
      ask: (name, input) => usageReader.ask(name, input),
    },
    ...withStorageErrors(file, { recover: () => recover.immediate() }),
    close() {
      if (!db.open) return;
      keeper.stop();
      usageKeeper.stop();
      thread?.close();
      temporary.close();
      writer.close();
      try {
        // Leaves one file that can be copied. Another process that has it open may prevent that, which is fine.
        db.pragma('wal_checkpoint(TRUNCATE)');
      } catch (error) {
        onProblem(toAppError(toStorageError(error, file)));
      }
      db.close();
    },
  };
}

function prepareRecovery(db: Database, now: () => Date) {
  return db.transaction(() => {
    purgeDeleted(db, new Date(now().getTime() - keepDeletedMs));
    return interruptRunning(db);
  });
}

function purgeDeleted(db: Database, before: Date): void {
  purgeDeletedChats(db, before);
  purgeDeletedPresets(db, before);
  purgeDeletedMessages(db, before);
}

function interruptRunning(db: Database): { calls: number; messages: number } {
  const calls = db.prepare("UPDATE call_rows SET status = 'interrupted' WHERE status = 'running'").run();
  const messages = db.prepare("UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'").run();
  return { calls: calls.changes, messages: messages.changes };
}
