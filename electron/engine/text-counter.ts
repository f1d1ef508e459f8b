import { Worker } from 'node:worker_threads';

/** Counts the tokens of texts as o200k makes them, on a thread of its own; its vocabulary takes some 75 MB while it is in use. */
export type TextCounter = {
  /** Of more than a million characters the beginning is counted, and the rest taken for the same. */
  count(texts: readonly string[]): Promise<number>;
  close(): void;
};

const countedChars = 1_000_000;
/** What a token of English is long, about: where the thread cannot count, a guess is better than no answer. */
const charsPerToken = 4;
const defaultIdleMs = 60_000;

/** `workerFile` is token-worker.ts, or what it was bundled to. It is started by the first count, and ended after a while without. */
export function createTextCounter(workerFile: string, idleMs = defaultIdleMs): TextCounter {
  let running: CountingThread | undefined;
  let idle: NodeJS.Timeout | undefined;
  let asking = 0;
  const end = (): void => {
    clearTimeout(idle);
    running?.end();
    running = undefined;
  };
  const ask = async (texts: readonly string[]): Promise<number | undefined> => {
    clearTimeout(idle);
    const thread = (running ??= startThread(workerFile));
    asking += 1;
    const tokens = await thread.ask(texts);
    asking -= 1;
    // It may have failed; the next one may not.
    if (tokens === undefined && running === thread) running = undefined;
    clearTimeout(idle);
    if (asking === 0) idle = setTimeout(end, idleMs).unref();
    return tokens;
  };
  return {
    async count(texts) {
      const total = texts.reduce((sum, text) => sum + text.length, 0);
      if (total === 0) return 0;
      const tokens = await ask(beginningOf(texts));
      if (tokens === undefined) return Math.ceil(total / charsPerToken);
      return total > countedChars ? (tokens * total) / countedChars : tokens;
    },
    close: end,
  };
}

type CountingThread = {
  /** Undefined where the thread ends before it has answered. */
  ask(texts: readonly string[]): Promise<number | undefined>;
  end(): void;
};

function startThread(workerFile: string): CountingThread {
  const worker = new Worker(workerFile, { execArgv: [], argv: [] });
  // It answers in the order it is asked in.
  const askers: ((tokens: number | undefined) => void)[] = [];
  let isOver = false;
  worker.on('message', (tokens: number) => {
    askers.shift()?.(tokens);
    // It keeps no process alive that waits for nothing of it.
    if (askers.length === 0) worker.unref();
  });
  // Those who asked are told by its end.
  worker.on('error', () => undefined);
  worker.on('exit', () => {
    isOver = true;
    for (const tell of askers.splice(0)) tell(undefined);
  });
  return {
    ask: texts =>
      new Promise(resolve => {
        if (isOver) {
          resolve(undefined);
          return;
        }
        askers.push(resolve);
        worker.ref();
        worker.postMessage(texts);
      }),
    end: () => void worker.terminate(),
  };
}

function beginningOf(texts: readonly string[]): string[] {
  let left = countedChars;
  return texts.map(text => {
    const counted = text.slice(0, left);
    left -= counted.length;
    return counted;
  });
}
