import { STARVED_FACTOR } from './worker-protocol.ts';

/** Time that the run of a script has used which runs now. */
export type Stopwatch = {
  start(): void;
  /** When it was started, on the clock of performance.now(), and the thread's CPU time in ms then. */
  readonly startedAt: number;
  readonly cpuAtStart: number;
  /** Whether the limit is passed; stays so until the next start. */
  isOver(): boolean;
  readonly expired: boolean;
  /** Runs something that is not the script's time. */
  pause<T>(run: () => T): T;
};

// Reading CPU time costs as much as a small hook; an older reading only makes a limit a little stricter.
const READING_KEEPS_MS = 20;

/** The limit is CPU time, so that a busy machine does not fail honest scripts; time passed is only looked at first. */
export function createStopwatch(limitMs: number, onStart: (stopwatch: Stopwatch) => void): Stopwatch {
  let readAt = -Infinity;
  const stopwatch = {
    expired: false,
    startedAt: 0,
    cpuAtStart: 0,
    start() {
      const now = performance.now();
      stopwatch.expired = false;
      stopwatch.startedAt = now;
      if (now > readAt + READING_KEEPS_MS) {
        readAt = now;
        stopwatch.cpuAtStart = threadCpuMs();
      }
      onStart(stopwatch);
    },
    isOver() {
      if (stopwatch.expired) return true;
      const passed = performance.now() - stopwatch.startedAt;
      stopwatch.expired =
        passed > limitMs &&
        (passed > limitMs * STARVED_FACTOR.soft || threadCpuMs() - stopwatch.cpuAtStart > limitMs);
      return stopwatch.expired;
    },
    pause<T>(run: () => T): T {
      const pausedAt = performance.now();
      try {
        return run();
      } finally {
        stopwatch.startedAt += performance.now() - pausedAt;
      }
    },
  };
  return stopwatch;
}

/** CPU time of the calling thread. Before Node 23.9 a thread cannot tell it; then time passed has to do. */
function threadCpuMs(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
