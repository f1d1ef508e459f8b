import type { CallLog } from '../contract/calls.ts';
import { parseIsoTime } from '../contract/iso-time.ts';
import type { PassingMap } from '../contract/passing-map.ts';
import type { BatchPart, BatchWriter } from './batch-writer.ts';
import { type CallQueries, createCallQueries } from './call-queries.ts';
import { createCallQueue } from './call-queue.ts';
import { type KeyUsageBook, type RunningCall, totalOf } from './key-usage.ts';
import type { Database } from './load-sqlite.ts';
import type { SpendBook } from './spend-book.ts';

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
  spend: SpendBook & BatchPart;
  /** Calls that have begun and not ended, by id: filled here, for the books to look at. */
  running: PassingMap<string, RunningCall>;
};

export function createCallLedger({ db, writer, now, usage, spend, running }: Options): CallLedger {
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
      const { backend, client } = start;
      const time = parseIsoTime(start.started_at) || now().getTime();
      const call = { backend, client, time, key_id: usage.keyOf(client) };
      running.add(start.id, call);
      usage.begin(call);
      queue.begin(start);
    },
    end(end) {
      const call = running.delete(end.id);
      if (call) {
        const total = totalOf(end);
        usage.end(call, total);
        if (total) spend.end(call, end.backend ?? call.backend, total);
      }
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
