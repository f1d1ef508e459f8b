import type { Registry } from 'prom-client';

import { PassingMap } from '../../contract/passing-map.ts';
import type { Attempt, CallEnd, CallLog, CallStart } from '../../contract/calls.ts';
import type { CallMeters } from './call-meters.ts';

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
export type EndedCall = Running & { end: CallEnd };

/** Calls wait here, so that counting costs them nothing; past this many they are counted even if nobody asks. */
const mostWaiting = 200;

/**
 * prom-client is loaded with the first scrape (or after some hundred calls): whoever never scrapes pays neither its start nor
 * its memory, and whoever does finds everything since the start of Parley counted.
 */
export function createCallMetrics(deps: CallMetricsDeps): CallMetrics {
  const running = new PassingMap<string, Running>();
  let ended: EndedCall[] = [];
  let attempts: Attempt[] = [];
  let loading: Promise<{ registry: Registry; meters: CallMeters }> | undefined;

  const load = (): NonNullable<typeof loading> => (loading ??= openMeters(deps, () => countRunning(running)));
  const fold = async (): Promise<{ registry: Registry }> => {
    const { registry, meters } = await load();
    const [calls, asked] = [ended, attempts];
    ended = [];
    attempts = [];
    meters.count(calls, asked);
    return { registry };
  };
  const foldWhenMany = (): void => {
    if (ended.length + attempts.length < mostWaiting) return;
    // Whoever scrapes will hear what is wrong; nothing may pile up here meanwhile.
    fold().catch(() => {
      ended = [];
      attempts = [];
    });
  };

  return {
    begin: start => running.set(start.id, { start, model: undefined }),
    attempted(attempt) {
      const call = running.get(attempt.call_id);
      if (call) call.model = attempt.model;
      attempts.push(attempt);
      foldWhenMany();
    },
    end(end) {
      const call = running.delete(end.id);
      if (!call) return;
      ended.push({ ...call, end });
      foldWhenMany();
    },
    async scrape() {
      const { registry } = await fold();
      return { content_type: registry.contentType, text: await registry.metrics() };
    },
  };
}

async function openMeters(
  deps: CallMetricsDeps,
  active: () => Map<string, number>,
): Promise<{ registry: Registry; meters: CallMeters }> {
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
