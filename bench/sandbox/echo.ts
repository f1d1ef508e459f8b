import { Worker } from 'node:worker_threads';

import type { Json } from '../../electron/contract/json.ts';

export type Echo = { send(message: Json): Promise<unknown>; close(): Promise<unknown> };

/** A worker that parses what it gets and sends it back: the least that a call of a hook could cost. */
export function startEcho(): Echo {
  const worker = new Worker(
    'const { parentPort } = require("node:worker_threads"); parentPort.on("message", text => parentPort.postMessage(JSON.stringify(JSON.parse(text))));',
    { eval: true },
  );
  return {
    send: message =>
      new Promise(resolve => {
        worker.once('message', (text: string) => resolve(JSON.parse(text)));
        worker.postMessage(JSON.stringify(message));
      }),
    close: () => worker.terminate(),
  };
}
