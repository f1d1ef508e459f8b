import type * as Prometheus from 'prom-client';

import type { Attempt } from '../../contract/calls.ts';
import type { CallMetricsDeps, EndedCall } from './call-metrics.ts';
import { createLabelValues } from './label-values.ts';

/** What is counted of the calls that have ended. */
export type CallMeters = {
  /** Many at once: calls with the same labels are added up first, as each look at a counter costs more than the adding. */
  count(calls: readonly EndedCall[], attempts: readonly Attempt[]): void;
};

type MeterDeps = CallMetricsDeps & { active: () => Map<string, number> };

/** Seconds; those the GenAI conventions of OpenTelemetry recommend. */
const durationBuckets = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const mostClients = 100;
const mostBackends = 100;
const mostModels = 300;

export function createCallMeters(
  prometheus: typeof Prometheus,
  registry: Prometheus.Registry,
  deps: MeterDeps,
): CallMeters {
  const registers = [registry];
  const counters = createCounters(prometheus, registers);
  const { attempts, retries } = counters;
  const { duration, firstToken } = createHistograms(prometheus, registers);
  watchNow(prometheus, registers, deps);
  const clients = createLabelValues(mostClients);
  const backends = createLabelValues(mostBackends);
  const models = createLabelValues(mostModels);
  const labelsOf = ({ start, end, model }: EndedCall): CallLabels => {
    // A name that nothing answered to may be anything at all.
    const wasAsked = end.attempts > 0;
    return {
      client: clients.of(start.client, true),
      backend: wasAsked ? backends.of(end.backend ?? start.backend, true) : 'none',
      model: wasAsked ? models.of(model ?? start.model_asked, end.status === 'ok') : 'none',
      dialect: start.dialect_in ?? 'none',
      status: end.status,
      code: end.error_code ?? 'unknown',
    };
  };
  const observe = (labels: CallLabels, { end }: EndedCall): void => {
    const place = { backend: labels.backend, model: labels.model };
    if (end.attempts > 0 && isAmount(end.duration_ms)) duration.observe(place, end.duration_ms / 1000);
    if (isAmount(end.first_token_ms)) firstToken.observe(place, end.first_token_ms / 1000);
  };
  return {
    count(ended, asked) {
      const groups = new Map<string, AlikeCalls>();
      let last: { call: EndedCall; alike: AlikeCalls } | undefined;
      for (const call of ended) {
        // Most calls are like the one before them.
        if (!last || !isAlike(last.call, call)) last = { call, alike: groupOf(labelsOf(call), groups) };
        observe(last.alike.labels, call);
        addCall(last.alike, call);
      }
      for (const alike of groups.values()) addToCounters(alike, counters);
      for (const [name, codes] of countAttempts(asked)) {
        const backend = backends.of(name, true);
        for (const [code, count] of codes) attempts.inc({ backend, code }, count);
      }
      for (const { backend: name, number } of asked)
        if (number > 1) retries.inc({ backend: backends.of(name, true) });
    },
  };
}

type CallLabels = Record<'client' | 'backend' | 'model' | 'dialect' | 'status' | 'code', string>;

const tokenKinds = [
  { kind: 'input', field: 'input_tokens' },
  { kind: 'output', field: 'output_tokens' },
  { kind: 'cache_read', field: 'cache_read_tokens' },
  { kind: 'cache_write', field: 'cache_write_tokens' },
  { kind: 'reasoning', field: 'reasoning_tokens' },
] as const;

/** Calls with the same labels; what no call said stays undefined, so that no counter of it begins. */
type AlikeCalls = {
  labels: CallLabels;
  calls: number;
  tokens: Partial<Record<(typeof tokenKinds)[number]['kind'], number>>;
  cost_usd: number | undefined;
  unpriced: number;
};

function noCalls(labels: CallLabels): AlikeCalls {
  return { labels, calls: 0, tokens: {}, cost_usd: undefined, unpriced: 0 };
}

function groupOf(labels: CallLabels, groups: Map<string, AlikeCalls>): AlikeCalls {
  const name = Object.values(labels).join('\n');
  const alike = groups.get(name) ?? noCalls(labels);
  groups.set(name, alike);
  return alike;
}

/** Whether two calls have the same labels for certain. */
function isAlike(one: EndedCall, other: EndedCall): boolean {
  return (
    one.start.client === other.start.client &&
    (one.end.backend ?? one.start.backend) === (other.end.backend ?? other.start.backend) &&
    (one.model ?? one.start.model_asked) === (other.model ?? other.start.model_asked) &&
    one.start.dialect_in === other.start.dialect_in &&
    one.end.status === other.end.status &&
    one.end.error_code === other.end.error_code &&
    one.end.attempts > 0 === other.end.attempts > 0
  );
}

/** How often each backend was asked with which outcome. */
function countAttempts(asked: readonly Attempt[]): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const { backend, error_code: error } of asked) {
    const code = error ?? 'ok';
    const codes = counts.get(backend) ?? new Map<string, number>();
    counts.set(backend, codes.set(code, (codes.get(code) ?? 0) + 1));
  }
  return counts;
}

function addCall(alike: AlikeCalls, { end }: EndedCall): void {
  alike.calls += 1;
  for (const { kind, field } of tokenKinds) {
    const amount = end[field];
    if (isAmount(amount)) alike.tokens[kind] = (alike.tokens[kind] ?? 0) + amount;
  }
  if (isAmount(end.cost_usd)) alike.cost_usd = (alike.cost_usd ?? 0) + end.cost_usd;
  else if (end.status !== 'error') alike.unpriced += 1;
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

function createHistograms({ Histogram }: typeof Prometheus, registers: Prometheus.Registry[]) {
  const histogram = (name: string, help: string): Prometheus.Histogram =>
    new Histogram({
      name: `parley_${name}_seconds`,
      help,
      labelNames: place,
      buckets: durationBuckets,
      registers,
    });
  return {
    duration: histogram(
      'call_duration',
      'From the beginning of a call to the end of its answer, retries included.',
    ),
    firstToken: histogram('first_token', 'From the beginning of a call to the first piece of its answer.'),
  };
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

/** Numbers come from upstreams: what a counter cannot take is left out. */
function isAmount(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}
