import type { AppError, ErrorCode } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { EncodedError } from '../dialect.ts';
import { retryHeaders, statusOf } from '../error-status.ts';
import { textField } from '../json-fields.ts';
import { findErrorFrame } from './error-frame.ts';

/** OpenAI's own words for what tools look for by name. */
const nativeCodes: Partial<Record<ErrorCode, string>> = {
  unknown_model: 'model_not_found',
  invalid_gateway_key: 'invalid_api_key',
};

/** OpenAI's envelope. An upstream's error keeps its status, message, type, code and param. */
export function encodeError(error: AppError): EncodedError {
  const status = statusOf(error);
  const headers = retryHeaders(error);
  const upstream =
    error.code === 'http_error' && isJsonObject(error.body) ? findErrorFrame(error.body) : undefined;
  const ownParam = isJsonObject(error.body) ? textField(error.body, 'param') : undefined;
  const ownCode = nativeCodes[error.code] ?? error.code;
  return {
    status,
    body: {
      error: {
        message: upstream?.message ?? error.message,
        type: upstream?.type ?? typeOf(status),
        param: upstream?.param ?? ownParam ?? null,
        code: upstream ? (upstream.code ?? null) : ownCode,
      },
    },
    ...(headers && { headers }),
  };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
