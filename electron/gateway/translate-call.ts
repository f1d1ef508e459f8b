import type { ServerResponse } from 'node:http';

import { AppError } from '../contract/errors.ts';
import type { DecodedRequest, EncoderContext, StreamEncoder } from '../dialects/dialect.ts';
import type { ChatRequest } from '../contract/request.ts';
import { headerValue } from './answer-headers.ts';
import type { CallContext, DeltaStream, Engine, Target } from '../engine/engine.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { sendJson } from './send-answer.ts';

export type TranslatedCall = {
  engine: Pick<Engine, 'streamDeltas'>;
  target: Target;
  decoded: DecodedRequest;
  context: CallContext;
  /** Unix time in milliseconds. */
  now: number;
};

/** The answer goes through our own words, from the upstream's dialect into the tool's. */
export async function translateCall(call: OpenCall, translated: TranslatedCall): Promise<void> {
  const { engine, target, decoded, context } = translated;
  const { request, ignored } = withoutForeignFields(call, translated);
  const stream = await engine.streamDeltas(target, request, context);
  const left = [...new Set([...ignored, ...stream.warnings])];
  if (left.length > 0) call.headers['parley-warnings'] = headerValue(`ignored: ${left.join(', ')}`);
  call.headers['x-request-id'] = stream.call_id;
  if (decoded.request.stream) await sendStream(call, stream, translated);
  else await sendWhole(call, stream, translated);
}

/** Fields of another wire format mean nothing to the upstream, or something else: they are left out, and named. */
function withoutForeignFields(
  call: OpenCall,
  { target, decoded }: TranslatedCall,
): { request: ChatRequest; ignored: string[] } {
  const { server, name } = call.dialect;
  if (target.dialect === name) return { request: decoded.request, ignored: [] };
  const { extra = {}, ...request } = server.forOthers?.(decoded.request) ?? decoded.request;
  const ignored = Object.keys(extra).filter(field => !server.understood_extra?.includes(field));
  return { request, ignored };
}

async function sendStream(call: OpenCall, stream: DeltaStream, translated: TranslatedCall): Promise<void> {
  const { response, dialect } = call;
  let encoder: StreamEncoder | undefined;
  for await (const delta of stream.deltas) {
    if (isOver(response)) return;
    if (delta.type === 'error') {
      call.fail(errorOf(delta.error));
      return;
    }
    encoder ??= dialect.server.createEncoder(encoderContext(stream, translated));
    const frames = encoder.encode(delta);
    // Until there is something to write, an error can still be given its own status.
    if (frames === '') continue;
    if (!response.headersSent) sendHead(call, encoder);
    if (!response.write(frames)) await drained(response);
  }
  if (isOver(response)) return;
  encoder ??= dialect.server.createEncoder(encoderContext(stream, translated));
  if (!response.headersSent) sendHead(call, encoder);
  response.end(encoder.finish(stream.completion));
}

function sendHead(call: OpenCall, encoder: StreamEncoder): void {
  const { response, dialect } = call;
  response.writeHead(200, {
    'content-type': dialect.server.stream_content_type,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    ...call.headers,
  });
  call.fail = error => {
    if (!isOver(response)) response.end(encoder.fail(error));
  };
}

async function sendWhole(call: OpenCall, stream: DeltaStream, translated: TranslatedCall): Promise<void> {
  const { response, dialect } = call;
  for await (const delta of stream.deltas) {
    if (delta.type !== 'error') continue;
    call.fail(errorOf(delta.error));
    return;
  }
  if (isOver(response)) return;
  const body = dialect.server.encodeResponse(stream.completion, encoderContext(stream, translated));
  sendJson(response, 200, body, call.headers);
}

function encoderContext(stream: DeltaStream, { target, decoded, now }: TranslatedCall): EncoderContext {
  return {
    id: stream.call_id,
    model: stream.completion.model ?? target.model,
    created: Math.floor(now / 1000),
    wants_usage: decoded.wants_usage,
    request: decoded.request,
  };
}

function errorOf({
  code,
  message,
  http_status,
}: {
  code: AppError['code'];
  message: string;
  http_status?: number;
}): AppError {
  return new AppError(code, message, http_status === undefined ? {} : { http_status });
}

/** Waits until the tool has read on, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
