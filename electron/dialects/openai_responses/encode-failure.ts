import type { AppError } from '../../contract/errors.ts';
import type { JsonObject } from '../../contract/json.ts';
import { objectField, textField } from '../json-fields.ts';
import { statusOf } from '../error-status.ts';
import { encodeError } from '../openai_completions/encode-error.ts';

/** The error of an answer that failed on its way. Tools tell by the code whether to try again. */
export function encodeFailure(error: AppError): JsonObject {
  const encoded = objectField(encodeError(error).body, 'error') ?? {};
  const upstream = error.code === 'http_error' ? textField(encoded, 'code') : undefined;
  return {
    code: upstream ?? codeOfStatus(statusOf(error)),
    message: textField(encoded, 'message') ?? error.message,
  };
}

function codeOfStatus(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  return status === 400 || status === 413 || status === 422 ? 'invalid_prompt' : 'server_error';
}
