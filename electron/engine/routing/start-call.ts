import { toAppError } from '../../contract/errors.ts';
import type { AppError } from '../../contract/errors.ts';
import { statusOf } from '../../dialects/error-status.ts';
import { unknownBackend } from '../backend-registry.ts';
import type { BuiltRequest } from '../build-request.ts';
import type { CallContext, CallFlow, CallListener, Candidate, Plan } from '../engine.ts';
import { statusOfError } from '../record-call.ts';
import type { CallOutcome } from '../record-call.ts';
import type { Transport } from '../transport.ts';
import { watchTransport } from '../watch-transport.ts';
import { stopped } from './attempt.ts';
import type { AttemptFlow, AttemptHost, AttemptWay, AttemptWays } from './attempt.ts';
import { circuitOpen, noteAnswer, noteFailure } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';
import { ofOneProvider } from './create-planner.ts';
import { CallAccount } from './call-account.ts';
import type { CallDeps, SpendingCheck } from './call-deps.ts';
import type { CircuitEntry } from './circuit-breaker.ts';
import { classifyFailure } from './classify-failure.ts';
import type { FailureKind } from './classify-failure.ts';
import { nextStep } from './next-step.ts';
import type { NextStep } from './next-step.ts';
import { openTarget } from './open-target.ts';
import type { OpenTarget } from './open-target.ts';
import { sumUpFailures } from './sum-up-failures.ts';
import type { Failure } from './sum-up-failures.ts';

/** One attempt under way, or the last one there was. */
type Current = {
  candidate: Candidate;
  health: BackendHealth;
  entry: CircuitEntry;
  /** As the clock counts. */
  started: number;
  open?: OpenTarget;
  key_index?: number | undefined;
  way?: AttemptWay;
  built?: BuiltRequest;
  flow?: AttemptFlow;
};

/** Whose call it is: told of each attempt, and of the end where nobody answers. */
type CallOwner = Pick<CallListener, 'asks' | 'drops' | 'fail'>;

/** Asks a plan's candidates until one answers; the answer goes wherever `ways` sends it. */
export function startCall(
  plan: Plan,
  ways: AttemptWays,
  context: CallContext,
  owner: CallOwner,
  deps: CallDeps,
): CallFlow {
  const call = new RoutedCall(plan, ways, context, owner, deps);
  call.start();
  return call;
}

/** One call, from its first attempt to the end of its answer. */
class RoutedCall implements AttemptHost, CallFlow {
  attempts = 0;
  readonly #candidates: readonly Candidate[];
  readonly #ways: AttemptWays;
  readonly #context: CallContext;
  readonly #owner: CallOwner;
  readonly #deps: CallDeps;
  readonly #account: CallAccount;
  readonly #failures: Failure[] = [];
  #index = 0;
  #tries = 0;
  /** When the target was first asked, as the clock counts. */
  #targetSince: number;
  #current: Current | undefined;
  /** Who was asked last. */
  #asked: OpenTarget | undefined;
  #stopWaiting: (() => void) | undefined;
  #isOver = false;

  constructor(plan: Plan, ways: AttemptWays, context: CallContext, owner: CallOwner, deps: CallDeps) {
    this.#candidates = context.api_key === undefined ? plan.candidates : ofOneProvider(plan, deps.backends);
    this.#ways = ways;
    this.#context = context;
    this.#owner = owner;
    this.#deps = deps;
    this.#account = new CallAccount(context, plan.candidates[0].backend, deps);
    this.#targetSince = deps.clock.now();
  }

  start(): void {
    const { signal } = this.#context;
    if (signal.aborted) {
      this.#giveUp(stopped());
      return;
    }
    signal.addEventListener('abort', this.#stop, { once: true });
    this.#askCandidate();
  }

  resume(): void {
    this.#current?.flow?.resume();
  }

  get call_id(): string {
    return this.#account.begin(this.#asked).id;
  }

  sends(built: BuiltRequest): void {
    if (this.#current) this.#current.built = built;
    if (built.dropped.length > 0) this.#owner.drops?.(built.dropped);
  }

  firstToken(): void {
    this.#account.firstToken();
  }

  begins(): void {
    if (!this.#current) return;
    noteAnswer(this.#current);
    this.#current.way?.begins?.();
  }

  ends(outcome: CallOutcome): void {
    if (this.#isOver) return;
    this.#report(outcome.error, outcome.http_status ?? 0);
    this.#close(outcome);
  }

  fails(error: AppError, status: number): void {
    const current = this.#current;
    if (!current || this.#isOver) return;
    const kind = classifyFailure(error, status);
    noteFailure(current, error, status);
    this.#report(error, status);
    if (current.way?.isClosed?.(status)) {
      this.#tries -= 1;
      this.#askCandidate();
      return;
    }
    this.#failures.push({ candidate: current.candidate, error });
    const step = this.#nextStep(kind, error, current);
    switch (step.type) {
      case 'again':
        this.#stopWaiting = this.#deps.clock.wait(step.after_ms, () => {
          this.#stopWaiting = undefined;
          this.#askCandidate();
        });
        return;
      case 'other_key':
        this.#tries -= 1;
        this.#askCandidate();
        return;
      case 'other_target':
        this.#askNext();
        return;
      case 'give_up':
        this.#giveUp(kind === 'request' || kind === 'cancelled' ? error : undefined);
        return;
    }
  }

  readonly #stop = (): void => {
    this.#stopWaiting?.();
    const flow = this.#stopWaiting ? undefined : this.#current?.flow;
    if (flow) flow.abort();
    else this.#giveUp(stopped());
  };

  #askNext(): void {
    this.#index += 1;
    this.#tries = 0;
    this.#targetSince = this.#deps.clock.now();
    this.#askCandidate();
  }

  #askCandidate(): void {
    const candidate = this.#candidates[this.#index];
    if (!candidate) {
      this.#giveUp();
      return;
    }
    const { backends, health: book, clock } = this.#deps;
    const line = backends.find(candidate.backend);
    if (!line) {
      this.#skip(candidate, unknownBackend(candidate.backend, backends.lines()));
      return;
    }
    // The demo costs nothing; and what was let in once may be tried again.
    const refused = line.demo || this.#tries > 0 ? undefined : this.#deps.refuse?.(this.#spending(candidate));
    if (refused) {
      this.#skip(candidate, refused);
      return;
    }
    const health = book.of(line);
    const entry = health.circuit.enter();
    if (!entry) {
      this.#skip(candidate, circuitOpen(candidate.backend, health));
      return;
    }
    const current: Current = { candidate, health, entry, started: clock.now() };
    this.#current = current;
    try {
      const opening = openTarget(candidate, this.#context.dialect_in, this.#deps);
      if (opening instanceof Promise) void this.#askOpened(current, opening);
      else this.#ask(current, opening);
    } catch (error) {
      this.fails(toAppError(error), 0);
    }
  }

  #spending({ backend }: Candidate): Parameters<SpendingCheck>[0] {
    return { backend, client: this.#context.client, begun: this.attempts > 0 };
  }

  async #askOpened(current: Current, opening: Promise<OpenTarget>): Promise<void> {
    try {
      const open = await opening;
      // Stopped meanwhile: nothing was learned.
      if (this.#isOver) current.health.circuit.leave(current.entry);
      else this.#ask(current, open);
    } catch (error) {
      if (this.#isOver) current.health.circuit.leave(current.entry);
      else this.fails(toAppError(error), 0);
    }
  }

  /** Throws what is wrong with the request. */
  #ask(current: Current, open: OpenTarget): void {
    const { health } = current;
    current.open = open;
    const way = this.#ways(open, health);
    current.way = way;
    this.#asked = open;
    this.attempts += 1;
    this.#tries += 1;
    current.key_index = this.#context.api_key === undefined ? health.keys?.take() : undefined;
    this.#account.begin(open);
    this.#owner.asks?.(open.target, this.attempts);
    const asked = {
      ...open,
      context: this.#context,
      key_index: current.key_index,
      transport: this.#watchedTransport(current, open),
    };
    current.flow = way.start(asked, this);
  }

  #watchedTransport(current: Current, { target }: OpenTarget): Transport {
    const { transport, watch } = this.#deps;
    if (!watch) return transport;
    const to = { number: this.attempts, backend: target.backend, model: target.model };
    return watchTransport(transport, request =>
      watch.sent(this.call_id, to, { ...request, key: current.built?.key ?? null }),
    );
  }

  /** A candidate that is not even asked; why it failed before in this call says more. */
  #skip(candidate: Candidate, error: AppError): void {
    if (!this.#failures.some(failure => failure.candidate === candidate))
      this.#failures.push({ candidate, error });
    this.#askNext();
  }

  #nextStep(kind: FailureKind, error: AppError, { health, key_index: keyIndex }: Current): NextStep {
    const { clock } = this.#deps;
    const standing = {
      kind,
      error,
      tries: this.#tries,
      attempts: this.attempts,
      has_other_key: keyIndex !== undefined && (health.keys?.hasReady() ?? false),
      has_other_target: this.#index + 1 < this.#candidates.length,
      is_open_for_calls: health.circuit.waitMs() === 0,
      elapsed_ms: clock.now() - this.#targetSince,
    };
    return nextStep(standing, this.#deps.retry(), clock.random());
  }

  #giveUp(known?: AppError): void {
    if (this.#isOver) return;
    const [first, ...others] = this.#failures;
    const error = known ?? (first ? sumUpFailures(this.#context.model_asked, [first, ...others]) : stopped());
    // Of what was refused here the ledger holds the status the tool gets, of all else the upstream's.
    const httpStatus = this.attempts === 0 ? statusOf(error) : error.http_status;
    this.#close({ status: statusOfError(error, false), http_status: httpStatus, error });
    this.#owner.fail(error);
  }

  #close(outcome: CallOutcome): void {
    this.#isOver = true;
    this.#context.signal.removeEventListener('abort', this.#stop);
    this.#account.end(outcome, this.attempts, this.#asked);
  }

  #report(error: AppError | undefined, status: number): void {
    const { open, started, built, key_index: keyIndex } = this.#current ?? {};
    // Without a way it was never asked.
    if (!open || started === undefined || !this.#current?.way) return;
    this.#account.report({ open, number: this.attempts, started, key_index: keyIndex, built, error, status });
  }
}
