import { parentPort, workerData } from 'node:worker_threads';

import { AppError } from '../contract/errors.ts';
import { loadSqlite } from './load-sqlite.ts';
import { toStorageError } from './storage-error.ts';
import { type AskedQuestion, createUsageQuestions, type GivenAnswer } from './usage-questions.ts';

/** The entry of a thread that reads the ledger, and moves the journal into the database, beside the one that writes. */
const { file } = workerData as { file: string }; // as query-thread.ts starts it
const Sqlite = loadSqlite();
const db = new Sqlite(file, { readonly: true, fileMustExist: true });
const questions = { ...createUsageQuestions(db), checkpoint };

parentPort?.on('message', ({ id, name, input }: AskedQuestion) => {
  parentPort?.postMessage(answer(id, name, input));
});

function checkpoint(): void {
  // Open no longer than needed: a connection that may write and is the last to close deletes the journal it finds by its name.
  const writable = new Sqlite(file, { fileMustExist: true });
  try {
    // Waits for nobody, and leaves what others still read for the next time.
    writable.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    writable.close();
  }
}

function answer(id: number, name: AskedQuestion['name'], input: unknown): GivenAnswer {
  try {
    const ask = questions[name] as (input: unknown) => unknown; // usage-reader.ts pairs name and input
    return { id, value: ask(input) };
  } catch (thrown) {
    const error = toStorageError(thrown, file);
    const message = error instanceof Error ? error.message : String(error);
    return { id, error: { code: error instanceof AppError ? error.code : null, message } };
  }
}
