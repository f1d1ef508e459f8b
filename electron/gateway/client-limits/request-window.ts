const minuteMs = 60_000;

/** The calls of the last minute, at most `limit` of them. Exact: no sixty seconds ever hold more. */
export type RequestWindow = {
  /** Counts a call at this time; what is refused is not counted. Milliseconds until there is room, 0 where it is let in. */
  enter(time: number): number;
};

export function createRequestWindow(limit: number): RequestWindow {
  const times = new Float64Array(limit).fill(-Infinity);
  // The oldest of the last `limit` calls, whose place the next one takes.
  let oldest = 0;
  return {
    enter(time) {
      const wait = (times[oldest] ?? -Infinity) + minuteMs - time;
      // Longer than a minute: the clock was set back.
      if (wait > 0 && wait <= minuteMs) return wait;
      times[oldest] = time;
      oldest = (oldest + 1) % limit;
      return 0;
    },
  };
}
