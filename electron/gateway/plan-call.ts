import { newId } from '../contract/new-id.ts';
import type { CallContext, Plan, Target } from '../engine/engine.ts';
import type { CallRequest } from './answer-call.ts';
import { headerValue } from './answer-headers.ts';
import { admitPlan } from './client-limits/admit-plan.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { watchReceived } from './inspector/watch-received.ts';
import type { OpenCall } from './open-call.ts';

export type PlannedCall = { plan: Plan; context: CallContext };

/**
 * Who may answer a call, and who asks; waits only where lists of models have to be read. Throws, or rejects with, unknown_model,
 * a row of the ledger like any other.
 */
export function planCall(
  call: OpenCall,
  asking: CallRequest,
  model: string,
  deps: GatewayDeps,
): PlannedCall | Promise<PlannedCall> {
  const context = openContext(call, asking, model);
  watchReceived(context, call, asking, deps);
  const admit = (plan: Plan): PlannedCall => ({ plan: admitPlan(plan, context, deps), context });
  const plan = deps.engine.resolveModel(model, { record_for: context });
  return plan instanceof Promise ? plan.then(admit) : admit(plan);
}

/** Who asks for what; the answer carries its id from now on. */
export function openContext(
  call: OpenCall,
  { request, client }: CallRequest,
  model: string,
): CallContext & { call_id: string } {
  const id = newId();
  call.headers['x-request-id'] = id;
  const key = request.headers['parley-api-key'];
  return {
    call_id: id,
    client,
    dialect_in: call.dialect.name,
    model_asked: model,
    ...(typeof key === 'string' && key !== '' ? { api_key: key } : {}),
    headers: bodyHeaders(call, request),
    signal: call.signal,
  };
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
