import type { AppError } from '../contract/errors.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { RouteMatch } from '../dialects/dialect.ts';
import type { CallFlow, CallListener, DeltaStream, Question, Target } from '../engine/engine.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { keepAlive } from './keep-alive.ts';
import type { OpenCall } from './open-call.ts';
import { PassedAnswer } from './pass-call.ts';
import type { PassedCall, PassOwner } from './pass-call.ts';
import { nameTarget, planCall } from './plan-call.ts';
import type { PlannedCall } from './plan-call.ts';
import type { ToolRequest } from './plain/tool-exchange.ts';
import { setWarnings } from './set-warnings.ts';
import { translateCall } from './translate-call.ts';
import type { Translation } from './translate-call.ts';

export type CallRequest = {
  request: ToolRequest;
  client: string;
  body: Buffer;
  /** What the address said, where it has parameters. */
  match?: RouteMatch | undefined;
};

/**
 * Answers one request for a model, in the dialect it came in: with the upstream's own bytes or through our own words, as
 * whoever answers speaks. Throws, or rejects with, an AppError while nothing was asked; from then on the call is told.
 */
export function answerCall(call: OpenCall, asking: CallRequest, deps: GatewayDeps): Promise<void> | void {
  const now = (deps.now ?? Date.now)();
  const request = call.dialect.passthrough.readRequest(asking.body, asking.match);
  const start = ({ plan, context }: PlannedCall): void => {
    const alive = request.stream ? keepAlive(call, { now, silence_ms: deps.timeouts?.silence }) : undefined;
    const answer = new Answer({ call, asking, warnings: plan.warnings, passed: { request, now, alive } });
    answer.flow = deps.engine.answer(plan, answer, context, answer);
  };
  const planned = planCall(call, asking, request.model, deps);
  if (planned instanceof Promise) return planned.then(start);
  start(planned);
  return undefined;
}

type Answered = { call: OpenCall; asking: CallRequest; warnings: readonly string[]; passed: PassedCall };

/** One call as the engine sees it: what is asked, and who hears of the answer. */
class Answer implements Question, CallListener, PassOwner {
  readonly bytes: NonNullable<Question['bytes']>;
  flow: CallFlow | undefined;
  readonly #answered: Answered;
  #translated: Translation | undefined;

  constructor(answered: Answered) {
    const { call, passed } = answered;
    this.#answered = answered;
    this.bytes = { request: passed.request, sink: new PassedAnswer(call, passed, this) };
  }

  asks(target: Target, attempts: number): void {
    const { call, warnings } = this.#answered;
    nameTarget(call, target);
    call.headers['parley-attempts'] = String(attempts);
    setWarnings(call, warnings);
  }

  drops(fields: readonly string[]): void {
    const { call, warnings } = this.#answered;
    setWarnings(call, warnings, fields);
  }

  words(target: Target): ChatRequest {
    return this.#translation().words(target);
  }

  deltas(stream: DeltaStream): void {
    const { call } = this.#answered;
    this.#translation()
      .send(stream)
      .catch((error: unknown) => call.giveUp(error));
  }

  fail(error: AppError): void {
    const { call } = this.#answered;
    if (error.code === 'internal') call.giveUp(error.cause ?? error);
    else call.fail(error);
  }

  drained(): void {
    this.flow?.resume();
  }

  /** Not needed where the bytes pass as they are. */
  #translation(): Translation {
    const { call, asking, warnings, passed } = this.#answered;
    return (this.#translated ??= translateCall(call, { asking, warnings, now: passed.now }));
  }
}
