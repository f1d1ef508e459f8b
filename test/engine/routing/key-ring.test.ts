import { describe, expect, it } from 'vitest';

import { createKeyRing } from '../../../electron/engine/routing/key-ring.ts';
import { createTestClock } from './test-clock.ts';

function open(size: number) {
  const clock = createTestClock();
  return { clock, ring: createKeyRing(size, () => clock.now()) };
}

function takeTimes(ring: { take(): number }, count: number): number[] {
  return Array.from({ length: count }, () => ring.take());
}

describe('several keys', () => {
  it('are used in turn', () => {
    expect(takeTimes(open(3).ring, 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('are passed over while they rest', () => {
    const { clock, ring } = open(3);
    ring.rest(1, 1_000);
    expect(takeTimes(ring, 4)).toEqual([0, 2, 0, 2]);
    clock.advance(1_000);
    expect(takeTimes(ring, 3)).toEqual([0, 1, 2]);
  });

  it('that all rest give the one that is ready first, each time', () => {
    const { ring } = open(3);
    ring.rest(0, 3_000);
    ring.rest(1, 1_000);
    ring.rest(2, 2_000);
    expect(ring.hasReady()).toBe(false);
    expect(takeTimes(ring, 2)).toEqual([1, 1]);
  });

  it('rest as long as the longest reason says', () => {
    const { clock, ring } = open(2);
    ring.rest(0, 5_000);
    ring.rest(0, 1_000);
    clock.advance(2_000);
    expect(takeTimes(ring, 2)).toEqual([1, 1]);
  });

  it('are woken by a good answer', () => {
    const { ring } = open(2);
    ring.rest(0, 5_000);
    ring.wake(0);
    expect([ring.hasReady(), ...takeTimes(ring, 2)]).toEqual([true, 0, 1]);
  });

  it('are told by number where they rest', () => {
    const { ring } = open(2);
    ring.rest(1, 60_000);
    const [resting, ...others] = ring.resting();
    expect([resting?.number, others]).toEqual([2, []]);
    expect(Date.parse(resting?.until ?? '')).toBeGreaterThan(Date.now() + 50_000);
  });
});
