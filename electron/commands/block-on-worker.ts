import { SHARE_ENV, Worker } from 'node:worker_threads';

/** Places of the numbers both threads share: 1 once the worker runs, 1 once it is done, and its exit code. */
export const sharedPlaces = { started: 0, done: 1, code: 2 } as const;

export type WithoutDisplayData = {
  words: readonly string[];
  shared: SharedArrayBuffer;
  electron: string | undefined;
};

/** Milliseconds a worker may take to load its code, on a machine that is busy. */
const longestStart = 30_000;

/**
 * Runs a command in a worker and holds this thread, which is Chromium's, until it is done. Without a display Chromium ends
 * the program as soon as it gets the thread, whatever else runs; a worker has a loop of its own. Undefined where no worker starts.
 */
export function blockOnWorker(file: string, words: readonly string[]): number | undefined {
  const { electron } = process.versions;
  const data: WithoutDisplayData = { words, shared: new SharedArrayBuffer(12), electron };
  const flags = new Int32Array(data.shared);
  // Loaded by a line of code: the file of a worker cannot lie inside an asar, what it requires can.
  const worker = new Worker(`require(${JSON.stringify(file)})`, {
    eval: true,
    env: SHARE_ENV,
    workerData: data,
    // For signals, which this thread cannot take: see without-display.ts.
    execArgv: ['--expose-internals', '--no-warnings'],
  });
  if (Atomics.wait(flags, sharedPlaces.started, 0, longestStart) === 'timed-out') {
    void worker.terminate();
    return undefined;
  }
  Atomics.wait(flags, sharedPlaces.done, 0);
  return flags[sharedPlaces.code];
}
