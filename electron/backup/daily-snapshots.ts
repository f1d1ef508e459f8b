import type { Snapshot, SnapshotReason } from '../contract/backups.ts';
import { toAppError } from '../contract/errors.ts';
import type { DatabaseCopies } from '../store/copy-database.ts';
import { listSnapshots } from './snapshot-folder.ts';
import { takeSnapshot } from './take-snapshot.ts';

export type Snapshots = {
  /** Why the last daily one failed; null when it did not. */
  problem(): string | null;
  create(reason: 'manual' | 'restore'): Promise<Snapshot>;
  /** Gives up one that is being taken. */
  close(): Promise<void>;
};

export type SnapshotsOptions = {
  dataDir: string;
  copies: DatabaseCopies;
  /** Whether this process owns the data directory and takes one a day. */
  daily: boolean;
  onProblem: (error: unknown) => void;
  now?: () => Date;
  /** Until the first look, and between two, in milliseconds. */
  pauses?: { first: number; next: number };
};

const dayMs = 24 * 60 * 60 * 1000;
// Not in the first moments, in which everything else begins.
const usualPauses = { first: 45_000, next: 60 * 60 * 1000 };

export function openSnapshots(options: SnapshotsOptions): Snapshots {
  const { dataDir, copies, onProblem, now = () => new Date(), pauses = usualPauses } = options;
  const stop = new AbortController();
  let problem: string | null = null;
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: two would read the same database for twice as long.
  const inTurn = (reason: SnapshotReason): Promise<Snapshot> => {
    const taken = last.then(() => takeSnapshot({ dataDir, copies, now }, reason, stop.signal));
    last = taken.catch(() => undefined);
    return taken;
  };

  const isDue = (): boolean => {
    const newest = listSnapshots(dataDir).find(({ reason }) => reason === 'daily');
    // A clock that was set back must not end them.
    return newest === undefined || Math.abs(now().getTime() - Date.parse(newest.taken_at)) >= dayMs;
  };
  const look = async (): Promise<void> => {
    try {
      if (isDue()) await inTurn('daily');
      problem = null;
    } catch (error) {
      if (stop.signal.aborted) return;
      const { message } = toAppError(error);
      // Once, not every hour.
      if (problem !== message) onProblem(error);
      problem = message;
    }
    plan(pauses.next);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (pause: number): void => {
    if (stop.signal.aborted) return;
    timer = setTimeout(() => void look(), pause);
    timer.unref();
  };
  if (options.daily) plan(pauses.first);

  return {
    problem: () => problem,
    create: inTurn,
    async close() {
      stop.abort();
      clearTimeout(timer);
      await last;
    },
  };
}
