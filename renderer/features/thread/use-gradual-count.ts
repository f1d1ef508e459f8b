import { startTransition, useEffect, useState } from 'react';

/** Messages shown at once when a chat opens; each idle moment after doubles them. */
const firstCount = 24;

/**
 * How many of the newest messages to show: a screenful at first, so that a long chat opens at once, then more
 * above whenever the page is idle, until all are there.
 */
export function useGradualCount(total: number): number {
  const [count, setCount] = useState(firstCount);
  const isComplete = count >= total;
  useEffect(() => {
    if (isComplete) return;
    const handle = requestIdleCallback(() => startTransition(() => setCount(count * 2)), { timeout: 500 });
    return () => cancelIdleCallback(handle);
  }, [count, isComplete]);
  return Math.min(count, total);
}
