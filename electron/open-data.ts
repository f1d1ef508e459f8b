import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { openSnapshots } from './backup/daily-snapshots.ts';
import type { Snapshots } from './backup/daily-snapshots.ts';
import { markEnded, prepareDataDir, replaceDamaged } from './backup/prepare-data-dir.ts';
import { snapshotBeforeMigration } from './backup/take-snapshot.ts';
import { AppError } from './contract/errors.ts';
import { isDamage } from './store/copy-database.ts';
import type { Resources } from './resources.ts';
import { lockDataDir } from './store/lock-data-dir.ts';
import type { DataDirLock } from './store/lock-data-dir.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/open-store.ts';

export type OpenData = {
  store: Store;
  snapshots: Snapshots;
  /** What was done at the start that the person should know of, a sentence each. */
  notices: string[];
  close(): Promise<void>;
};

/**
 * Opens what the data directory holds. Whoever owns it restores and mends what has to be before, tidies up what its last
 * owner left, keeps the search in step, and takes snapshots.
 */
export function openData(
  dataDir: string,
  { queryWorkerFile }: Pick<Resources, 'queryWorkerFile'>,
  onProblem: (error: unknown) => void,
): OpenData {
  const lock = ownDataDir(dataDir);
  try {
    const notices = lock ? prepareDataDir(dataDir, onProblem) : [];
    const store = openMended({ dataDir, queryWorkerFile }, lock, notices, onProblem);
    if (lock) {
      store.recover();
      store.search.start();
      store.usage.start();
    }
    for (const notice of notices) onProblem(new AppError('database_unusable', notice));
    const { copies } = store;
    const snapshots = openSnapshots({ dataDir, copies, daily: lock !== undefined, onProblem });
    return {
      store,
      snapshots,
      notices,
      async close() {
        await snapshots.close();
        store.close();
        if (lock) markEnded(dataDir);
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Undefined also where the folder refuses: opening the database then says why. */
function ownDataDir(dataDir: string): DataDirLock | undefined {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockDataDir(join(dataDir, 'parley.lock'));
  } catch {
    return undefined;
  }
}

function openMended(
  { dataDir, queryWorkerFile }: { dataDir: string; queryWorkerFile: string },
  lock: DataDirLock | undefined,
  notices: string[],
  onProblem: (error: unknown) => void,
): Store {
  const file = join(dataDir, 'parley.db');
  const beforeMigration = snapshotBeforeMigration(dataDir, onProblem);
  try {
    return openStore({ file, onProblem, beforeMigration, queryWorkerFile });
  } catch (error) {
    // A file that is no database at all may be somebody else's: it is moved only for a snapshot to take its place.
    const notice = lock && isDamage(error) ? replaceDamaged(dataDir, reasonOf(error), false) : undefined;
    if (notice === undefined) throw error;
    notices.push(notice);
    return openStore({ file, onProblem, beforeMigration, queryWorkerFile });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : 'it cannot be read';
}
