import type { RetryConfig } from '../../contract/config.ts';

const firstMs = 500;
const longestMs = 8_000;

/**
 * Milliseconds to wait after the given number of failures, with full jitter: anywhere between nothing and the policy's
 * delay, so that many calls that failed together do not come back together.
 */
export function backoffDelay(backoff: RetryConfig['backoff'], failures: number, random: number): number {
  const growth = { fixed: 1, linear: failures, exponential: 2 ** (failures - 1) }[backoff];
  return Math.round(random * Math.min(longestMs, firstMs * growth));
}
