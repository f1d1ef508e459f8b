import type { RoutingClock } from '../../../electron/engine/routing/routing-clock.ts';

export type TestClock = RoutingClock & {
  /** What was waited for, in milliseconds; nothing really waits. */
  waits: number[];
  /** What chance says; 1 is its highest, for the longest waits. */
  chance: number;
  /** Waits are recorded, and never end. */
  isStopped: boolean;
  /** Waits that have neither ended nor been given up. */
  waiting: number;
  advance(milliseconds: number): void;
};

/** A clock that stands still until a test moves it; its waits end at once, and move it. */
export function createTestClock(): TestClock {
  let time = 1_000;
  const clock: TestClock = {
    waits: [],
    chance: 1,
    isStopped: false,
    waiting: 0,
    now: () => time,
    random: () => clock.chance,
    wait(milliseconds, callback) {
      clock.waits.push(milliseconds);
      clock.waiting += 1;
      const end = (): void => void (clock.waiting -= 1);
      if (clock.isStopped) return end;
      time += milliseconds;
      const timer = setImmediate(() => {
        end();
        callback();
      });
      return () => {
        end();
        clearImmediate(timer);
      };
    },
    advance(milliseconds) {
      time += milliseconds;
    },
  };
  return clock;
}
