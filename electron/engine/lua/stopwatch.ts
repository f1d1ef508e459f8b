import { createCpuClock, threadCpuMs } from './cpu-clock.ts';
import { STARVED_FACTOR } from './worker-protocol.ts';

/** Time that one run of a script has used. */
type Stopwatch = {
  start(): void;
  /** Whether the limit is passed; stays so until the next start. */
  isOver(): boolean;
  readonly expired: boolean;
  /** Runs something that is not the script's time. */
  pause<T>(run: () => T): T;
};

/** The limit is CPU time, so that a busy machine does not fail honest scripts; time passed is only looked at first. */
export function createStopwatch(limitMs: number): Stopwatch {
  const readCpu = createCpuClock();
  let startedAt = 0;
  let cpuAtStart = 0;
  const stopwatch = {
    expired: false,
    start() {
      stopwatch.expired = false;
      startedAt = performance.now();
      cpuAtStart = readCpu();
    },
    isOver() {
      if (stopwatch.expired) return true;
      const passed = performance.now() - startedAt;
      stopwatch.expired =
        passed > limitMs && (passed > limitMs * STARVED_FACTOR.soft || threadCpuMs() - cpuAtStart > limitMs);
      return stopwatch.expired;
    },
    pause<T>(run: () => T): T {
      const pausedAt = performance.now();
      try {
        return run();
      } finally {
        startedAt += performance.now() - pausedAt;
      }
    },
  };
  return stopwatch;
}
