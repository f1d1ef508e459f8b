import { loadSqlite } from './load-sqlite.ts';
import { toStorageError } from './storage-error.ts';

/** Ownership of a data directory. Keep it: when it is garbage collected the lock goes with it. */
export type DataDirLock = { release(): void };

/**
 * Takes ownership by locking `file` (parley.lock in the data directory); undefined where another process has it.
 * The lock is one of the operating system's, through SQLite because Node has none: it ends with the process,
 * however that ends, and no file that is left behind can block the next start.
 */
export function lockDataDir(file: string): DataDirLock | undefined {
  const Sqlite = loadSqlite();
  let db;
  try {
    db = new Sqlite(file, { timeout: 0 });
    // A journal file would stay behind after a kill.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      return undefined;
    throw toStorageError(error, file);
  }
  const held = db;
  return { release: () => void held.close() };
}
