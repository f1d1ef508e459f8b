import type { Attempt } from '../../contract/calls.ts';
import type { AppError } from '../../contract/errors.ts';
import { isoTime } from '../../contract/iso-time.ts';
import type { BuiltRequest } from '../build-request.ts';
import type { CallContext } from '../engine.ts';
import type { CallOutcome, CallRecord, CallRecorder } from '../record-call.ts';
import type { OpenTarget } from './open-target.ts';
import type { RoutingClock } from './routing-clock.ts';

export type AccountDeps = {
  recorder: CallRecorder;
  clock: RoutingClock;
  now(): Date;
  /** Told of every attempt when it has ended. */
  onAttempt?: ((attempt: Attempt) => void) | undefined;
};

/** An attempt that has come to its end. */
export type EndedAttempt = {
  open: OpenTarget;
  /** Counts from 1. */
  number: number;
  /** As the clock counts. */
  started: number;
  key_index: number | undefined;
  /** What was sent, if anything was. */
  built: BuiltRequest | undefined;
  error: AppError | undefined;
  /** The upstream's; 0 where it sent none. */
  status: number;
};

/** What is written down of one call: its row of the ledger, and its attempts for whoever watches. */
export class CallAccount {
  readonly #context: CallContext;
  readonly #firstBackend: string;
  readonly #deps: AccountDeps;
  #record: CallRecord | undefined;

  constructor(context: CallContext, firstBackend: string, deps: AccountDeps) {
    this.#context = context;
    this.#firstBackend = firstBackend;
    this.#deps = deps;
  }

  /** Begins the row, if it has not begun; `open` is who is asked first. */
  begin(open: OpenTarget | undefined): CallRecord {
    this.#record ??= this.#deps.recorder.begin(this.#context, {
      backend: open?.target.backend ?? this.#firstBackend,
      dialect: open?.target.dialect ?? null,
    });
    return this.#record;
  }

  firstToken(): void {
    this.#record?.firstToken();
  }

  report(attempt: EndedAttempt): void {
    const { onAttempt, clock } = this.#deps;
    if (!onAttempt) return;
    const { open, started, built, key_index: keyIndex } = attempt;
    const duration = clock.now() - started;
    onAttempt({
      call_id: this.begin(open).id,
      number: attempt.number,
      backend: open.target.backend,
      model: open.target.model,
      dialect: open.target.dialect,
      key: built?.key_origin ?? null,
      key_number: keyIndex === undefined ? null : keyIndex + 1,
      http_status: attempt.status === 0 ? null : attempt.status,
      error_code: attempt.error?.code ?? null,
      started_at: isoTime(this.#deps.now().getTime() - duration),
      duration_ms: duration,
    });
  }

  /** Ends the row; `open` is who was asked last, which is who answered where anybody did. */
  end(outcome: CallOutcome, attempts: number, open: OpenTarget | undefined): void {
    const last = open && {
      backend: open.target.backend,
      dialect: open.target.dialect,
      base_url: open.backend.base_url,
      model: open.target.model,
      facts: open.facts,
      demo: open.backend.demo,
    };
    this.begin(open).end({ ...outcome, last, attempts });
  }
}
