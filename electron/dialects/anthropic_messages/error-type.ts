/** Anthropic's names of failures and the statuses it documents for them. */
const statusByType: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** Undefined where the type is not Anthropic's. */
export function statusOfType(type: string): number | undefined {
  return statusByType.get(type);
}

export function typeOfStatus(status: number): string {
  // What a proxy in between says instead of 504.
  if (status === 408) return 'timeout_error';
  for (const [type, known] of statusByType) if (known === status) return type;
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}
