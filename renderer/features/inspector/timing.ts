import type { CallDetails } from '../../../electron/contract/inspector.ts';

const phases = ['queue', 'retries', 'wait', 'stream'] as const;
export type Phase = (typeof phases)[number];

/** Milliseconds from the call's beginning. */
type Span = { phase: Phase; from: number; to: number };

/**
 * Where a call's time went: until it was sent, in attempts that failed, until the first byte of the answer, and while that
 * came. Phases that did not happen are left out; of a running call the last one ends at `now`.
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
  const bounds: [Phase, number | null, number | null][] = [
    ['queue', 0, sent ?? end],
    ['retries', sent, lastSent],
    ['wait', lastSent, firstByte ?? streamEnd],
    ['stream', firstByte, streamEnd],
  ];
  return bounds.flatMap(([phase, from, to]) =>
    from === null || to === null || to <= from ? [] : [{ phase, from, to }],
  );
}
