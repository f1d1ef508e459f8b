import { parentPort, workerData } from 'node:worker_threads';

import { AppError } from '../contract/errors.ts';
import { loadSqlite } from './load-sqlite.ts';
import { toStorageError } from './storage-error.ts';
import { type AskedQuestion, createUsageQuestions, type GivenAnswer } from './usage-questions.ts';

/** The entry of a thread that reads the ledger beside the one that writes it. */
const { file } = workerData as { file: string }; // as usage-reader.ts starts it
const Sqlite = loadSqlite();
const db = new Sqlite(file, { readonly: true, fileMustExist: true });
const questions = createUsageQuestions(db);

parentPort?.on('message', ({ id, name, input }: AskedQuestion) => {
  parentPort?.postMessage(answer(id, name, input));
});

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
