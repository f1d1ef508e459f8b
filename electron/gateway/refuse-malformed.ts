import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { AppError } from '../contract/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** Answers what is not HTTP, or comes too slowly, and closes; `answering` says whether part of an answer went there. */
export function refuseMalformed(
  error: Error & { code?: string },
  socket: Duplex,
  { dialect, answering }: { dialect: Dialect; answering: boolean },
): void {
  if (answering || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, sentence } = describe(error.code);
  const { body } = dialect.server.encodeError(
    new AppError('invalid_request', sentence, { http_status: status }),
  );
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => {
    socket.destroy();
  });
}

function describe(code: string | undefined): { status: number; sentence: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, sentence: 'The request headers are too large; send fewer or shorter ones.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, sentence: 'The request came too slowly; send it again.' };
    case undefined:
    default:
      return { status: 400, sentence: 'This is not a valid HTTP request; check the address of your tool.' };
  }
}
