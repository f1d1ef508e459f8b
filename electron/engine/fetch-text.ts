import { AppError } from '../contract/errors.ts';
import type { StopSignal } from './engine.ts';
import type { ResponseHeaders, Transport, UpstreamRequest } from './transport.ts';

export type TextResponse = { status: number; headers: ResponseHeaders; body: string };

/** A whole answer as text, whatever its status; for model lists, health checks and scripts' own requests. */
export function fetchText(
  transport: Transport,
  request: UpstreamRequest,
  options: { signal?: StopSignal; max_bytes?: number } = {},
): Promise<TextResponse> {
  const { signal, max_bytes: maxBytes = 16 * 1024 * 1024 } = options;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let headers: ResponseHeaders = {};
    const stop = (): void => flow.abort();
    const flow = transport.send(request, {
      head(answered, sent) {
        status = answered;
        headers = sent;
      },
      data(chunk) {
        size += chunk.length;
        if (size > maxBytes) {
          reject(
            new AppError(
              'upstream_not_json',
              `${request.backend} sent more than ${String(maxBytes)} bytes; the answer was not read.`,
            ),
          );
          flow.abort();
          return true;
        }
        chunks.push(chunk);
        return true;
      },
      end() {
        signal?.removeEventListener('abort', stop);
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      },
      fail(error) {
        signal?.removeEventListener('abort', stop);
        reject(error);
      },
    });
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
