import { type AppError, toAppError } from '../contract/errors.ts';
import type { Database } from './load-sqlite.ts';
import type { SearchIndex } from './search-index.ts';
import { toStorageError } from './storage-error.ts';

/** Between two slices, so that pages have the thread most of the time. */
const pauseMs = 25;
/**
 * How soon a message that was saved is in the index, where no search asks for it before; and between two slices while an
 * answer streams.
 */
const lookEveryMs = 1000;
const retryMs = 30_000;

type Options = {
  db: Database;
  index: SearchIndex;
  file: string;
  busyTimeoutMs: number;
  onProblem: (error: AppError) => void;
};

/** Indexes what waits, slice by slice, from the first call of `start` until `stop`. */
export function createIndexKeeper({ db, index, file, busyTimeoutMs, onProblem }: Options) {
  let timer: NodeJS.Timeout | undefined;
  let reported: string | undefined;

  const runSlice = (): number => {
    try {
      // This can wait, the thread cannot: whoever holds the lock goes first.
      db.pragma('busy_timeout = 0');
      const isStreaming = index.isStreaming();
      const isIndexed = index.indexSlice();
      const isMerged = !isStreaming && index.mergeSlice();
      reported = undefined;
      return !isStreaming && (isIndexed || isMerged) ? pauseMs : lookEveryMs;
    } catch (error) {
      const problem = toAppError(toStorageError(error, file));
      const isLocked = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isLocked && problem.code !== reported) {
        reported = problem.code;
        onProblem(problem);
      }
      return isLocked ? lookEveryMs : retryMs;
    } finally {
      db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  };

  const schedule = (ms: number): void => {
    timer = setTimeout(() => schedule(runSlice()), ms).unref();
  };

  return {
    start(): void {
      if (timer === undefined) schedule(pauseMs);
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
