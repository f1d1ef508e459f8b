import { closeSync, fsyncSync, openSync } from 'node:fs';

import { AppError } from '../contract/errors.ts';
import { type Database, loadSqlite } from './load-sqlite.ts';
import { migrations } from './migrations/migrations.ts';
import { toStorageError } from './storage-error.ts';

/** The database at rest: copies of it, and whether it is whole. */
export type DatabaseCopies = {
  /** Version of the database this Parley writes. */
  schema: number;
  /** Copies what is committed into a new file, a few pages at a time between other work. */
  copyTo(file: string, signal: AbortSignal): Promise<void>;
};

export function createDatabaseCopies(db: Database): DatabaseCopies {
  return {
    schema: migrations.length,
    async copyTo(file, signal) {
      const stop = (): void => {
        if (signal.aborted) throw new AppError('cancelled', 'The snapshot was given up because Parley ends.');
      };
      stop();
      try {
        await db.backup(file, {
          progress() {
            stop();
            return pagesAtATime;
          },
        });
        sealCopy(file);
      } catch (error) {
        throw toStorageError(error, file);
      }
    },
  };
}

// Of 4 KiB: below a millisecond, so that a stream does not notice.
const pagesAtATime = 64;

/** The same in one go, for the moments in which nothing else runs. Needs no room for a second journal. */
export function copyDatabaseNow(db: Database, file: string): void {
  try {
    // Rows keep their numbers: all that others refer to are INTEGER PRIMARY KEYs.
    db.prepare('VACUUM INTO ?').run(file);
    syncFile(file);
  } catch (error) {
    throw toStorageError(error, file);
  }
}

/** `copyDatabaseNow` for a file nobody has open. */
export function copyDatabaseFile(from: string, to: string): { schema: number } {
  const Sqlite = loadSqlite();
  let db: Database | undefined;
  try {
    db = new Sqlite(from, { fileMustExist: true });
    copyDatabaseNow(db, to);
    return { schema: Number(db.pragma('user_version', { simple: true })) };
  } catch (error) {
    throw toStorageError(error, from);
  } finally {
    db?.close();
  }
}

/** What SQLite finds wrong with a file; undefined where it is whole. Takes seconds for a large one. */
export function findDamage(file: string): string | undefined {
  const Sqlite = loadSqlite();
  let db: Database | undefined;
  try {
    db = new Sqlite(file, { fileMustExist: true });
    const [first] = db.pragma('quick_check(1)', { simple: false }) as { quick_check: string }[]; // as SQLite documents it
    return first?.quick_check === 'ok' ? undefined : oneLine(first?.quick_check ?? 'no answer');
  } catch (error) {
    if (isDamage(error)) return error instanceof Error ? error.message : 'damaged';
    throw toStorageError(error, file);
  } finally {
    db?.close();
  }
}

/** SQLite heads its findings with a line that says nothing. */
function oneLine(finding: string): string {
  return finding
    .replace(/^\*\*\* in database main \*\*\*\s*/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Whether an error, or what caused it, says that the file is no whole database. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || isDamage(error.cause);
}

/** Leaves one file that needs no other beside it. */
function sealCopy(file: string): void {
  const Sqlite = loadSqlite();
  const copy = new Sqlite(file);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  syncFile(file);
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
