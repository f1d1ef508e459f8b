import type { IncomingMessage, ServerResponse } from 'node:http';

import { AppError } from '../contract/errors.ts';

/**
 * Reads the whole body. Throws request_too_large as soon as it is known to pass `maxBytes` (without reading,
 * where content-length says so), invalid_request for what cannot be read, cancelled when the client is gone.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer> {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError(
      'invalid_request',
      `Parley does not read bodies with content-encoding "${encoding.slice(0, 40)}"; send the body uncompressed.`,
      { http_status: 415 },
    );
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // The client waits for our word before it sends the body, and now it is wanted.
  if (headers.expect !== undefined) response.writeContinue();
  const body = await collect(request, maxBytes);
  if (body.length === 0) {
    throw new AppError('invalid_request', 'The request body is empty; send a JSON object.', {
      http_status: 400,
    });
  }
  return body;
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      request.off('data', onData);
      reject(tooLarge(maxBytes));
    };
    request
      .on('data', onData)
      .on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)))
      // Also comes after the end, when nobody waits any more; taking listeners away costs more than that.
      .on('close', () => {
        if (!request.complete)
          reject(new AppError('cancelled', 'The client went away before its request was complete.'));
      })
      // An aborted upload emits both; `close` says it, but an unheard error would end the process.
      .on('error', ignore);
  });
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
