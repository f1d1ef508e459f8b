// Reading it costs as much as a small hook; an older reading only makes a limit a little stricter.
const READING_KEEPS_MS = 20;

/** CPU time of the calling thread in ms, at most 20 ms old. */
export function createCpuClock(): () => number {
  let reading = 0;
  let readAt = -Infinity;
  return () => {
    const now = performance.now();
    if (now > readAt + READING_KEEPS_MS) {
      reading = threadCpuMs();
      readAt = now;
    }
    return reading;
  };
}

/** Before Node 23.9 a thread cannot tell its CPU time; then time passed has to do. */
export function threadCpuMs(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
