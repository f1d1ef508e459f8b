import { type AppError, toAppError } from '../contract/errors.ts';
import { createUsageCounter } from './count-usage.ts';
import type { Database } from './load-sqlite.ts';
import { toStorageError } from './storage-error.ts';

/** Keeps the sums of the ledger in step with it, and deletes what is older than somebody wants to keep. */
export type UsageKeeper = {
  /** For the process that owns the data directory: works in slices from now on, until `stop`. */
  start(): void;
  stop(): void;
  /** Days calls are kept; null keeps all. */
  keepDays(): number | null;
  setKeepDays(days: number | null): void;
  /** All rows of calls that have ended, and all sums. */
  deleteAll(): Promise<void>;
  /** Counts what waits, as far as it can be done at once; never throws. */
  catchUp(): void;
  /** One slice of what is to do; false where there is nothing. */
  work(): boolean;
};

// Some milliseconds of work.
const sliceRows = 500;
/** Between two slices, so that answers and pages have the thread most of the time. */
const pauseMs = 25;
/** Nobody waits for it: who asks for sums has them counted first. */
const lookEveryMs = 2000;
const retryMs = 5000;
/** Most of the thread's time that somebody who asks may take. */
const catchUpMs = 10;
const dayMs = 24 * 60 * 60 * 1000;

type Options = {
  db: Database;
  file: string;
  busyTimeoutMs: number;
  now: () => Date;
  onProblem: (error: AppError) => void;
  /** All sums are gone. */
  onDeleted: () => void;
};

export function createUsageKeeper(options: Options): UsageKeeper {
  const { db, file, busyTimeoutMs, now, onProblem } = options;
  const counter = createUsageCounter(db);
  let timer: NodeJS.Timeout | undefined;
  let isOwner = false;
  let reported: string | undefined;
  const retention = createRetention(db, now);

  // What is not counted yet must not be deleted: its sums would be missing for ever.
  const work = (): boolean => counter.count() || retention.deleteOld();

  /** Can wait, the thread cannot: whoever holds the lock goes first. Returns when there is more to do. */
  const workAside = (act: () => boolean): number => {
    try {
      db.exec('PRAGMA busy_timeout = 0');
      const isMore = act();
      reported = undefined;
      return isMore ? pauseMs : lookEveryMs;
    } catch (error) {
      const problem = toAppError(toStorageError(error, file));
      const isLocked = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isLocked && problem.code !== reported) {
        reported = problem.code;
        onProblem(problem);
      }
      return retryMs;
    } finally {
      db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    }
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => schedule(workAside(work)), ms).unref();
  };

  return {
    work,
    keepDays: retention.days,
    deleteAll: () => retention.deleteAll().finally(options.onDeleted),
    catchUp: () => void workAside(() => !counter.countFor(catchUpMs)),
    start() {
      isOwner = true;
      schedule(pauseMs);
    },
    stop() {
      isOwner = false;
      clearTimeout(timer);
    },
    setKeepDays(days) {
      retention.setDays(days);
      if (isOwner) schedule(pauseMs);
    },
  };
}

function createRetention(db: Database, now: () => Date) {
  const readDays = db.prepare('SELECT keep_days FROM ledger_settings').pluck();
  const writeDays = db.prepare('UPDATE ledger_settings SET keep_days = ?');
  const deleteSlice = db.prepare(`DELETE FROM call_rows WHERE seq IN (
    SELECT seq FROM call_rows WHERE started_at < ? AND status <> 'running'
      AND seq <= (SELECT counted_to FROM usage_progress) AND seq NOT IN (SELECT seq FROM usage_late)
    ORDER BY started_at LIMIT ${sliceRows})`);
  const deleteBefore = (border: string): boolean => deleteSlice.run(border).changes > 0;
  const days = (): number | null => {
    const count = readDays.get();
    return typeof count === 'number' ? count : null;
  };
  return {
    days,
    setDays: (count: number | null) => void writeDays.run(count),
    /** One slice; false where nothing is too old. */
    deleteOld(): boolean {
      const count = days();
      return count !== null && deleteBefore(new Date(now().getTime() - count * dayMs).toISOString());
    },
    async deleteAll(): Promise<void> {
      // Calls that begin meanwhile stay: they were not there when somebody wished all gone.
      const border = now().toISOString();
      forgetSums(db);
      while (db.open && deleteBefore(border)) {
        await new Promise(resolve => void setTimeout(resolve, pauseMs / 5));
      }
    },
  };
}

const forget = [
  'usage_days',
  'usage_months',
  'usage_hours',
  'usage_chats',
  'usage_first_tokens',
  'usage_month_first_tokens',
  'usage_late',
  'usage_corrections',
];

/** What was not counted never will be: the rows are about to go. */
function forgetSums(db: Database): void {
  db.transaction(() => {
    for (const table of forget) db.prepare(`DELETE FROM ${table}`).run();
    db.prepare('UPDATE usage_progress SET counted_to = (SELECT coalesce(max(seq), 0) FROM call_rows)').run();
  }).immediate();
}
