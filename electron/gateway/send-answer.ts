import type { IncomingMessage } from 'node:http';

import type { AppError } from '../contract/errors.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { OpenCall } from './open-call.ts';
import { PlainRequest } from './plain/plain-request.ts';
import type { ToolRequest, ToolResponse } from './plain/tool-exchange.ts';

/** A refused body up to this size is simply read to its end, and the connection stays open. */
const SMALL_BODY_BYTES = 64 * 1024;
/** How much of a refused body is read before the connection is cut. */
const DRAIN_BYTES = 256 * 1024 * 1024;

export function sendJson(
  response: ToolResponse,
  status: number,
  body: JsonObject | JsonObject[],
  headers: Record<string, string> = {},
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': text.length,
  });
  response.end(text);
}

/** Begins a stream in the dialect of the tool. */
export function writeStreamHead({ response, dialect, headers }: OpenCall): void {
  response.writeHead(200, {
    'content-type': dialect.server.stream_content_type,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    ...headers,
  });
}

/** Answers with the dialect's own status and envelope; nothing may have been sent before. */
export function sendError(
  response: ToolResponse,
  dialect: Dialect,
  error: AppError,
  headers: Record<string, string> = {},
): void {
  const encoded = dialect.server.encodeError(error);
  sendJson(response, encoded.status, encoded.body, { ...encoded.headers, ...headers });
}

/**
 * The same for a request whose body was not read. A client still sending would lose the answer to the reset that
 * closing under it causes: so the answer goes out at once, and the body is thrown away for a bounded while.
 */
export function refuseUnread(
  request: ToolRequest,
  response: ToolResponse,
  refusal: { dialect: Dialect; error: AppError; headers?: Record<string, string>; drain_ms: number },
): void {
  const { dialect, error, headers = {} } = refusal;
  if (request instanceof PlainRequest || request.complete || isSmall(request)) {
    sendError(response, dialect, error, headers);
    return;
  }
  const encoded = dialect.server.encodeError(error);
  const text = Buffer.from(JSON.stringify(encoded.body));
  response.writeHead(encoded.status, {
    'content-type': 'application/json',
    ...encoded.headers,
    ...headers,
    'content-length': text.length,
    connection: 'close',
  });
  // Who asked first (Expect: 100-continue) and is refused sends nothing.
  if (request.headers.expect !== undefined) {
    response.end(text);
    return;
  }
  response.write(text);
  drain(request, refusal.drain_ms, () => {
    response.end();
  });
}

function isSmall(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers.expect !== undefined || headers['transfer-encoding'] !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= SMALL_BODY_BYTES;
}

function drain(request: IncomingMessage, milliseconds: number, done: () => void): void {
  let left = DRAIN_BYTES;
  const stop = (): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', stop).off('close', stop);
    done();
  };
  const onData = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) stop();
  };
  const timer = setTimeout(stop, milliseconds);
  request
    .on('data', onData)
    .on('end', stop)
    .on('close', stop)
    .on('error', () => {});
}
