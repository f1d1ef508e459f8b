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
 * whoever answers speaks. Throws AppError while nothing was sent.
 */
export async function answerCall(call: OpenCall, asking: CallRequest, deps: GatewayDeps): Promise<void> {
  const now = (deps.now ?? Date.now)();
  const request = call.dialect.passthrough.readRequest(asking.body, asking.match);
  const { plan, context } = await planCall(call, asking, request.model, deps);
  const alive = request.stream ? keepAlive(call, { now, silence_ms: deps.timeouts?.silence }) : undefined;
  await new Promise<void>((resolve, reject) => {
    const answer = new Answer({ call, asking, warnings: plan.warnings, passed: { request, now, alive } }, [
      resolve,
      reject,
    ]);
    answer.flow = deps.engine.answer(plan, answer, context, answer);
  });
}

type Answered = { call: OpenCall; asking: CallRequest; warnings: readonly string[]; passed: PassedCall };
type Settle = [resolve: () => void, reject: (error: unknown) => void];

/** One call as the engine sees it: what is asked, and who hears of the answer. */
class Answer implements Question, CallListener, PassOwner {
  readonly bytes: NonNullable<Question['bytes']>;
  flow: CallFlow | undefined;
  readonly #answered: Answered;
  readonly #settle: Settle;
  #translated: Translation | undefined;

  constructor(answered: Answered, settle: Settle) {
    const { call, passed } = answered;
    this.#answered = answered;
    this.#settle = settle;
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
    const [resolve, reject] = this.#settle;
    this.#translation().send(stream).then(resolve, reject);
  }

  fail(error: AppError): void {
    const [resolve, reject] = this.#settle;
    // What should never happen is for the log; the tool is told without details.
    if (error.code === 'internal') {
      reject(error.cause ?? error);
      return;
    }
    this.#answered.call.fail(error);
    resolve();
  }

  drained(): void {
    this.flow?.resume();
  }

  over(): void {
    this.#settle[0]();
  }

  /** Not needed where the bytes pass as they are. */
  #translation(): Translation {
    const { call, asking, warnings, passed } = this.#answered;
    return (this.#translated ??= translateCall(call, { asking, warnings, now: passed.now }));
  }
}
