import type { JsonObject } from '../contract/json.ts';
import { isJsonObject } from '../contract/json.ts';
import { AppError } from '../contract/errors.ts';
import { getDialect } from '../dialects/registry.ts';
import { buildRequest } from './build-request.ts';
import type { BuiltRequest } from './build-request.ts';
import { decodeUpstreamError } from './decode-upstream-error.ts';
import type { StopSignal } from './engine.ts';
import { fetchText } from './fetch-text.ts';
import { redactKey } from './redact-key.ts';
import { stopped } from './routing/attempt.ts';
import type { OpenTarget } from './routing/open-target.ts';
import type { Transport } from './transport.ts';

export type JsonAsked = {
  /** Below the provider's base URL, as the dialect has it. */
  path: string;
  body: JsonObject;
  headers?: Record<string, string> | undefined;
  callKey?: string | undefined;
  keyIndex?: number | undefined;
  /** Longest wait without a byte, in milliseconds; over the backend's. */
  timeout_ms?: number;
  signal: StopSignal;
  /** Told when the request is about to be sent. */
  onSend?: (built: BuiltRequest) => void;
};

export type JsonAnswer =
  | { type: 'good'; status: number; body: JsonObject }
  | { type: 'bad'; status: number; error: AppError };

/** Vectors of a large batch as text; more is nobody's answer. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Asks a target at another address than its chat's. Body hooks do not run, they are made for chats; those for the address,
 * authentication and the request do. Throws AppError where there is no answer at all.
 */
export async function askJson(
  { target, backend }: OpenTarget,
  asked: JsonAsked,
  transport: Transport,
): Promise<JsonAnswer> {
  const dialect = getDialect(target.dialect);
  const built = await buildRequest(backend, {
    path: dialect.client.path({ id: target.model }, { stream: false }),
    other_path: asked.path,
    model: target.model,
    stream: false,
    body: { type: 'json', value: asked.body },
    headers: asked.headers,
    keyIndex: asked.keyIndex,
    ...(asked.timeout_ms === undefined ? {} : { timeout_ms: asked.timeout_ms }),
    ...(asked.callKey === undefined ? {} : { callKey: asked.callKey }),
  });
  if (asked.signal.aborted) throw stopped();
  asked.onSend?.(built);
  const answer = await fetchText(transport, built.request, { signal: asked.signal, max_bytes: maxBytes });
  const { status, headers } = answer;
  const isPage = String(headers['content-type'] ?? '').startsWith('text/html');
  if (status >= 300 || isPage) {
    const text = redactKey(answer.body, built.key);
    return { type: 'bad', status, error: decodeUpstreamError({ backend, dialect }, status, headers, text) };
  }
  return { type: 'good', status, body: readObject(answer.body, target.backend) };
}

function readObject(text: string, backend: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    if (isJsonObject(body)) return body;
  } catch {
    // Told below.
  }
  throw new AppError('upstream_not_json', `${backend} answered with something that is not JSON.`, {
    http_status: 502,
  });
}
