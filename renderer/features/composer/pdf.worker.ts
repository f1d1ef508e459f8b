import { readPdf } from './read-pdf.ts';
import type { PdfReading } from './read-pdf.ts';

export type PdfRequest = { id: number; bytes: ArrayBuffer };
export type PdfResponse = { id: number; reading: PdfReading };

self.addEventListener('message', (event: MessageEvent<PdfRequest>) => {
  const { id, bytes } = event.data;
  void readPdf(new Uint8Array(bytes)).then(reading => {
    const response: PdfResponse = { id, reading };
    self.postMessage(response);
  });
});
