import type { Attempt, CallEnd, CallStart } from '../../contract/calls.ts';
import { createLabelValues } from './label-values.ts';

/** `model`: the one that was asked last, where it was asked at all. */
export type EndedCall = { start: CallStart; model: string | undefined; end: CallEnd };

/** Plain sums of the calls that have ended since the start of Parley: adding to them costs a call next to nothing. */
export type CallTally = {
  count(call: EndedCall): void;
  attempted(attempt: Attempt): void;
  readonly sums: CallSums;
};

export type CallSums = {
  /** By their labels. */
  calls: ReadonlyMap<string, AlikeCalls>;
  /** By backend and model. */
  times: ReadonlyMap<string, Times>;
  /** How often each backend was asked with which outcome. */
  attempts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Attempts after the first one of a call, by backend. */
  retries: ReadonlyMap<string, number>;
};

export type CallLabels = Record<'client' | 'backend' | 'model' | 'dialect' | 'status' | 'code', string>;

/** Calls with the same labels; what no call said stays undefined, so that no counter of it begins. */
export type AlikeCalls = {
  labels: CallLabels;
  calls: number;
  tokens: Partial<Record<(typeof tokenKinds)[number]['kind'], number>>;
  cost_usd: number | undefined;
  unpriced: number;
  times: Times;
};

/** Seconds of the calls of a model, and to their first piece. */
export type Times = {
  labels: Pick<CallLabels, 'backend' | 'model'>;
  duration: Spread;
  firstToken: Spread;
};

/** How many values are up to which bound, and not up to the one before; the last number is of those beyond all of them. */
export type Spread = { counts: number[]; sum: number };

/** Seconds; those the GenAI conventions of OpenTelemetry recommend. */
export const durationBounds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;
export const tokenKinds = [
  { kind: 'input', field: 'input_tokens' },
  { kind: 'output', field: 'output_tokens' },
  { kind: 'cache_read', field: 'cache_read_tokens' },
  { kind: 'cache_write', field: 'cache_write_tokens' },
  { kind: 'reasoning', field: 'reasoning_tokens' },
] as const;
const mostClients = 100;
const mostBackends = 100;
const mostModels = 300;

export function createCallTally(): CallTally {
  const calls = new Map<string, AlikeCalls>();
  const times = new Map<string, Times>();
  const attempts = new Map<string, Map<string, number>>();
  const retries = new Map<string, number>();
  const clients = createLabelValues(mostClients);
  const backends = createLabelValues(mostBackends);
  const models = createLabelValues(mostModels);
  let last: { call: EndedCall; alike: AlikeCalls } | undefined;

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
  const groupOf = (call: EndedCall): AlikeCalls => {
    const labels = labelsOf(call);
    const { backend, model } = labels;
    return held(calls, Object.values(labels), () => ({
      labels,
      calls: 0,
      tokens: {},
      cost_usd: undefined,
      unpriced: 0,
      times: held(times, [backend, model], () => noTimes({ backend, model })),
    }));
  };

  return {
    count(call) {
      // Most calls are like the one before them.
      if (!last || !isAlike(last.call, call)) last = { call, alike: groupOf(call) };
      addCall(last.alike, call.end);
    },
    attempted({ backend: name, error_code: error, number }) {
      const backend = backends.of(name, true);
      const codes = attempts.get(backend) ?? new Map<string, number>();
      attempts.set(backend, codes);
      addOne(codes, error ?? 'ok');
      if (number > 1) addOne(retries, backend);
    },
    sums: { calls, times, attempts, retries },
  };
}

function held<T>(known: Map<string, T>, names: readonly string[], make: () => T): T {
  const name = names.join('\n');
  const value = known.get(name) ?? make();
  known.set(name, value);
  return value;
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

function addCall(alike: AlikeCalls, end: CallEnd): void {
  const { tokens, times } = alike;
  alike.calls += 1;
  for (const { kind, field } of tokenKinds) {
    const amount = end[field];
    if (isAmount(amount)) tokens[kind] = (tokens[kind] ?? 0) + amount;
  }
  if (isAmount(end.cost_usd)) alike.cost_usd = (alike.cost_usd ?? 0) + end.cost_usd;
  else if (end.status !== 'error') alike.unpriced += 1;
  if (end.attempts > 0 && isAmount(end.duration_ms)) addValue(times.duration, end.duration_ms / 1000);
  if (isAmount(end.first_token_ms)) addValue(times.firstToken, end.first_token_ms / 1000);
}

function noTimes(labels: Times['labels']): Times {
  return { labels, duration: emptySpread(), firstToken: emptySpread() };
}

function emptySpread(): Spread {
  return { counts: Array.from({ length: durationBounds.length + 1 }, () => 0), sum: 0 };
}

function addValue(spread: Spread, value: number): void {
  let at = 0;
  for (; at < durationBounds.length; at += 1) if (value <= (durationBounds[at] ?? 0)) break;
  spread.counts[at] = (spread.counts[at] ?? 0) + 1;
  spread.sum += value;
}

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Numbers come from upstreams: what a counter cannot take is left out. */
function isAmount(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}
