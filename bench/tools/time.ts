/** Milliseconds that a run takes. */
export function time(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}
