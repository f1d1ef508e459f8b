/** Time and chance as routing sees them; a test brings its own. */
export type RoutingClock = {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** Calls back once after so many milliseconds; returns how to prevent it. */
  wait(milliseconds: number, callback: () => void): () => void;
};

export const systemClock: RoutingClock = {
  now: () => performance.now(),
  random: () => Math.random(),
  wait(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
