import type { Registry } from 'prom-client';

import { PassingMap } from '../../contract/passing-map.ts';
import type { Attempt, CallLog, CallStart } from '../../contract/calls.ts';
import type { CallMeters } from './call-meters.ts';
import { createCallTally } from './call-tally.ts';

/** How the backends fare: closed, open, half_open. */
export type CircuitState = { backend: string; state: string };

/** Counts calls for whoever scrapes them. */
export type CallMetrics = CallLog & {
  attempted(attempt: Attempt): void;
  /** All of it in the Prometheus text format. */
  scrape(): Promise<{ content_type: string; text: string }>;
};

export type CallMetricsDeps = {
  version: string;
  circuits?: () => CircuitState[] | Promise<CircuitState[]>;
};

type Running = { start: CallStart; model: string | undefined };
type Opened = { registry: Registry; meters: CallMeters };

/**
 * prom-client is loaded with the first scrape: whoever never scrapes pays neither its start nor its memory, and whoever
 * does finds everything since the start of Parley counted.
 */
export function createCallMetrics(deps: CallMetricsDeps): CallMetrics {
  const running = new PassingMap<string, Running>();
  const tally = createCallTally();
  let opening: Promise<Opened> | undefined;

  return {
    begin: start => running.add(start.id, { start, model: undefined }),
    attempted(attempt) {
      const call = running.get(attempt.call_id);
      if (call) call.model = attempt.model;
      tally.attempted(attempt);
    },
    end(end) {
      const call = running.delete(end.id);
      if (call) tally.count({ start: call.start, model: call.model, end });
    },
    async scrape() {
      const { registry, meters } = await (opening ??= openMeters(deps, () => countRunning(running)));
      meters.show(tally.sums);
      return { content_type: registry.contentType, text: await registry.metrics() };
    },
  };
}

async function openMeters(deps: CallMetricsDeps, active: () => Map<string, number>): Promise<Opened> {
  const [prometheus, { createCallMeters }] = await Promise.all([
    import('prom-client'),
    import('./call-meters.ts'),
  ]);
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  return { registry, meters: createCallMeters(prometheus, registry, { ...deps, active }) };
}

function countRunning(running: PassingMap<string, Running>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { start } of running.values()) {
    const backend = start.dialect_out === null ? 'none' : start.backend;
    counts.set(backend, (counts.get(backend) ?? 0) + 1);
  }
  return counts;
}
