import { performance } from 'node:perf_hooks';

import type { CallLog, CallStatus } from '../contract/calls.ts';
import type { AppError } from '../contract/errors.ts';
import { isoTime } from '../contract/iso-time.ts';
import type { DialectName } from '../contract/models.ts';
import type { ModelPrice } from '../contract/prices.ts';
import type { Usage } from '../contract/usage.ts';
import type { CallContext } from './engine.ts';
import { priceCall } from './price-call.ts';
import type { CallCost, PricedCall } from './price-call.ts';

/** The ledger's row of one call while the call is under way. `end` counts once; later ones are ignored. */
export type CallRecord = {
  id: string;
  /** The first piece of the answer has arrived. */
  firstToken(): void;
  end(outcome: EndedCall): void;
};

export type CallOutcome = {
  status: CallStatus;
  http_status?: number | undefined;
  error?: AppError | undefined;
  model_answered?: string | undefined;
  usage?: Usage | undefined;
  /** Whether the usage is our own guess. */
  is_estimated?: boolean;
};

/** Who is asked first: what can be said of a call that is still under way. */
export type FirstAsked = { backend: string; dialect: DialectName | null };

/** Who was asked last, which is who answered where anybody did; undefined where nobody was asked. */
export type LastAsked = FirstAsked & Omit<PricedCall, 'usage'>;

export type EndedCall = CallOutcome & { last?: LastAsked | undefined; attempts: number };

export type CallRecorder = {
  begin(context: CallContext, first: FirstAsked): CallRecord;
  /** Resolves when every ended call has reached the log. */
  settle(): Promise<void>;
};

type Times = { first_token_ms: number | null; duration_ms: number };

export function createCallRecorder(deps: {
  log: CallLog;
  newId: () => string;
  now: () => Date;
  /** The price somebody corrected a model's to. */
  correctedPrice?: (model: string) => ModelPrice | undefined;
}): CallRecorder {
  const pricing = new Set<Promise<void>>();
  const ending: Ending = {
    log: deps.log,
    correctedPrice: model => deps.correctedPrice?.(model),
    waitFor(done) {
      pricing.add(done);
      void done.finally(() => pricing.delete(done));
    },
  };
  return {
    begin(context, first) {
      const id = context.call_id ?? deps.newId();
      const record = new OpenRecord(id, ending);
      deps.log.begin({
        id,
        started_at: isoTime(deps.now().getTime()),
        client: context.client,
        backend: first.backend,
        model_asked: context.model_asked,
        dialect_in: context.dialect_in,
        dialect_out: first.dialect,
      });
      return record;
    },
    async settle() {
      await Promise.all(pricing);
    },
  };
}

type Ending = {
  log: CallLog;
  correctedPrice(model: string): ModelPrice | undefined;
  waitFor(done: Promise<void>): void;
};

class OpenRecord implements CallRecord {
  readonly id: string;
  readonly #ending: Ending;
  readonly #started = performance.now();
  #firstTokenMs: number | null = null;
  #ended = false;

  constructor(id: string, ending: Ending) {
    this.id = id;
    this.#ending = ending;
  }

  firstToken(): void {
    this.#firstTokenMs ??= round(performance.now() - this.#started);
  }

  end(outcome: EndedCall): void {
    if (this.#ended) return;
    this.#ended = true;
    const { id } = this;
    const { log } = this.#ending;
    const duration = round(performance.now() - this.#started);
    const times = { first_token_ms: this.#firstTokenMs, duration_ms: duration };
    const cost = this.#price(outcome);
    if (!(cost instanceof Promise)) {
      log.end(toRow(id, outcome, times, cost));
      return;
    }
    const priced = cost.catch(() => undefined).then(known => log.end(toRow(id, outcome, times, known)));
    this.#ending.waitFor(priced);
  }

  #price({ last, usage = {} }: EndedCall): CallCost | Promise<CallCost> {
    if (!last) return undefined;
    const corrected = this.#ending.correctedPrice(`${last.backend}/${last.model}`);
    return priceCall({ ...last, usage, corrected });
  }
}

function toRow(id: string, outcome: EndedCall, times: Times, cost: CallCost): Parameters<CallLog['end']>[0] {
  const { usage = {}, last } = outcome;
  const reported = usage.input_tokens !== undefined || usage.output_tokens !== undefined;
  const row: Parameters<CallLog['end']>[0] = {
    id,
    model_answered: outcome.model_answered ?? null,
    status: outcome.status,
    http_status: outcome.http_status ?? outcome.error?.http_status ?? null,
    error_code: outcome.error?.code ?? null,
    input_tokens: usage.input_tokens ?? null,
    output_tokens: usage.output_tokens ?? null,
    cache_read_tokens: usage.cache_read_tokens ?? null,
    cache_write_tokens: usage.cache_write_tokens ?? null,
    reasoning_tokens: usage.reasoning_tokens ?? null,
    tokens_origin: !reported ? 'unknown' : outcome.is_estimated ? 'estimated' : 'reported',
    cost_usd: cost?.cost_usd ?? null,
    price: cost?.price ?? null,
    first_token_ms: times.first_token_ms,
    duration_ms: times.duration_ms,
    attempts: outcome.attempts,
  };
  if (!last) return row;
  row.backend = last.backend;
  row.dialect_out = last.dialect;
  return row;
}

/** Which end of the ledger an error stands for: the person's own, a cut answer, or a failure. */
export function statusOfError(error: AppError, answerBegun: boolean): CallStatus {
  if (error.code === 'cancelled') return 'cancelled';
  const cut = error.code === 'incomplete_stream' || error.code === 'upstream_timeout';
  return answerBegun && cut ? 'interrupted' : 'error';
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
