import { Worker } from 'node:worker_threads';

import { AppError, errorCodes } from '../contract/errors.ts';
import type { AskedQuestion, GivenAnswer, QuestionName } from './usage-questions.ts';

/** The thread ended before it answered; the question can be asked elsewhere. */
export class QueryThreadLost extends Error {}

/** A thread with connections of its own to the database; it is started by the first question, and again after it has ended. */
export type QueryThread = {
  /** Rejects with what the question threw there, or QueryThreadLost. */
  ask(name: QuestionName, input: unknown): Promise<unknown>;
  /** Moves the journal into the database, as far as nobody reads it. Rejects as `ask` does. */
  checkpoint(): Promise<void>;
  /** False once it is known not to work, e.g. where a worker cannot read TypeScript. */
  isUsable(): boolean;
  close(): void;
};

type Asker = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/** `workerFile` is query-worker.ts, or what it was bundled to; `file` the database. */
export function createQueryThread(workerFile: string, file: string): QueryThread {
  let worker: Worker | undefined;
  let isUsable = true;
  let isClosed = false;
  let lastId = 0;
  const askers = new Map<number, Asker>();

  const start = (): Worker => {
    const started = new Worker(workerFile, { workerData: { file }, execArgv: [], argv: [] });
    started.unref();
    let hasAnswered = false;
    started.on('message', (answer: GivenAnswer) => {
      hasAnswered = true;
      const asker = askers.get(answer.id);
      askers.delete(answer.id);
      if ('error' in answer) asker?.reject(toError(answer.error));
      else asker?.resolve(answer.value);
    });
    // Its reason is of no use to whoever asks: the same question is answered elsewhere.
    started.on('error', () => {});
    started.on('exit', () => {
      worker = undefined;
      if (!hasAnswered) isUsable = false;
      for (const { reject } of askers.values()) reject(new QueryThreadLost());
      askers.clear();
    });
    return started;
  };

  const ask = async (name: AskedQuestion['name'], input: unknown): Promise<unknown> => {
    worker ??= start();
    const asked = worker;
    const question: AskedQuestion = { id: ++lastId, name, input };
    try {
      return await new Promise<unknown>((resolve, reject) => {
        askers.set(question.id, { resolve, reject });
        asked.ref();
        asked.postMessage(question);
      });
    } finally {
      // A process that only waits for it must not end before the answer, nor stay afterwards.
      if (askers.size === 0) asked.unref();
    }
  };

  return {
    isUsable: () => isUsable && !isClosed,
    ask,
    async checkpoint() {
      await ask('checkpoint', null);
    },
    close() {
      isClosed = true;
      for (const { reject } of askers.values()) reject(new AppError('cancelled', 'Parley is closing.'));
      askers.clear();
      void worker?.terminate();
    },
  };
}

function toError({ code, message }: { code: string | null; message: string }): Error {
  const known = errorCodes.find(name => name === code);
  return known === undefined ? new Error(message) : new AppError(known, message);
}
