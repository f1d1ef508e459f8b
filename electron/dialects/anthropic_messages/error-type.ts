import type { ErrorObject, ErrorType } from '@anthropic-ai/sdk/resources/shared';

/** Too large a body never reaches the API, so that its own types do not know this one; the documentation does. */
type WireErrorType = ErrorObject['type'] | 'conflict_error' | 'request_too_large';

/** Anthropic's names of failures and the statuses it documents for them. */
const statusByType = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} satisfies Record<WireErrorType, number> & Partial<Record<ErrorType, number>>;

const statuses: ReadonlyMap<string, number> = new Map(Object.entries(statusByType));

/** Undefined where the type is not Anthropic's. */
export function statusOfType(type: string): number | undefined {
  return statuses.get(type);
}

export function typeOfStatus(status: number): string {
  // What a proxy in between says instead of 504.
  if (status === 408) return 'timeout_error' satisfies WireErrorType;
  for (const [type, known] of statuses) if (known === status) return type;
  const other: WireErrorType = status >= 500 ? 'api_error' : 'invalid_request_error';
  return other;
}
