import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import { objectField, objectsField, textField } from '../json-fields.ts';
import { decodeError as decodeAnyError } from '../openai_completions/decode-error.ts';

/** An answer with an error status. Google says in the body when to try again, and only there. */
export function decodeError(status: number, body: string): AppError {
  const error = decodeAnyError(status, body);
  const retry_after_ms = findRetryDelay(error.body);
  if (retry_after_ms === undefined) return error;
  return new AppError(error.code, error.message, { http_status: status, body: error.body, retry_after_ms });
}

/** `details[].retryDelay` is a duration as text: `34.074824224s`. */
function findRetryDelay(body: unknown): number | undefined {
  const error = isJsonObject(body) ? objectField(body, 'error') : undefined;
  const details = error ? objectsField(error, 'details') : [];
  const delay = details.map(detail => textField(detail, 'retryDelay')).find(text => text !== undefined);
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
