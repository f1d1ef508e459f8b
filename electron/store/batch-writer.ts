import type { AppError } from '../contract/errors.ts';
import { toAppError } from '../contract/errors.ts';
import type { Database } from './load-sqlite.ts';
import { toStorageError } from './storage-error.ts';

/** Something that queues rows in memory and writes them with the next batch. */
export type BatchPart = {
  isWaiting(): boolean;
  /** Runs inside the batch's transaction; what it returns runs after the commit, and forgets what was written. */
  write(): () => void;
};

/** Writes what its parts have queued, in one transaction at most every 100 ms. None of its methods throws. */
export type BatchWriter = {
  add(part: BatchPart): void;
  /** A part has something to write. */
  schedule(): void;
  flush(): void;
  /** True from a failed batch to the next one that succeeds. */
  isFailing(): boolean;
  report(error: AppError): void;
  /** Last attempt, with the patience of an ordinary write. */
  close(): void;
};

const batchEveryMs = 100;
const retryEveryMs = 1000;
// A batch runs on the thread that streams answers and can be written later, so it does not wait long for a lock.
const batchBusyMs = 100;

type Options = {
  db: Database;
  file: string;
  busyTimeoutMs: number;
  onProblem: (error: AppError) => void;
  onWritten?: (() => void) | undefined;
};

export function createBatchWriter({ db, file, busyTimeoutMs, onProblem, onWritten }: Options): BatchWriter {
  const parts: BatchPart[] = [];
  let timer: NodeJS.Timeout | undefined;
  let problem: AppError | undefined;
  let isClosed = false;

  const writeParts = db.transaction((waiting: BatchPart[]) => waiting.map(part => part.write()));

  // Later, so that a handler that throws does not break into whoever reports a call.
  const report = (error: AppError): void => queueMicrotask(() => onProblem(error));

  const fail = (error: AppError): void => {
    if (error.code !== problem?.code) report(error);
    problem = error;
    // Retrying alone keeps no process alive.
    if (!isClosed) timer = setTimeout(() => write(batchBusyMs), retryEveryMs).unref();
  };

  const write = (busyMs: number): void => {
    clearTimeout(timer);
    timer = undefined;
    const waiting = parts.filter(part => part.isWaiting());
    if (isClosed || waiting.length === 0) return;
    let afterCommit: (() => void)[];
    try {
      // Not `pragma`, which makes a statement each time: a fifth of a millisecond.
      db.exec(`PRAGMA busy_timeout = ${busyMs}`);
      afterCommit = writeParts.immediate(waiting);
    } catch (error) {
      fail(toAppError(toStorageError(error, file)));
      return;
    } finally {
      db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    }
    problem = undefined;
    for (const forget of afterCommit) forget();
    onWritten?.();
  };

  return {
    add(part) {
      parts.push(part);
    },
    schedule() {
      if (!isClosed) timer ??= setTimeout(() => write(batchBusyMs), batchEveryMs);
    },
    flush() {
      write(batchBusyMs);
    },
    isFailing: () => problem !== undefined,
    report,
    close() {
      write(busyTimeoutMs);
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
