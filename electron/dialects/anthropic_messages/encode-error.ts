import type { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncodedError } from '../dialect.ts';
import { retryHeaders, statusOf } from '../error-status.ts';
import { textField } from '../json-fields.ts';
import { findErrorFrame } from './error-frame.ts';
import { typeOfStatus } from './error-type.ts';

/** Anthropic's envelope. An error that came in it goes on as it is, others keep their status and message. */
export function encodeError(error: AppError): EncodedError {
  const status = statusOf(error);
  const headers = retryHeaders(error);
  const upstream = error.code === 'http_error' && isJsonObject(error.body) ? error.body : undefined;
  return { status, body: encodeBody(error, status, upstream), ...(headers && { headers }) };
}

function encodeBody(error: AppError, status: number, upstream: JsonObject | undefined): JsonObject {
  const frame = upstream && findErrorFrame(upstream);
  const native = upstream?.['error'];
  // `type` beside `error` is how Anthropic's own differ from OpenAI's, whose types have partly the same names.
  if (
    frame &&
    upstream['type'] === 'error' &&
    isJsonObject(native) &&
    textField(native, 'type') !== undefined
  ) {
    return upstream;
  }
  return {
    type: 'error',
    error: { type: typeOfStatus(status), message: frame?.message ?? error.message },
    request_id: null,
  };
}
