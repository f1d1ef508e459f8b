/** Runs it once the page has nothing else to do, at the latest after so many milliseconds. Returns how to call it off. */
export function whenIdle(run: () => void, latestMs: number): () => void {
  // Safari has no such word.
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(run, Math.min(latestMs, 50));
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(run, { timeout: latestMs });
  return () => cancelIdleCallback(idle);
}
