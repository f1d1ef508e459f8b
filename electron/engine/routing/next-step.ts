import type { RetryConfig } from '../../contract/config.ts';
import type { AppError } from '../../contract/errors.ts';
import { backoffDelay } from './backoff-delay.ts';
import type { FailureKind } from './classify-failure.ts';

/** How a call stands after an attempt that failed before its answer began. */
export type Standing = {
  kind: FailureKind;
  error: AppError;
  /** Attempts at this target, those that only changed the key left out. */
  tries: number;
  /** Attempts in all. */
  attempts: number;
  has_other_key: boolean;
  has_other_target: boolean;
  /** Whether the backend's breaker lets calls through. */
  is_open_for_calls: boolean;
  /** Milliseconds since this target was first asked. */
  elapsed_ms: number;
};

/** `again` asks the same target, after a wait; with another key there is nothing to wait for. */
export type NextStep =
  | { type: 'again'; after_ms: number }
  | { type: 'other_key' }
  | { type: 'other_target' }
  | { type: 'give_up' };

/** However many targets, keys and attempts are configured: somebody is waiting. */
const mostAttempts = 12;
/** Longest wait an upstream may ask for: with another target to turn to, and without. The tool gets longer ones to hear of. */
const longestWaitMs = { with_other: 2_000, alone: 20_000 };
/** A target that let a call wait so long is not asked again by it. Upstreams may take five minutes to time out. */
const patienceMs = 120_000;

export function nextStep(standing: Standing, retry: RetryConfig, random: number): NextStep {
  const { kind, error, tries, attempts } = standing;
  const otherwise: NextStep = standing.has_other_target ? { type: 'other_target' } : { type: 'give_up' };
  if (kind === 'cancelled' || kind === 'request' || attempts >= mostAttempts) return { type: 'give_up' };
  if (standing.has_other_key && (kind === 'key' || error.http_status === 429)) return { type: 'other_key' };
  if (kind !== 'temporary' || tries >= retry.max_attempts) return otherwise;
  if (!standing.is_open_for_calls || standing.elapsed_ms > patienceMs) return otherwise;
  const asked = error.retry_after_ms ?? 0;
  if (asked > longestWaitMs[standing.has_other_target ? 'with_other' : 'alone']) return otherwise;
  return { type: 'again', after_ms: Math.max(asked, backoffDelay(retry.backoff, tries, random)) };
}
