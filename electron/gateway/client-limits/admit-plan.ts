import { noNumbers } from '../../contract/calls.ts';
import type { Model } from '../../contract/models.ts';
import { AppError } from '../../contract/errors.ts';
import { statusOf } from '../../dialects/error-status.ts';
import type { CallContext, Candidate, Plan } from '../../engine/engine.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { toClientError } from '../to-client-error.ts';

type Limited = Pick<GatewayDeps, 'limits' | 'calls' | 'now'>;

/**
 * What of a plan the client may ask, and counts the call. A call that is refused here is a row of the ledger. Throws
 * model_not_allowed, rate_limited, budget_spent.
 */
export function admitPlan(plan: Plan, context: CallContext, deps: Limited): Plan {
  try {
    const { client, model_asked: asked, call_id: callId } = context;
    return narrow(plan, deps.limits?.admit(client, asked, plan.candidates, callId));
  } catch (error) {
    recordRefusal(plan, context, toClientError(error), deps);
    throw error;
  }
}

/** The same for a question that is no call, such as how many tokens there are: it costs nothing and counts for nothing. */
export function allowPlan(plan: Plan, context: CallContext, { limits }: Limited): Plan {
  return narrow(plan, limits?.allow(context.client, context.model_asked, plan.candidates));
}

/** Those of a list the client may use. */
export function visibleModels(models: Model[], client: string, { limits }: Limited): Model[] {
  return limits ? models.filter(model => limits.mayUse(client, model.id)) : models;
}

/** The model, if the client may use it. Throws unknown_model. */
export function visibleModel(model: Model, client: string, deps: Limited): Model {
  if (visibleModels([model], client, deps).length > 0) return model;
  throw new AppError(
    'unknown_model',
    `There is no model "${model.id}" for the gateway key ${client}; GET /v1/models lists those there are.`,
    { http_status: 404 },
  );
}

function narrow(plan: Plan, allowed: readonly Candidate[] | undefined): Plan {
  if (!allowed || allowed === plan.candidates) return plan;
  const [first, ...others] = allowed;
  // Where nothing is left the limits have thrown.
  return first ? { ...plan, candidates: [first, ...others] } : plan;
}

function recordRefusal(
  { candidates: [first] }: Plan,
  { call_id: id, client, model_asked: modelAsked, dialect_in: dialectIn }: CallContext,
  error: AppError,
  { calls, now = Date.now }: Limited,
): void {
  if (id === undefined) return;
  calls?.begin({
    id,
    started_at: new Date(now()).toISOString(),
    client,
    backend: first.backend,
    model_asked: modelAsked,
    dialect_in: dialectIn,
    dialect_out: null,
  });
  calls?.end({
    id,
    model_answered: null,
    status: 'error',
    http_status: statusOf(error),
    error_code: error.code,
    ...noNumbers,
    price: null,
    first_token_ms: null,
    duration_ms: 0,
    attempts: 0,
  });
}
