import type { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { EncodedError } from '../dialect.ts';
import { retryHeaders, statusOf } from '../error-status.ts';
import { numberField, objectField, textField } from '../json-fields.ts';
import { findErrorFrame } from '../error-frame.ts';

/** Google's envelope. An error that came in it goes on as it is, others keep their status and message. */
export function encodeError(error: AppError): EncodedError {
  const status = statusOf(error);
  const headers = retryHeaders(error);
  const upstream = error.code === 'http_error' && isJsonObject(error.body) ? error.body : undefined;
  return { status, body: encodeBody(error, status, upstream), ...(headers && { headers }) };
}

function encodeBody(error: AppError, status: number, upstream: JsonObject | undefined): JsonObject {
  const native = upstream && objectField(upstream, 'error');
  if (native && numberField(native, 'code') !== undefined && textField(native, 'status') !== undefined) {
    return { error: native };
  }
  const message = (upstream && findErrorFrame(upstream)?.message) ?? error.message;
  const encoded: JsonObject = { code: status, message, status: statusWord(status) };
  if (error.retry_after_ms !== undefined) {
    const retryDelay = `${error.retry_after_ms / 1000}s`;
    encoded['details'] = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
  }
  return { error: encoded };
}

const wordByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [529, 'UNAVAILABLE'],
]);

/** Google's word (google.rpc.Code) for an HTTP status. */
function statusWord(status: number): string {
  return wordByStatus.get(status) ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
}
