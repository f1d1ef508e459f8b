import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

import { AppError } from '../contract/errors.ts';

/** Below this many free bytes a failed write is blamed on the full disk: one region of SQLite's shared memory file. */
const nearlyFull = 64 * 1024;

/** Says in one sentence why SQLite or the file system refused. What is not theirs comes back as it was. */
export function toStorageError(error: unknown, file: string): unknown {
  const code = readCode(error);
  if (error instanceof AppError || code === undefined) return error;
  const details = { cause: error };
  if (isDiskFull(code, file)) {
    return new AppError(
      'disk_full',
      `The disk that holds ${file} is full. Free some space; everything saved before is still there.`,
      details,
    );
  }
  if (isUnwritable(code)) {
    return new AppError(
      'data_dir_unwritable',
      `Parley may not write ${file}. Make it and its folder writable, or choose another folder with --data-dir.`,
      details,
    );
  }
  if (isLocked(code)) {
    return new AppError(
      'database_unusable',
      `${file} is locked by another program. Close that program and try again.`,
      details,
    );
  }
  // A broken constraint is a mistake of the caller, not of the file.
  if (!code.startsWith('SQLITE_') || code.startsWith('SQLITE_CONSTRAINT')) return error;
  const reason = error instanceof Error ? error.message : code;
  return new AppError(
    'database_unusable',
    `${file} cannot be used (${reason}). Put a backup in its place, or move it away and Parley starts with an empty one.`,
    details,
  );
}

/** The same methods, throwing what `toStorageError` says. */
export function withStorageErrors<T extends object>(file: string, methods: T): T {
  const wrapped = Object.entries(methods).map(([name, method]: [string, unknown]) => {
    if (typeof method !== 'function') return [name, method];
    return [
      name,
      (...parameters: unknown[]): unknown => {
        try {
          return Reflect.apply(method, methods, parameters);
        } catch (error) {
          throw toStorageError(error, file);
        }
      },
    ];
  });
  // Safe: the same names, each with a function of the same parameters and result.
  return Object.fromEntries(wrapped) as T;
}

/** Whether the same write may succeed later (space, a lock); false when the row itself is refused. */
export function isTransient(error: unknown): boolean {
  const code = readCode(error);
  return code !== undefined && !code.startsWith('SQLITE_CONSTRAINT');
}

/** `SQLITE_…`, or the name of a system error such as EACCES. */
function readCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^(SQLITE_|E[A-Z0-9]+$)/.test(error.code) ? error.code : undefined;
}

function isDiskFull(code: string, file: string): boolean {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return true;
  // SQLite has no word of its own for a disk too full for its shared memory or journal file.
  if (!code.startsWith('SQLITE_IOERR') && !code.startsWith('SQLITE_CANTOPEN')) return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < nearlyFull;
  } catch {
    return false;
  }
}

// ENOENT: what Node says when a folder cannot be made on a read-only disk.
const unwritableCodes = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'SQLITE_PERM',
  'SQLITE_AUTH',
]);

function isUnwritable(code: string): boolean {
  return (
    unwritableCodes.has(code) || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')
  );
}

function isLocked(code: string): boolean {
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}
