import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import { splitModelName } from '../contract/models.ts';
import type { Dialect, PassthroughRequest, RouteMatch } from '../dialects/dialect.ts';
import type { CallContext, Target } from '../engine/engine.ts';
import { headerValue } from './answer-headers.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import type { OpenCall } from './open-call.ts';
import { passCall } from './pass-call.ts';
import { toClientError } from './to-client-error.ts';
import { translateCall } from './translate-call.ts';

export type CallRequest = {
  request: IncomingMessage;
  client: string;
  body: Buffer;
  /** What the address said, where it has parameters. */
  match?: RouteMatch | undefined;
};

/** Answers one request for a model, in the dialect it came in. Throws AppError while nothing was sent. */
export async function answerCall(call: OpenCall, asking: CallRequest, deps: GatewayDeps): Promise<void> {
  const { dialect } = call;
  const { body, client, match } = asking;
  const now = (deps.now ?? Date.now)();
  const asked = dialect.passthrough.readRequest(body, match);
  const target = await refusedIsRecorded(call, { asked, client, now, deps }, () =>
    deps.engine.resolveModel(asked.model, { dialect_in: dialect.name }),
  );
  call.headers['parley-backend'] = headerValue(target.backend);
  call.headers['parley-model'] = headerValue(target.model);
  const context = callContext(call, asking, asked);
  if (target.passes_bytes && target.dialect === dialect.name) {
    passCall(call, { engine: deps.engine, target, asked, context, now });
    return;
  }
  const decoded = await refusedIsRecorded(call, { asked, client, now, deps, target }, () =>
    dialect.server.decodeRequest(parseBody(body), match),
  );
  await translateCall(call, { engine: deps.engine, target, decoded, context, now });
}

function callContext(
  call: OpenCall,
  { request, client }: CallRequest,
  asked: PassthroughRequest,
): CallContext {
  const key = request.headers['parley-api-key'];
  return {
    client,
    dialect_in: call.dialect.name,
    model_asked: asked.model,
    ...(typeof key === 'string' && key !== '' ? { api_key: key } : {}),
    signal: call.signal,
  };
}

function parseBody(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid_request', `The request body is not valid JSON: ${reason}.`, {
      cause,
      http_status: 400,
    });
  }
  if (isJsonObject(parsed)) return parsed;
  throw new AppError('invalid_request', 'The request body must be a JSON object.', { http_status: 400 });
}

type Refusable = {
  asked: PassthroughRequest;
  client: string;
  now: number;
  deps: GatewayDeps;
  target?: Target;
};

/** The engine records every call it makes; one that is refused before it gets there is recorded here. */
async function refusedIsRecorded<T>(
  call: OpenCall,
  refusable: Refusable,
  step: () => T | Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    record(call.dialect, refusable, toClientError(error), (call.headers['x-request-id'] = randomUUID()));
    throw error;
  }
}

function record(
  dialect: Dialect,
  { asked, client, now, deps, target }: Refusable,
  error: AppError,
  id: string,
): void {
  const backend = target?.backend ?? splitModelName(asked.model)?.backend ?? '';
  deps.calls?.begin({
    id,
    started_at: new Date(now).toISOString(),
    client,
    backend,
    model_asked: asked.model,
    dialect_in: dialect.name,
    dialect_out: target?.dialect ?? null,
  });
  deps.calls?.end({
    id,
    model_answered: null,
    status: 'error',
    http_status: dialect.server.encodeError(error).status,
    error_code: error.code,
    input_tokens: null,
    output_tokens: null,
    cache_read_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: null,
    tokens_origin: 'unknown',
    cost_usd: null,
    price: null,
    first_token_ms: null,
    duration_ms: (deps.now ?? Date.now)() - now,
    attempts: 0,
  });
}
