import type { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { EncodedError } from '../dialect.ts';
import { retryHeaders, statusOf } from '../error-status.ts';
import { findErrorFrame } from '../error-frame.ts';

/** Ollama's errors are a status and one text; an upstream's own words stay. */
export function encodeError(error: AppError): EncodedError {
  const upstream =
    error.code === 'http_error' && isJsonObject(error.body) ? findErrorFrame(error.body) : undefined;
  const headers = retryHeaders(error);
  return {
    status: statusOf(error),
    body: { error: upstream?.message ?? error.message },
    ...(headers && { headers }),
  };
}
