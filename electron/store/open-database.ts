import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

import { type Database, loadSqlite } from './load-sqlite.ts';
import { migrate } from './migrate.ts';
import { toStorageError } from './storage-error.ts';

/** Opens the database at `file` and brings it up to date. Throws AppError, and then leaves the file as it was. */
export function openDatabase(file: string, busyTimeoutMs: number): Database {
  const Sqlite = loadSqlite();
  let db: Database | undefined;
  try {
    prepareFile(file);
    db = new Sqlite(file, { timeout: busyTimeoutMs });
    switchToWal(db, busyTimeoutMs);
    // A commit survives the end of the process at once, and a power cut from the next checkpoint on.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
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
