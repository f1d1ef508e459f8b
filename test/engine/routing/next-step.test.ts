import { describe, expect, it } from 'vitest';

import type { RetryConfig } from '../../../electron/contract/config.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import { backoffDelay } from '../../../electron/engine/routing/backoff-delay.ts';
import { nextStep } from '../../../electron/engine/routing/next-step.ts';
import type { Standing } from '../../../electron/engine/routing/next-step.ts';

const retry: RetryConfig = { max_attempts: 3, backoff: 'exponential' };

const overloaded = new AppError('http_error', 'Overloaded.', { http_status: 503 });
const limited = (retryAfterMs?: number): AppError =>
  new AppError('http_error', 'Slow down.', {
    http_status: 429,
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  });

function step(given: Partial<Standing>, chance = 1): ReturnType<typeof nextStep> {
  const standing: Standing = {
    kind: 'temporary',
    error: overloaded,
    tries: 1,
    attempts: 1,
    has_other_key: false,
    has_other_target: false,
    is_open_for_calls: true,
    elapsed_ms: 0,
    ...given,
  };
  return nextStep(standing, retry, chance);
}

describe('the wait before another attempt', () => {
  it.each([
    ['exponential', [500, 1_000, 2_000, 4_000, 8_000, 8_000]],
    ['linear', [500, 1_000, 1_500, 2_000, 2_500, 3_000]],
    ['fixed', [500, 500, 500, 500, 500, 500]],
  ] as const)('grows as %s says, up to a cap', (backoff, delays) => {
    expect([1, 2, 3, 4, 5, 6].map(failures => backoffDelay(backoff, failures, 1))).toEqual(delays);
  });

  it('is anywhere between nothing and that', () => {
    expect([0, 0.5, 1].map(chance => backoffDelay('fixed', 1, chance))).toEqual([0, 250, 500]);
  });

  it('is at least what the upstream asks for', () => {
    expect(step({ error: limited(7_000) })).toEqual({ type: 'again', after_ms: 7_000 });
    expect(step({ error: limited(100) })).toEqual({ type: 'again', after_ms: 500 });
  });
});

describe('after a failure that may pass', () => {
  it('the same target is asked again, as often as the settings say', () => {
    expect(step({ tries: 2 }, 0)).toEqual({ type: 'again', after_ms: 0 });
    expect(step({ tries: 3 })).toEqual({ type: 'give_up' });
    expect(step({ tries: 3, has_other_target: true })).toEqual({ type: 'other_target' });
  });

  it.each([
    ['whose upstream asks for a longer wait than anybody has patience for', { error: limited(20_001) }],
    ['whose breaker has opened', { is_open_for_calls: false }],
    ['that was waited for for minutes', { elapsed_ms: 120_001 }],
  ])('a target %s is not', (_which, given) => {
    expect(step(given)).toEqual({ type: 'give_up' });
    expect(step({ ...given, has_other_target: true })).toEqual({ type: 'other_target' });
  });

  it('another target is asked instead of a long wait', () => {
    expect(step({ error: limited(2_001), has_other_target: true })).toEqual({ type: 'other_target' });
    expect(step({ error: limited(2_000), has_other_target: true })).toMatchObject({ type: 'again' });
  });

  it('a key over its limit gives way to the next, whatever wait was asked for', () => {
    expect(step({ error: limited(60_000), has_other_key: true })).toEqual({ type: 'other_key' });
    expect(step({ error: overloaded, has_other_key: true })).toMatchObject({ type: 'again' });
  });
});

describe('after a failure that will not pass', () => {
  it('of a key, another key is tried, then another target', () => {
    const kind = 'key';
    expect(step({ kind, has_other_key: true, has_other_target: true })).toEqual({ type: 'other_key' });
    expect(step({ kind, has_other_target: true })).toEqual({ type: 'other_target' });
    expect(step({ kind })).toEqual({ type: 'give_up' });
  });

  it('of a target, another target is tried', () => {
    expect(step({ kind: 'target', has_other_key: true, has_other_target: true })).toEqual({
      type: 'other_target',
    });
  });

  it.each(['request', 'cancelled'] as const)(
    'of a kind that is nobody’s (%s), nobody else is asked',
    kind => {
      expect(step({ kind, has_other_key: true, has_other_target: true })).toEqual({ type: 'give_up' });
    },
  );

  it('for the twelfth time, nobody else is asked', () => {
    expect(step({ attempts: 11, has_other_target: true, tries: 3 })).toEqual({ type: 'other_target' });
    expect(step({ attempts: 12, has_other_target: true, has_other_key: true })).toEqual({ type: 'give_up' });
  });
});
