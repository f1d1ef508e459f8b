import { parentPort } from 'node:worker_threads';

import { countTexts } from './count-texts.ts';

/** What text-counter.ts asks of this thread, in turn. */
parentPort?.on('message', (texts: string[]) => {
  parentPort?.postMessage(countTexts(texts));
});
