import type { CallLog } from '../contract/calls.ts';
import type { BatchPart, BatchWriter } from './batch-writer.ts';
import { type CallQueries, createCallQueries } from './call-queries.ts';
import { createCallQueue } from './call-queue.ts';
import type { KeyUsageBook } from './key-usage.ts';
import type { Database } from './load-sqlite.ts';

/** The ledger: calls are reported into memory and written in batches; who reads it sees all that was reported. */
export type CallLedger = CallLog &
  CallQueries & {
    /** Writes what is queued now. What cannot be written stays queued, and the reason goes to `onProblem`. */
    flush(): void;
    /** Listens for ended calls that were written; returns how to stop listening. */
    onChange(listener: () => void): () => void;
  };

type Options = {
  db: Database;
  writer: BatchWriter;
  now: () => Date;
  usage: KeyUsageBook & BatchPart;
  spend: CallLog & BatchPart;
};

export function createCallLedger({ db, writer, now, usage, spend }: Options): CallLedger {
  const listeners = new Set<() => void>();
  const queries = createCallQueries(db);
  const queue = createCallQueue({
    db,
    writer,
    now,
    onEndedWritten() {
      for (const listener of listeners) listener();
    },
  });
  writer.add(queue);
  writer.add(usage);
  writer.add(spend);

  return {
    begin(start) {
      usage.begin(start);
      spend.begin(start);
      queue.begin(start);
    },
    end(end) {
      usage.end(end);
      spend.end(end);
      queue.end(end);
    },
    flush: () => writer.flush(),
    list(options) {
      writer.flush();
      return queries.list(options);
    },
    summarize(options) {
      writer.flush();
      return queries.summarize(options);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
