import type { AppError } from '../../contract/errors.ts';
import { statusOf } from '../error-status.ts';
import { describeError, sayWhenToRetry } from '../openai_completions/encode-error.ts';

/** The error of an answer that failed on its way. Tools tell by the code whether to try again. */
export function encodeFailure(error: AppError): { code: string; message: string } {
  const { code, message, isNative } = describeError(error);
  return {
    code: isNative && code !== null ? code : codeOfStatus(statusOf(error)),
    message: sayWhenToRetry(message, error),
  };
}

function codeOfStatus(status: number): string {
  return status === 400 || status === 413 || status === 422 ? 'invalid_prompt' : 'server_error';
}
