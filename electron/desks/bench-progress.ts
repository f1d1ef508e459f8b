import type { EventHub } from '../api/event-hub.ts';
import type { TestBench } from '../engine/test-bench.ts';
import { showProgress } from './show-run.ts';

type Listener = NonNullable<Parameters<TestBench['runBench']>[2]>;

/** Milliseconds: what comes at once is told at once. */
const gatherMs = 100;

/** Tells of a run under way, ten times a second at most; `end` before its result, which has everything. */
export function createBenchProgress(
  id: string,
  hub: Pick<EventHub, 'emit'>,
): { tell: Listener; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let first = Infinity;
  return {
    tell(result, trace, event = Infinity) {
      first = Math.min(first, event);
      timer ??= setTimeout(() => {
        timer = undefined;
        const from = Math.min(first, trace.events.length);
        first = Infinity;
        hub.emit('studio.progress', showProgress(id, result.dialect, trace, from));
      }, gatherMs);
    },
    end: () => clearTimeout(timer),
  };
}
