import type { EmbeddingServer } from '../dialects/embeddings.ts';
import type { CallRequest } from './answer-call.ts';
import { headerValue } from './answer-headers.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { parseBody } from './parse-body.ts';
import { nameTarget, planCall } from './plan-call.ts';
import { sendJson } from './send-answer.ts';

/** Answers with vectors, whichever format the upstream gives them in. Throws AppError while nothing was sent. */
export async function answerEmbedding(
  call: OpenCall,
  asking: CallRequest,
  server: EmbeddingServer,
  deps: GatewayDeps,
): Promise<void> {
  const body = parseBody(asking.body);
  const route = asking.match;
  const model = server.readModel(body, route);
  const { plan, context } = await planCall(call, asking, model, deps);
  const asked = { dialect: call.dialect.name, server, body, route };
  const result = await deps.engine.embed(plan, asked, context, (target, attempts) => {
    nameTarget(call, target);
    call.headers['parley-attempts'] = String(attempts);
  });
  const ignored = result.warnings.length === 0 ? [] : [`ignored: ${result.warnings.join(', ')}`];
  const warnings = [...plan.warnings, ...ignored];
  if (warnings.length > 0) call.headers['parley-warnings'] = headerValue(warnings.join(' | '));
  if (result.origin === 'estimated') call.headers['parley-tokens'] = 'estimated';
  if (!isOver(call.response)) sendJson(call.response, 200, result.body, call.headers);
}
