import { AppError } from '../../contract/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Candidate } from '../engine.ts';

export type Failure = { candidate: Candidate; error: AppError };

/** How much a failure tells whoever asked: the more so, the further the request had come. */
const weights: Partial<Record<ErrorCode, number>> = {
  http_error: 4,
  stream_error: 4,
  incomplete_stream: 3,
  upstream_timeout: 3,
  upstream_unreachable: 2,
  circuit_open: 1,
};
const longestReason = 300;

/**
 * The one error for a call that nobody answered: of one target its last failure as it is; of several one sentence that names
 * each with its reason, under the code and status of the failure that tells most, the last of those that tell alike.
 */
export function sumUpFailures(modelAsked: string, failures: readonly [Failure, ...Failure[]]): AppError {
  const last = new Map(failures.map(failure => [failure.candidate, failure]));
  const each = [...last.values()];
  const [first, ...others] = each;
  if (!first) return failures[0].error;
  // One, or all for the very same reason: a budget of all calls.
  if (others.every(({ error }) => error.message === first.error.message)) return first.error;
  const telling = others.reduce(
    (best, next) => (weightOf(next) >= weightOf(best) ? next : best),
    first,
  ).error;
  const reasons = each.map(({ candidate, error }) => {
    const { backend, model } = candidate;
    const { message } = error;
    const reason = message.startsWith(`${backend}: `) ? message.slice(backend.length + 2) : message;
    return `${backend}/${model}: ${reason.replace(/\.$/, '').slice(0, longestReason)}`;
  });
  const waits = each.flatMap(({ error }) => error.retry_after_ms ?? []);
  return new AppError(telling.code, `Nobody answered for "${modelAsked}": ${reasons.join('; ')}.`, {
    cause: telling,
    ...(telling.http_status === undefined ? {} : { http_status: telling.http_status }),
    // Not its body: whoever is told that one upstream's own words would hear of no other.
    // Whoever is ready first may answer the next time.
    ...(waits.length === 0 ? {} : { retry_after_ms: Math.min(...waits) }),
  });
}

function weightOf({ error }: Failure): number {
  return weights[error.code] ?? 0;
}
