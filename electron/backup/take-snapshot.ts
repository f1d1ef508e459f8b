import { existsSync, statSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

import type { Snapshot, SnapshotReason } from '../contract/backups.ts';
import { AppError } from '../contract/errors.ts';
import type { DatabaseCopies } from '../store/copy-database.ts';
import type { BeforeMigration } from '../store/open-database.ts';
import { databaseFile, openSnapshot, toBackupError } from './snapshot-folder.ts';

type Deps = { dataDir: string; copies: DatabaseCopies; now?: () => Date };

/** Copies the data directory while it is in use. Throws disk_full, data_dir_unwritable, or cancelled. */
export async function takeSnapshot(
  { dataDir, copies, now = () => new Date() }: Deps,
  reason: SnapshotReason,
  signal: AbortSignal,
): Promise<Snapshot> {
  checkRoom(dataDir);
  const snapshot = openSnapshot(dataDir, reason, now());
  try {
    await copies.copyTo(join(snapshot.dir, databaseFile), signal);
    return snapshot.finish(copies.schema);
  } catch (error) {
    snapshot.giveUp();
    throw toBackupError(error, dataDir);
  }
}

/** The snapshot before a newer version of the database. It may fail without the start failing: the person is told. */
export function snapshotBeforeMigration(
  dataDir: string,
  onProblem: (error: unknown) => void,
): BeforeMigration {
  return (schema, copyTo) => {
    try {
      takeSnapshotNow(dataDir, 'migration', file => {
        copyTo(file);
        return { schema };
      });
    } catch (error) {
      onProblem(error);
    }
  };
}

/** The same at once, while nothing runs yet. */
export function takeSnapshotNow(
  dataDir: string,
  reason: SnapshotReason,
  copyTo: (file: string) => { schema: number },
): Snapshot {
  checkRoom(dataDir);
  const snapshot = openSnapshot(dataDir, reason, new Date());
  try {
    return snapshot.finish(copyTo(join(snapshot.dir, databaseFile)).schema);
  } catch (error) {
    snapshot.giveUp();
    throw toBackupError(error, dataDir);
  }
}

/** What must stay free for the work itself, in bytes. */
const spareBytes = 16 * 1024 * 1024;

/** A snapshot must not take the last of the disk from the chats. */
function checkRoom(dataDir: string): void {
  const size = [databaseFile, `${databaseFile}-wal`]
    .map(name => join(dataDir, name))
    .map(file => (existsSync(file) ? statSync(file).size : 0))
    .reduce((sum, bytes) => sum + bytes, 0);
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize >= size + spareBytes) return;
  throw new AppError(
    'disk_full',
    `There is no room for a snapshot of ${dataDir}. Free some space; nothing else is affected.`,
  );
}
