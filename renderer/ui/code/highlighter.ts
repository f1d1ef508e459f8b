import type { LanguageName } from './highlight-languages.ts';
import type { CodeToken, HighlightRequest, HighlightResponse } from './highlight.worker.ts';

type Waiting = Map<number, (lines: CodeToken[][] | null) => void>;

let started: { worker: Worker; waiting: Waiting } | undefined;
let lastId = 0;

/** Colours code in a worker, started with the first code block; null where that is impossible. */
export function highlightCode(code: string, language: LanguageName): Promise<CodeToken[][] | null> {
  const { worker, waiting } = (started ??= startWorker());
  lastId += 1;
  const request: HighlightRequest = { id: lastId, code, language };
  return new Promise(resolve => {
    waiting.set(request.id, resolve);
    worker.postMessage(request);
  });
}

function startWorker() {
  const waiting: Waiting = new Map();
  const worker = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<HighlightResponse>) => {
    waiting.get(event.data.id)?.(event.data.lines);
    waiting.delete(event.data.id);
  });
  worker.addEventListener('error', () => {
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  });
  return { worker, waiting };
}
