import type { AppError, ErrorCode } from '../contract/errors.ts';

/**
 * Statuses for failures of our own. Keys of ours that are missing or wrong answer 401, as the provider itself would:
 * every client library takes that for final, while a 5xx is sent again and again; the code tells the two apart.
 */
const statusByCode: Record<ErrorCode, number> = {
  invalid_request: 400,
  unknown_options: 400,
  unsupported_modality: 400,
  request_too_large: 413,
  unknown_provider: 404,
  unknown_backend: 404,
  unknown_model: 404,
  not_found: 404,
  method_not_allowed: 405,
  invalid_gateway_key: 401,
  model_not_allowed: 403,
  rate_limited: 429,
  budget_spent: 429,
  forbidden_host: 403,
  forbidden_origin: 403,
  no_api_key: 401,
  missing_env_var: 401,
  invalid_auth_value: 401,
  keychain_unavailable: 401,
  script_error: 500,
  script_result: 500,
  script_timeout: 504,
  script_memory: 500,
  script_refused: 500,
  script_missing: 500,
  host_not_granted: 403,
  http_error: 502,
  upstream_unreachable: 502,
  upstream_timeout: 504,
  upstream_not_json: 502,
  stream_error: 502,
  incomplete_stream: 502,
  circuit_open: 503,
  proxy_error: 502,
  // nginx's number for a client that went away; nobody is left to read it.
  cancelled: 499,
  config_invalid: 500,
  data_dir_unwritable: 500,
  database_unusable: 500,
  disk_full: 500,
  port_taken: 500,
  unsupported_runtime: 500,
  internal: 500,
};

/** Causes that stand until somebody changes something here, though their status says try again. */
const finalCodes: ReadonlySet<ErrorCode> = new Set([
  'budget_spent',
  'script_error',
  'script_result',
  'script_memory',
  'script_refused',
  'script_missing',
  'config_invalid',
  'data_dir_unwritable',
  'database_unusable',
  'disk_full',
  'unsupported_runtime',
]);

/** The status a tool gets: the upstream's own where there is one. */
export function statusOf(error: AppError): number {
  const status = error.http_status;
  const isErrorStatus = status !== undefined && status >= 400 && status <= 599;
  return isErrorStatus ? status : statusByCode[error.code];
}

/** Headers that say whether and when to try again; undefined where there is nothing to say. */
export function retryHeaders(error: AppError): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  if (error.retry_after_ms !== undefined) {
    headers['retry-after'] = String(Math.ceil(error.retry_after_ms / 1000));
  }
  // The official client libraries of OpenAI and Anthropic obey it.
  if (finalCodes.has(error.code)) headers['x-should-retry'] = 'false';
  return Object.keys(headers).length === 0 ? undefined : headers;
}
