import type { PdfRequest, PdfResponse } from './pdf.worker.ts';
import type { PdfReading } from './read-pdf.ts';

type Waiting = Map<number, (reading: PdfReading) => void>;

let started: { worker: Worker; waiting: Waiting } | undefined;
let lastId = 0;

/** Reads a PDF in a worker, started with the first one, so that a book of 1 000 pages holds up nobody's typing. */
export function readPdfAside(bytes: ArrayBuffer): Promise<PdfReading> {
  const { worker, waiting } = (started ??= startWorker());
  lastId += 1;
  const request: PdfRequest = { id: lastId, bytes };
  return new Promise(resolve => {
    waiting.set(request.id, resolve);
    worker.postMessage(request, [bytes]);
  });
}

function startWorker() {
  const waiting: Waiting = new Map();
  const worker = new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', (event: MessageEvent<PdfResponse>) => {
    waiting.get(event.data.id)?.(event.data.reading);
    waiting.delete(event.data.id);
  });
  worker.addEventListener('error', () => {
    for (const resolve of waiting.values()) resolve({ ok: false, problem: 'broken_pdf' });
    waiting.clear();
    started = undefined;
  });
  return { worker, waiting };
}
