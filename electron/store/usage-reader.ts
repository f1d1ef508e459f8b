import type { Database } from './load-sqlite.ts';
import { createQueryThread, QueryThreadLost } from './query-thread.ts';
import { toStorageError } from './storage-error.ts';
import { type Answer, createUsageQuestions, type Question, type QuestionName } from './usage-questions.ts';

/** Reads the ledger and its sums without holding up the thread that streams answers. */
export type UsageReader = {
  ask<N extends QuestionName>(this: void, name: N, input: Question<N>): Promise<Answer<N>>;
};

type Options = {
  file: string;
  db: Database;
  /** Writes and counts what was reported: whoever asks sees it. */
  catchUp: () => void;
  /** query-worker.ts, or what it was bundled to; without it everything is asked on this thread. */
  workerFile: string | undefined;
};

export function createUsageReader(options: Options): UsageReader & { close(): void } {
  const { file, db, catchUp, workerFile } = options;
  const thread = workerFile === undefined ? undefined : createQueryThread(workerFile, file);
  let questions: ReturnType<typeof createUsageQuestions> | undefined;

  const askHere = (name: QuestionName, input: unknown): unknown => {
    questions ??= createUsageQuestions(db);
    const ask = questions[name] as (input: unknown) => unknown; // the type of `ask` below pairs name and input
    try {
      return ask(input);
    } catch (error) {
      throw toStorageError(error, file);
    }
  };

  const askThere = async (name: QuestionName, input: unknown): Promise<unknown> => {
    if (!thread?.isUsable()) return askHere(name, input);
    try {
      return await thread.ask(name, input);
    } catch (error) {
      if (!(error instanceof QueryThreadLost)) throw error;
      return askHere(name, input);
    }
  };

  return {
    async ask(name, input) {
      catchUp();
      // Safe: a question's answer, by its name.
      return (await askThere(name, input)) as Answer<typeof name>;
    },
    close: () => thread?.close(),
  };
}
