import { randomUUID } from 'node:crypto';

import type { CallContext, Plan, Target } from '../engine/engine.ts';
import type { CallRequest } from './answer-call.ts';
import { headerValue } from './answer-headers.ts';
import { admitPlan, allowPlan } from './client-limits/admit-plan.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { watchReceived } from './inspector/watch-received.ts';
import type { OpenCall } from './open-call.ts';

export type PlannedCall = { plan: Plan; context: CallContext };

/** Who may answer a request that is no chat, and who asks. Throws unknown_model, a row of the ledger where calls are. */
export async function planCall(
  call: OpenCall,
  asking: CallRequest,
  { model, is_recorded: isRecorded }: { model: string; is_recorded: boolean },
  deps: GatewayDeps,
): Promise<PlannedCall> {
  const { request, client } = asking;
  const id = randomUUID();
  call.headers['x-request-id'] = id;
  const key = request.headers['parley-api-key'];
  const context: CallContext = {
    call_id: id,
    client,
    dialect_in: call.dialect.name,
    model_asked: model,
    ...(typeof key === 'string' && key !== '' ? { api_key: key } : {}),
    headers: bodyHeaders(call, request),
    signal: call.signal,
  };
  if (!isRecorded) return { plan: allowPlan(await deps.engine.resolveModel(model), context, deps), context };
  watchReceived(context, call, asking, deps);
  const plan = await deps.engine.resolveModel(model, { record_for: context });
  return { plan: admitPlan(plan, context, deps), context };
}

function bodyHeaders({ dialect }: OpenCall, { headers }: CallRequest['request']): Record<string, string> {
  const own: Record<string, string> = {};
  for (const name of dialect.passthrough.headers ?? []) {
    const value = headers[name];
    if (typeof value === 'string') own[name] = value;
  }
  return own;
}

/** The answer says who gave it. */
export function nameTarget(call: OpenCall, { backend, model }: Target): void {
  call.headers['parley-backend'] = headerValue(backend);
  call.headers['parley-model'] = headerValue(model);
}
