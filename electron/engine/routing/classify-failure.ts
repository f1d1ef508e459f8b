import type { AppError, ErrorCode } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';

/**
 * What a failure says, and so who is asked next: `temporary` the same again, `key` with another key, `target` another
 * target; after `request` (wrong wherever it is sent) and `cancelled` nobody.
 */
export type FailureKind = 'temporary' | 'key' | 'target' | 'request' | 'cancelled';

const kinds: Partial<Record<ErrorCode, FailureKind>> = {
  upstream_unreachable: 'temporary',
  upstream_timeout: 'temporary',
  incomplete_stream: 'temporary',
  no_api_key: 'key',
  missing_env_var: 'key',
  invalid_auth_value: 'key',
  keychain_unavailable: 'key',
  unknown_provider: 'target',
  unknown_backend: 'target',
  unknown_model: 'target',
  script_error: 'target',
  script_result: 'target',
  script_timeout: 'target',
  script_memory: 'target',
  script_refused: 'target',
  script_missing: 'target',
  host_not_granted: 'target',
  upstream_not_json: 'target',
  circuit_open: 'target',
  // The backend is not to blame, and another target may be reached without the proxy.
  proxy_error: 'target',
  cancelled: 'cancelled',
};

/** `status` is the upstream's; 0 where it sent none. */
export function classifyFailure(error: AppError, status: number): FailureKind {
  if (error.code === 'http_error' || error.code === 'stream_error')
    return classifyStatus(statusSaid(error, status), error);
  return kinds[error.code] ?? 'request';
}

/** Whether the backend itself is to blame: what its circuit breaker counts. */
export function isBackendDown(error: AppError, status: number): boolean {
  const said = statusSaid(error, status);
  // Too many requests (429) and a conflict (409) come from a backend that is well.
  return classifyFailure(error, status) === 'temporary' && said !== 429 && said !== 409;
}

/** An error as the first frame of an answer comes with 200, and says itself what it stands for. */
function statusSaid(error: AppError, status: number): number {
  return error.code === 'stream_error' ? (error.http_status ?? 502) : status;
}

function classifyStatus(status: number, error: AppError): FailureKind {
  if (status === 429) return isOutOfCredit(error) ? 'key' : 'temporary';
  if (status === 408 || status === 409 || status >= 500) return 'temporary';
  if (status === 401 || status === 402 || status === 403) return 'key';
  // 404: it has no such model; below 400: it redirects, which stands for a wrong address.
  return status === 404 || status < 400 ? 'target' : 'request';
}

/** OpenAI's 429 for an account without money; waiting does not help. */
function isOutOfCredit({ body }: AppError): boolean {
  const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : {};
  return error.code === 'insufficient_quota' || error.type === 'insufficient_quota';
}
