import { beforeEach, describe, expect, it } from 'vitest';

import { createCircuitBreaker } from '../../../electron/engine/routing/circuit-breaker.ts';
import type { CircuitBreaker } from '../../../electron/engine/routing/circuit-breaker.ts';
import { createTestClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';

let clock: TestClock;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = createTestClock();
  breaker = createCircuitBreaker(() => clock.now());
});

function failTimes(count: number): void {
  for (let i = 0; i < count; i += 1) {
    expect(breaker.enter()).toBe('normal');
    breaker.fail('normal');
  }
}

describe('a circuit breaker', () => {
  it('opens after five failures in a row', () => {
    failTimes(5);
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.waitMs()).toBe(5_000);
    expect(breaker.status()).toMatchObject({ state: 'open', failures: 5 });
    expect(Date.parse(breaker.status().retry_at ?? '')).toBeGreaterThan(Date.now());
  });

  it('stays closed when a good answer comes in between', () => {
    failTimes(4);
    breaker.succeed();
    failTimes(4);
    expect(breaker.status()).toEqual({ state: 'closed', failures: 4, retry_at: null });
  });

  it('lets one call try after a while, and the others only once that one is well', () => {
    failTimes(5);
    clock.advance(4_999);
    expect(breaker.enter()).toBeUndefined();
    clock.advance(1);
    expect([breaker.enter(), breaker.enter()]).toEqual(['probe', undefined]);
    expect(breaker.status().state).toBe('half_open');
    breaker.succeed();
    expect([breaker.enter(), breaker.status().state]).toEqual(['normal', 'closed']);
  });

  it('waits twice as long after every try that fails, up to a minute', () => {
    failTimes(5);
    const waits: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      waits.push(breaker.waitMs());
      clock.advance(breaker.waitMs());
      expect(breaker.enter()).toBe('probe');
      breaker.fail('probe');
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('begins with the short wait again once it was well', () => {
    failTimes(5);
    clock.advance(5_000);
    breaker.enter();
    breaker.fail('probe');
    breaker.succeed();
    failTimes(5);
    expect(breaker.waitMs()).toBe(5_000);
  });

  it('learns nothing from calls that were under way when it opened', () => {
    failTimes(5);
    breaker.fail('normal');
    expect(breaker.waitMs()).toBe(5_000);
    clock.advance(5_000);
    expect(breaker.enter()).toBe('probe');
    breaker.fail('normal');
    expect(breaker.status().state).toBe('half_open');
  });

  it('closes when such a call turns out well', () => {
    failTimes(5);
    breaker.succeed();
    expect(breaker.enter()).toBe('normal');
  });

  it('lets the next call try where the one that tried was stopped', () => {
    failTimes(5);
    clock.advance(5_000);
    expect(breaker.enter()).toBe('probe');
    breaker.leave('probe');
    expect(breaker.enter()).toBe('probe');
  });

  it('lets another one try where the first takes long', () => {
    failTimes(5);
    clock.advance(5_000);
    expect(breaker.enter()).toBe('probe');
    expect(breaker.waitMs()).toBe(10_000);
    clock.advance(10_000);
    expect(breaker.enter()).toBe('probe');
  });
});
