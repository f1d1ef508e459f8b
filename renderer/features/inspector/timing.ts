import type { CallDetails } from '../../../electron/contract/inspector.ts';

const phases = ['queue', 'retries', 'connect', 'wait', 'stream'] as const;
export type Phase = (typeof phases)[number];

/** Milliseconds from the call's beginning. */
type Span = { phase: Phase; from: number; to: number };

/** Milliseconds; what took less to connect was a connection that was kept. */
const shortestConnect = 0.1;

/**
 * Where a call's time went: until it was sent, in attempts that failed, until there was a connection, until the first byte
 * of the answer, and while that came. Phases that did not happen are left out; of a running call the last one ends at `now`.
 */
export function spansOf(
  { exchanges, timings }: Pick<CallDetails, 'exchanges' | 'timings'>,
  now: number | null = null,
): Span[] {
  const [first, last] = [exchanges[0], exchanges.at(-1)];
  const end = timings.end_ms ?? now;
  const sent = first?.sent_ms ?? null;
  const lastSent = last?.sent_ms ?? null;
  const firstByte = last?.first_byte_ms ?? last?.head_ms ?? null;
  const streamEnd = last?.end_ms ?? end;
  // Without any sign of an answer it may never have had a connection.
  const connected = last?.connected_ms ?? (firstByte === null ? streamEnd : lastSent);
  const waitFrom = lastSent !== null && (connected ?? 0) - lastSent < shortestConnect ? lastSent : connected;
  const bounds: [Phase, number | null, number | null][] = [
    ['queue', 0, sent ?? end],
    ['retries', sent, lastSent],
    ['connect', lastSent, waitFrom],
    ['wait', waitFrom, firstByte ?? streamEnd],
    ['stream', firstByte, streamEnd],
  ];
  return bounds.flatMap(([phase, from, to]) =>
    from === null || to === null || to <= from ? [] : [{ phase, from, to }],
  );
}
