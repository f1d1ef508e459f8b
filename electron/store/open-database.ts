import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

import { copyDatabaseNow } from './copy-database.ts';
import { type Database, loadSqlite } from './load-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { toStorageError } from './storage-error.ts';

/**
 * Called before a database with something in it is changed to a newer version: `schema` is the one it has, `copyTo` writes
 * it as it is into a new file. What it throws keeps the database as it is.
 */
export type BeforeMigration = (schema: number, copyTo: (file: string) => void) => void;

/** Opens the database at `file` and brings it up to date. Throws AppError, and then leaves the file as it was. */
export function openDatabase(
  file: string,
  busyTimeoutMs: number,
  beforeMigration?: BeforeMigration,
): Database {
  const Sqlite = loadSqlite();
  let db: Database | undefined;
  try {
    prepareFile(file);
    db = new Sqlite(file, { timeout: busyTimeoutMs });
    switchToWal(db, busyTimeoutMs);
    // A commit survives the end of the process at once, and a power cut from the next checkpoint on.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    const open = db;
    const schema = Number(db.pragma('user_version', { simple: true }));
    if (schema > 0 && schema < migrations.length)
      beforeMigration?.(schema, target => copyDatabaseNow(open, target));
    migrate(db, file);
    return db;
  } catch (error) {
    db?.close();
    throw toStorageError(error, file);
  }
}

/** Fails early where SQLite would open read-only, and keeps the chats from other users of the machine. */
function prepareFile(file: string): void {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true });
  // SQLite gives its journal files the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  accessSync(directory, constants.W_OK);
}

function switchToWal(db: Database, busyTimeoutMs: number): void {
  const deadline = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      // Two processes that switch a new file at once: SQLite refuses one without waiting, to avoid a deadlock.
      const isBusy = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isBusy || Date.now() >= deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
