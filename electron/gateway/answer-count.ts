import type { TokenCounting } from '../dialects/token-counting.ts';
import type { CallRequest } from './answer-call.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { parseBody } from './parse-body.ts';
import { nameTarget, planCall } from './plan-call.ts';
import { sendJson } from './send-answer.ts';

/** Answers how many tokens a request has; `parley-tokens` says where they were estimated. No row of the ledger: no model answers. */
export async function answerCount(
  call: OpenCall,
  asking: CallRequest,
  { server }: TokenCounting,
  deps: GatewayDeps,
): Promise<void> {
  const body = parseBody(asking.body);
  const route = asking.match;
  const model = server.readModel(body, route);
  const { plan, context } = await planCall(call, asking, { model, is_recorded: false }, deps);
  const count = await deps.engine.countTokens(plan, { dialect: call.dialect.name, body, route }, context);
  nameTarget(call, count.target);
  if (count.origin === 'estimated') call.headers['parley-tokens'] = 'estimated';
  const answer = count.body ?? server.encodeResponse(count.tokens);
  if (!isOver(call.response)) sendJson(call.response, 200, answer, call.headers);
}
