import type { ErrorDelta } from '../contract/deltas.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { asText, numberField, objectField, objectsField, textField } from './json-fields.ts';
import { findRetryHint } from './retry-hint.ts';

/** What an upstream said went wrong, whichever of its shapes it used. */
export type ErrorFrame = {
  message: string;
  type?: string;
  param?: string;
  /** A number is an HTTP status with nearly all who send one. */
  code?: string | number;
  retry_after_ms?: number;
};

/**
 * The error a body or a stream event holds: {error: {message, …}}, {error: "text"}, {errors: [{message}]},
 * {message}, {detail} (FastAPI), [{error}] comes unwrapped. Undefined where it holds an answer.
 */
export function findErrorFrame(body: JsonObject): ErrorFrame | undefined {
  const { error } = body;
  if (isJsonObject(error)) return readFrame(error, body);
  const text = asText(error);
  if (text !== undefined) return readFrame({ message: text }, body);
  if ('choices' in body) return undefined;
  const first = objectsField(body, 'errors')[0];
  if (first) return readFrame(first, body);
  const message = textField(body, 'message') ?? detailText(body['detail']);
  return message === undefined ? undefined : readFrame({ ...body, message }, body);
}

export function errorDelta(frame: ErrorFrame): ErrorDelta {
  const http_status = frameStatus(frame);
  const error: ErrorInfo = {
    code: 'stream_error',
    message: `The provider reported an error: ${frame.message}`,
  };
  if (http_status !== undefined) error.http_status = http_status;
  if (frame.retry_after_ms !== undefined) error.retry_after_ms = frame.retry_after_ms;
  return { type: 'error', error };
}

const statusByWord: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_prompt', 400],
  ['context_length_exceeded', 400],
  ['invalid_api_key', 401],
  ['authentication_error', 401],
  ['permission_error', 403],
  ['model_not_found', 404],
  ['not_found_error', 404],
  ['rate_limit_exceeded', 429],
  ['rate_limit_error', 429],
  ['insufficient_quota', 429],
  ['server_error', 500],
  ['internal_server_error', 500],
  ['server_is_overloaded', 503],
  ['slow_down', 503],
  ['overloaded_error', 529],
]);

/** The HTTP status an error inside a stream stands for, where it says so. */
function frameStatus(frame: ErrorFrame): number | undefined {
  const code = Number(frame.code);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  return statusByWord.get(String(frame.code)) ?? statusByWord.get(frame.type ?? '');
}

function readFrame(error: JsonObject, body: JsonObject): ErrorFrame {
  const nested = objectField(error, 'error');
  const message =
    textField(error, 'message') ??
    detailText(error['detail']) ??
    (nested && textField(nested, 'message')) ??
    textField(error, 'type') ??
    'no reason given';
  const frame: ErrorFrame = { message };
  const type = textField(error, 'type');
  if (type !== undefined) frame.type = type;
  const param = textField(error, 'param');
  if (param !== undefined) frame.param = param;
  const code = readCode(error) ?? readCode(body);
  if (code !== undefined) frame.code = code;
  const retry_after_ms = findRetryHint(error, message) ?? findRetryHint(body, '');
  if (retry_after_ms !== undefined) frame.retry_after_ms = retry_after_ms;
  return frame;
}

function readCode(error: JsonObject): string | number | undefined {
  return textField(error, 'code') ?? numberField(error, 'code') ?? numberField(error, 'status');
}

/** FastAPI's `detail` is text, or a list of what failed to validate. */
function detailText(detail: Json | undefined): string | undefined {
  const text = asText(detail);
  if (text !== undefined || !Array.isArray(detail)) return text;
  const messages = detail.filter(item => isJsonObject(item)).flatMap(item => textField(item, 'msg') ?? []);
  return messages.length === 0 ? undefined : messages.join('; ');
}
