import type { CallLog } from '../contract/calls.ts';
import { AppError } from '../contract/errors.ts';
import type { BatchPart, BatchWriter } from './batch-writer.ts';
import { createCallWriter, type QueuedCall } from './call-writer.ts';
import type { Database } from './load-sqlite.ts';

// Some 5 MB of memory, and more calls than a desk makes while somebody clears a disk.
const queueLimit = 10_000;

type Options = { db: Database; writer: BatchWriter; now: () => Date; onEndedWritten: () => void };

/** Calls wait here for the next batch; one that begins and ends within a batch is written once. */
export function createCallQueue({ db, writer, now, onEndedWritten }: Options): CallLog & BatchPart {
  // A new one for each batch: see PassingMap for what clearing it would keep alive.
  let queue = new Map<string, QueuedCall>();
  const writeCalls = createCallWriter(db, now, cause => writer.report(refusedError(cause)));
  let hasDropped = false;

  const enqueue = (id: string, call: QueuedCall): void => {
    if (queue.size >= queueLimit) makeRoom();
    queue.set(id, call);
    writer.schedule();
  };

  const makeRoom = (): void => {
    if (!writer.isFailing()) writer.flush();
    const oldest = queue.keys().next().value;
    if (queue.size < queueLimit || oldest === undefined) return;
    queue.delete(oldest);
    if (!hasDropped) writer.report(droppedError());
    hasDropped = true;
  };

  const forgetWritten = (hasEnded: boolean): void => {
    queue = new Map();
    hasDropped = false;
    if (hasEnded) onEndedWritten();
  };

  return {
    begin(start) {
      const waiting = queue.get(start.id);
      if (waiting) waiting.start = start;
      else enqueue(start.id, { start, end: undefined });
    },
    end(end) {
      const waiting = queue.get(end.id);
      if (waiting) waiting.end = end;
      else enqueue(end.id, { start: undefined, end });
    },
    isWaiting: () => queue.size > 0,
    write() {
      const hasEnded = writeCalls(queue.values());
      return () => forgetWritten(hasEnded);
    },
  };
}

function droppedError(): AppError {
  return new AppError(
    'database_unusable',
    'The ledger could not be written for so long that its oldest waiting calls are dropped. Free some disk space, or close the program that locks the database.',
  );
}

function refusedError(cause: unknown): AppError {
  return new AppError('internal', 'A call could not be recorded in the ledger; its numbers are lost.', {
    cause,
  });
}
