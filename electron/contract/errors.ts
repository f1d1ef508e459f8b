/** Every cause of failure Parley tells apart; stored as `error_code` in the ledger and shown to tools. */
export const errorCodes = [
  // request and routing
  'invalid_request',
  'request_too_large',
  'unknown_provider',
  'unknown_backend',
  'unknown_model',
  'unknown_options',
  'unsupported_modality',
  'not_found',
  'method_not_allowed',
  // front doors
  'invalid_gateway_key',
  'model_not_allowed',
  'rate_limited',
  'budget_spent',
  'forbidden_host',
  'forbidden_origin',
  // keys
  'no_api_key',
  'missing_env_var',
  'invalid_auth_value',
  'keychain_unavailable',
  // provider scripts
  'script_error',
  'script_result',
  'script_timeout',
  'script_memory',
  'script_refused',
  'script_missing',
  'host_not_granted',
  // upstream
  'http_error',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_not_json',
  'stream_error',
  'incomplete_stream',
  'circuit_open',
  'proxy_error',
  'cancelled',
  // this machine
  'config_invalid',
  'data_dir_unwritable',
  'database_unusable',
  'disk_full',
  'port_taken',
  'unsupported_runtime',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type AppErrorDetails = {
  cause?: unknown;
  /** Status the upstream answered with, or the one a front door should answer with. */
  http_status?: number;
  /** The upstream's own error body, parsed where it was JSON; never holds a key. */
  body?: unknown;
  /** Milliseconds until a retry makes sense, where the upstream said so. */
  retry_after_ms?: number;
};

/** The one error class: a code for programs, and one sentence for the person that ends with the way out. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly http_status: number | undefined;
  readonly body: unknown;
  readonly retry_after_ms: number | undefined;

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.http_status = details.http_status;
    this.body = details.body;
    this.retry_after_ms = details.retry_after_ms;
  }
}

/** What an error looks like where no Error object can go: on the page, in SQLite, in `--json` output. */
export type ErrorInfo = {
  code: ErrorCode;
  message: string;
  http_status?: number;
  /** As in AppErrorDetails; only errors inside a stream carry it this way. */
  retry_after_ms?: number;
};

/** Turns anything thrown into an AppError; what is not ours becomes `internal` with its own message. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', message, { cause: error });
}

export function toErrorInfo(error: unknown): ErrorInfo {
  const { code, message, http_status } = toAppError(error);
  return http_status === undefined ? { code, message } : { code, message, http_status };
}
