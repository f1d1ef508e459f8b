import type { TokenCounting } from '../dialects/token-counting.ts';
import type { CallContext } from '../engine/engine.ts';
import type { CountAsked, TokenCount } from '../engine/count-tokens.ts';
import type { CallRequest } from './answer-call.ts';
import { allowPlan } from './client-limits/admit-plan.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { parseBody } from './parse-body.ts';
import { watchAside } from './inspector/watch-aside.ts';
import { watchReceived } from './inspector/watch-received.ts';
import { nameTarget, openContext } from './plan-call.ts';
import { sendJson } from './send-answer.ts';

/**
 * Answers how many tokens a request has; `parley-tokens` says where they were estimated. No row of the ledger: no model
 * answers. Who watches calls sees it beside them.
 */
export async function answerCount(
  call: OpenCall,
  asking: CallRequest,
  { server }: TokenCounting,
  deps: GatewayDeps,
): Promise<void> {
  const body = parseBody(asking.body);
  const route = asking.match;
  const model = server.readModel(body, route);
  const context = openContext(call, asking, model);
  watchReceived(context, call, asking, deps);
  const aside = watchAside(context, deps);
  let count: TokenCount;
  try {
    count = await countFor(call, { body, route }, context, deps);
  } catch (error) {
    aside.fail(error);
    throw error;
  }
  aside.end(count);
  nameTarget(call, count.target);
  if (count.origin === 'estimated') call.headers['parley-tokens'] = 'estimated';
  const answer = count.body ?? server.encodeResponse(count.tokens);
  if (!isOver(call.response)) sendJson(call.response, 200, answer, call.headers);
}

async function countFor(
  { dialect }: OpenCall,
  asked: Pick<CountAsked, 'body' | 'route'>,
  context: CallContext,
  deps: GatewayDeps,
): Promise<TokenCount> {
  const plan = allowPlan(await deps.engine.resolveModel(context.model_asked), context, deps);
  return deps.engine.countTokens(plan, { dialect: dialect.name, ...asked }, context);
}
