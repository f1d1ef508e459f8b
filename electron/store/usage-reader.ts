import type { BatchWriter } from './batch-writer.ts';
import type { Database } from './load-sqlite.ts';
import { type QueryThread, QueryThreadLost } from './query-thread.ts';
import { toStorageError } from './storage-error.ts';
import type { UsageKeeper } from './usage-keeper.ts';
import { type Answer, createUsageQuestions, type Question, type QuestionName } from './usage-questions.ts';

/** Reads the ledger and its sums without holding up the thread that streams answers. */
export type UsageReader = {
  ask<N extends QuestionName>(this: void, name: N, input: Question<N>): Promise<Answer<N>>;
};

type Options = {
  file: string;
  db: Database;
  writer: Pick<BatchWriter, 'flush'>;
  usageKeeper: Pick<UsageKeeper, 'catchUp'>;
  /** Without it everything is asked on this thread. */
  thread: QueryThread | undefined;
};

export function createUsageReader({ file, db, writer, usageKeeper, thread }: Options): UsageReader {
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
      // Whoever asks sees all that was reported.
      writer.flush();
      usageKeeper.catchUp();
      // Safe: a question's answer, by its name.
      return (await askThere(name, input)) as Answer<typeof name>;
    },
  };
}
