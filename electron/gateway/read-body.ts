import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';

import { AppError } from '../contract/errors.ts';
import { freeBytes } from '../engine/free-bytes.ts';
import { leastCopied } from './inspector/kept-body.ts';
import type { PlainRequest } from './plain/plain-request.ts';
import type { ToolRequest, ToolResponse } from './plain/tool-exchange.ts';

/**
 * Reads the whole body. Throws request_too_large as soon as it is known to pass `maxBytes` (without reading,
 * where content-length says so), invalid_request for what cannot be read, cancelled when the client is gone. Of a large body
 * nothing is left once the response has closed: who needs it longer copies it.
 */
export async function readBody(
  request: IncomingMessage,
  response: ToolResponse,
  maxBytes: number,
): Promise<Buffer> {
  checkAnnounced(request, maxBytes);
  // The client waits for our word before it sends the body, and now it is wanted.
  if (request.headers.expect !== undefined && response instanceof ServerResponse) response.writeContinue();
  return lend(await collect(request, maxBytes), response);
}

/** The same for a body that has been read. */
export function checkBody(request: PlainRequest, response: ToolResponse, maxBytes: number): Buffer {
  checkAnnounced(request, maxBytes);
  return lend(request.body, response);
}

function checkAnnounced({ headers }: ToolRequest, maxBytes: number): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError(
      'invalid_request',
      `Parley does not read bodies with content-encoding "${encoding.slice(0, 40)}"; send the body uncompressed.`,
      { http_status: 415 },
    );
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function lend(body: Buffer, response: ToolResponse): Buffer {
  if (body.length === 0) {
    throw new AppError('invalid_request', 'The request body is empty; send a JSON object.', {
      http_status: 400,
    });
  }
  // Nobody asks any more: the call is answered, or given up. Of such a body the inspector keeps a copy.
  if (body.length > leastCopied) response.on('close', () => freeBytes(body));
  return body;
}

/** A body up to this size gets its memory at once; what is announced to be larger has to arrive first. */
const announcedBytes = 1024 * 1024;

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces = new Pieces(Number(request.headers['content-length'] ?? 0));
    const onData = (chunk: Buffer): void => {
      pieces.push(chunk);
      if (pieces.size <= maxBytes) return;
      request.off('data', onData);
      reject(tooLarge(maxBytes));
    };
    request
      .on('data', onData)
      .on('end', () => resolve(pieces.join()))
      // Also comes after the end, when nobody waits any more; taking listeners away costs more than that.
      .on('close', () => {
        if (!request.complete)
          reject(new AppError('cancelled', 'The client went away before its request was complete.'));
      })
      // An aborted upload emits both; `close` says it, but an unheard error would end the process.
      .on('error', ignore);
  });
}

/** What has arrived of a body. */
class Pieces {
  size = 0;
  readonly #announced: number;
  #chunks: Buffer[] = [];
  #whole: Buffer | undefined;

  constructor(announced: number) {
    this.#announced = announced;
  }

  push(chunk: Buffer): void {
    const at = this.size;
    this.size += chunk.length;
    if (at === 0 && chunk.length < this.#announced && this.#announced <= announcedBytes) {
      this.#whole = Buffer.allocUnsafeSlow(this.#announced);
    }
    if (!this.#whole) {
      this.#chunks.push(chunk);
      return;
    }
    this.#whole.set(chunk, at);
    // Node's parser made it for these bytes alone, and nobody else got it.
    freeBytes(chunk);
  }

  join(): Buffer {
    if (this.#whole) return this.#whole;
    const [only] = this.#chunks;
    return only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.size);
  }
}

function tooLarge(maxBytes: number): AppError {
  const limit = maxBytes >= 1024 * 1024 ? `${Math.floor(maxBytes / 1024 / 1024)} MB` : `${maxBytes} bytes`;
  return new AppError(
    'request_too_large',
    `The request body is larger than ${limit}; send less, or raise gateway.max_body_bytes in parley.yaml.`,
    { http_status: 413 },
  );
}

function ignore(): void {}
