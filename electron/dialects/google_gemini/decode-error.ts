import { AppError } from '../../contract/errors.ts';
import { decodeError as decodeAnyError } from '../decode-error.ts';
import { findRetryDelay } from './retry-delay.ts';

/** An answer with an error status. */
export function decodeError(status: number, body: string): AppError {
  const error = decodeAnyError(status, body);
  const retry_after_ms = findRetryDelay(error.body);
  if (retry_after_ms === undefined) return error;
  return new AppError(error.code, error.message, { http_status: status, body: error.body, retry_after_ms });
}
