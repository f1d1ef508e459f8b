import { setTimeout as pause } from 'node:timers/promises';

import { afterAll } from 'vitest';

/** The one that the test runner itself keeps. */
const ownTimers = 1;

/**
 * The files of one process share it: what polls on after its test runs into the clock of whoever turns it next. Timers that would
 * keep the process open are looked at only; the others (`unref`) are those of a Parley, which end by themselves.
 */
afterAll(async () => {
  for (let left = 100; countTimers() > ownTimers; left -= 1) {
    if (left === 0)
      throw new Error(
        'a test of this file left a timer running: it must end with the test, whatever comes of it',
      );
    await pause(20);
  }
});

const countTimers = (): number => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
