import type * as Prometheus from 'prom-client';

import type { CallMetricsDeps } from './call-metrics.ts';
import { durationBounds, tokenKinds } from './call-tally.ts';
import type { AlikeCalls, CallSums, Spread, Times } from './call-tally.ts';

/** The sums of calls as prom-client writes them. */
export type CallMeters = {
  show(sums: CallSums): void;
};

type MeterDeps = CallMetricsDeps & { active: () => Map<string, number> };

export function createCallMeters(
  prometheus: typeof Prometheus,
  registry: Prometheus.Registry,
  deps: MeterDeps,
): CallMeters {
  const registers = [registry];
  const counters = createCounters(prometheus, registers);
  let times: Times[] = [];
  registerTimes(registry, () => times);
  watchNow(prometheus, registers, deps);
  return {
    show(sums) {
      for (const counter of Object.values(counters)) counter.reset();
      for (const alike of sums.calls.values()) addToCounters(alike, counters);
      for (const [backend, codes] of sums.attempts)
        for (const [code, count] of codes) counters.attempts.inc({ backend, code }, count);
      for (const [backend, count] of sums.retries) counters.retries.inc({ backend }, count);
      times = [...sums.times.values()];
    },
  };
}

function addToCounters(
  { labels, calls: alike, tokens: used, cost_usd: spent, unpriced: unknown }: AlikeCalls,
  { calls, tokens, cost, unpriced, errors }: ReturnType<typeof createCounters>,
): void {
  const { client, backend, model, dialect, status, code } = labels;
  const place = { client, backend, model };
  calls.inc({ ...place, dialect, status }, alike);
  for (const { kind } of tokenKinds) if (used[kind] !== undefined) tokens.inc({ ...place, kind }, used[kind]);
  if (spent !== undefined) cost.inc(place, spent);
  if (unknown > 0) unpriced.inc(place, unknown);
  if (status === 'error' || status === 'interrupted') errors.inc({ backend, code }, alike);
}

const place = ['backend', 'model'];

function createCounters({ Counter }: typeof Prometheus, registers: Prometheus.Registry[]) {
  const counter = (name: string, labelNames: string[], help: string): Prometheus.Counter =>
    new Counter({ name: `parley_${name}_total`, help, labelNames, registers });
  return {
    calls: counter(
      'calls',
      ['client', ...place, 'dialect', 'status'],
      'Calls that have ended, however they did.',
    ),
    tokens: counter(
      'tokens',
      ['client', ...place, 'kind'],
      'Tokens as upstreams report them; input includes cache_read and cache_write, output includes reasoning.',
    ),
    cost: counter('cost_usd', ['client', ...place], 'Cost in US dollars of the calls whose price is known.'),
    unpriced: counter(
      'unpriced_calls',
      ['client', ...place],
      'Calls that may have cost something nobody knows.',
    ),
    errors: counter('call_errors', ['backend', 'code'], 'Calls that failed or were cut off, by cause.'),
    attempts: counter(
      'attempts',
      ['backend', 'code'],
      'Times an upstream was asked; code is ok, or why it failed.',
    ),
    retries: counter(
      'retries',
      ['backend'],
      'Attempts after the first one of a call, by the backend asked then.',
    ),
  };
}

/** A histogram of prom-client takes its values one by one, and these are added up already. */
function registerTimes(registry: Prometheus.Registry, times: () => Times[]): void {
  const register = (name: string, help: string, spreadOf: (each: Times) => Spread): void => {
    const values = (): object[] => times().flatMap(each => samplesOf(name, each.labels, spreadOf(each)));
    const metric = {
      name,
      help,
      get: () => Promise.resolve({ name, help, type: 'histogram', values: values() }),
    };
    // Safe: a registry asks a metric for nothing but its name and what `get` says.
    registry.registerMetric(metric as unknown as Prometheus.Histogram);
  };
  register(
    'parley_call_duration_seconds',
    'From the beginning of a call to the end of its answer, retries included.',
    each => each.duration,
  );
  register(
    'parley_first_token_seconds',
    'From the beginning of a call to the first piece of its answer.',
    each => each.firstToken,
  );
}

/** What stands in the text of one histogram; nothing where it has no values. */
function samplesOf(name: string, labels: Times['labels'], { counts, sum }: Spread): object[] {
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return {
      metricName: `${name}_bucket`,
      labels: { le: durationBounds[at] ?? '+Inf', ...labels },
      value: total,
    };
  });
  if (total === 0) return [];
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

/** What is looked at when somebody asks. */
function watchNow(
  { Gauge }: typeof Prometheus,
  registers: Prometheus.Registry[],
  { version, active, circuits }: MeterDeps,
): void {
  const info = { name: 'parley_info', help: 'Always 1; the version is in the label.' };
  new Gauge({ ...info, labelNames: ['version'], registers }).set({ version }, 1);
  const running = new Gauge({
    name: 'parley_active_calls',
    help: 'Calls that run now, by the backend that was asked first.',
    labelNames: ['backend'],
    registers,
    collect() {
      running.reset();
      for (const [backend, count] of active()) running.set({ backend }, count);
    },
  });
  if (!circuits) return;
  const circuit = new Gauge({
    name: 'parley_backend_circuit',
    help: '1 for the state a backend is in: closed (calls go to it), open (left alone), half_open (one call tries).',
    labelNames: ['backend', 'state'],
    registers,
    async collect() {
      circuit.reset();
      for (const { backend, state } of await circuits()) circuit.set({ backend, state }, 1);
    },
  });
}
