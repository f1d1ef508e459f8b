import type { Block } from '../contract/message.ts';
import type { Delta } from '../contract/deltas.ts';

export type ThinkingClock = {
  take(delta: Delta): void;
  /** The content with the time each of its thinking blocks took, from its first delta to its last. */
  stamp<T extends Block>(content: T[]): T[];
};

/** Times how long a model thinks: no upstream says it. */
export function createThinkingClock(now: () => number = () => performance.now()): ThinkingClock {
  const spans = new Map<number, { first: number; last: number }>();
  return {
    take(delta) {
      if ((delta.type !== 'block_start' && delta.type !== 'block_delta') || delta.block !== 'thinking')
        return;
      const time = now();
      const span = spans.get(delta.index);
      if (span) span.last = time;
      else spans.set(delta.index, { first: time, last: time });
    },
    stamp(content) {
      // Blocks stand in the order in which they began, and so do the spans.
      const times = [...spans.values()];
      let position = 0;
      return content.map(block => {
        if (block.type !== 'thinking') return block;
        const span = times[position];
        position += 1;
        return span ? { ...block, duration_ms: Math.round(span.last - span.first) } : block;
      });
    },
  };
}
