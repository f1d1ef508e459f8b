import type { IncomingMessage } from 'node:http';

import type { RouteMatch } from '../dialects/dialect.ts';
import type { CallListener, Target } from '../engine/engine.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { keepAlive } from './keep-alive.ts';
import type { OpenCall } from './open-call.ts';
import { passCall } from './pass-call.ts';
import { nameTarget, planCall } from './plan-call.ts';
import { setWarnings } from './set-warnings.ts';
import { translateCall } from './translate-call.ts';

export type CallRequest = {
  request: IncomingMessage;
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
  await new Promise<void>((resolve, reject) => {
    const silence = deps.timeouts?.silence;
    const alive = request.stream ? keepAlive(call, { now, silence_ms: silence }) : undefined;
    const sink = passCall(call, { request, now, alive, over: resolve });
    const translation = translateCall(call, { asking, warnings: plan.warnings, now });
    const listener: CallListener = {
      asks(target, attempts) {
        nameTarget(call, target);
        call.headers['parley-attempts'] = String(attempts);
        setWarnings(call, plan.warnings);
      },
      drops: fields => setWarnings(call, plan.warnings, fields),
      deltas(stream) {
        translation.send(stream).then(resolve, reject);
      },
      fail(error) {
        // What should never happen is for the log; the tool is told without details.
        if (error.code === 'internal') {
          reject(error.cause ?? error);
          return;
        }
        call.fail(error);
        resolve();
      },
    };
    const question = { bytes: { request, sink }, words: (target: Target) => translation.words(target) };
    const flow = deps.engine.answer(plan, question, context, listener);
    call.response.on('drain', () => {
      flow.resume();
    });
  });
}
