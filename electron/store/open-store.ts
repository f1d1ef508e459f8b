import { type AppError, toAppError } from '../contract/errors.ts';
import { createActiveKeys } from './active-keys.ts';
import { createBatchWriter } from './batch-writer.ts';
import { type CallLedger, createCallLedger } from './call-ledger.ts';
import { type ChatStore, createChatStore, purgeDeletedChats } from './chat-store.ts';
import { watchForeignCommits } from './foreign-commits.ts';
import { createGatewayKeyStore, type GatewayKeyStore } from './gateway-key-store.ts';
import { createKeyUsage, type KeyUsageBook } from './key-usage.ts';
import type { Database } from './load-sqlite.ts';
import { openDatabase } from './open-database.ts';
import { toStorageError, withStorageErrors } from './storage-error.ts';

/** Everything Parley keeps in SQLite. Its methods are synchronous, and what the machine refuses is an AppError. */
export type Store = {
  calls: CallLedger;
  chats: ChatStore;
  gatewayKeys: GatewayKeyStore;
  /** What each gateway key has used; the calls themselves are reported to `calls`. */
  keyUsage: Pick<KeyUsageBook, 'total'>;
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
  /** How long to wait for another program's lock. */
  busyTimeoutMs?: number;
};

const defaultBusyTimeoutMs = 5000;
const keepDeletedMs = 30 * 24 * 60 * 60 * 1000;

export function openStore(options: StoreOptions): Store {
  const db = openDatabase(options.file, options.busyTimeoutMs ?? defaultBusyTimeoutMs);
  try {
    return createStore(db, options);
  } catch (error) {
    db.close();
    throw toStorageError(error, options.file);
  }
}

function createStore(db: Database, options: StoreOptions): Store {
  const { file, now = () => new Date(), onProblem = () => {} } = options;
  const { busyTimeoutMs = defaultBusyTimeoutMs } = options;
  const writer = createBatchWriter({ db, file, busyTimeoutMs, onProblem });
  const commits = watchForeignCommits(db);
  const activeKeys = createActiveKeys(db, commits);
  const usage = createKeyUsage({ db, now, commits, keyNamed: name => activeKeys.named(name) });
  const recover = db.transaction(() => {
    purgeDeletedChats(db, new Date(now().getTime() - keepDeletedMs));
    return interruptRunning(db);
  });
  return {
    calls: withStorageErrors(file, createCallLedger({ db, writer, now, usage })),
    chats: withStorageErrors(file, createChatStore(db, now)),
    gatewayKeys: withStorageErrors(file, createGatewayKeyStore({ db, writer, now, activeKeys, usage })),
    keyUsage: withStorageErrors<Store['keyUsage']>(file, {
      total: (keyId, since) => usage.total(keyId, since),
    }),
    ...withStorageErrors(file, { recover: () => recover.immediate() }),
    close() {
      if (!db.open) return;
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

function interruptRunning(db: Database): { calls: number; messages: number } {
  const calls = db.prepare("UPDATE call_rows SET status = 'interrupted' WHERE status = 'running'").run();
  const messages = db.prepare("UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'").run();
  return { calls: calls.changes, messages: messages.changes };
}
