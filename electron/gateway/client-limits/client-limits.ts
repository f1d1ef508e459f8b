import { AppError } from '../../contract/errors.ts';
import { PassingMap } from '../../contract/passing-map.ts';
import { periodAround, spentOf, unknownOf } from '../../contract/keys.ts';
import type { GatewayKey, KeyBudget, KeyTotal } from '../../contract/keys.ts';
import { matchesModel } from './match-model.ts';
import { createRequestWindow } from './request-window.ts';
import type { RequestWindow } from './request-window.ts';

/** What holds the clients of the gateway to the limits of their keys. Clients without a key have none. */
export type ClientLimits = {
  /** Whose key it is. Throws invalid_gateway_key where it has expired. */
  verify(key: string): { id: string; name: string } | undefined;
  /** Whether the client may use a model under one of these names. */
  mayUse(client: string, ...names: readonly string[]): boolean;
  /** Those of the models the client may ask. Throws model_not_allowed where there is none. */
  allow<T extends Model>(client: string, asked: string, models: readonly T[]): readonly T[];
  /**
   * Counts a call, and returns those of the models it may go to. `asked` is the name the tool gave. Throws
   * model_not_allowed, budget_spent, rate_limited.
   */
  admit<T extends Model>(client: string, asked: string, models: readonly T[], callId?: string): readonly T[];
  /** A call that was admitted is in the ledger now, which counts it among those that run. */
  begun(callId: string): void;
};

type Model = { backend: string; model: string };

export type ClientLimitsDeps = {
  /** The key presented, unless it is unknown or revoked. */
  verify(key: string): GatewayKey | undefined;
  /** The key a client is. */
  named(name: string): GatewayKey | undefined;
  /** What a key used since then, and how many of its calls run. */
  used(keyId: string, since: Date): KeyTotal & { running: number };
  /** Milliseconds since 1970. */
  now?: () => number;
};

/** A call on its way from the door to the ledger; one that gets lost there is forgotten after a minute. */
type Reservation = { key_id: string; time: number };
const reservedForMs = 60_000;

type Window = { limit: number; window: RequestWindow };

export function createClientLimits(deps: ClientLimitsDeps): ClientLimits {
  const { now = Date.now } = deps;
  const windows = new Map<string, Window>();
  const reserved = new PassingMap<string, Reservation>();

  const reservedBy = (keyId: string): number => {
    let count = 0;
    for (const [callId, { key_id: holder, time }] of reserved.entries()) {
      if (now() - time > reservedForMs) reserved.delete(callId);
      else if (holder === keyId) count += 1;
    }
    return count;
  };

  const checkRate = ({ id, name, requests_per_minute: limit }: GatewayKey): void => {
    if (limit === null) return;
    const known = windows.get(id);
    const entry = known?.limit === limit ? known : { limit, window: createRequestWindow(limit) };
    windows.set(id, entry);
    const wait = entry.window.enter(now());
    if (wait > 0) throw rateLimited(name, limit, wait);
  };

  const checkBudget = (key: GatewayKey): void => {
    const { budget } = key;
    if (!budget) return;
    const time = now();
    const { since, until } = periodAround(budget.period, new Date(time));
    const used = deps.used(key.id, since);
    const spent = spentOf(used, budget.unit);
    if (spent >= budget.amount) throw budgetSpent(key.name, budget, until.getTime() - time);
    // Calls that run will cost something: as much as the others did, for want of anything better.
    const running = used.running + reservedBy(key.id);
    const known = used.calls - unknownOf(used, budget.unit);
    const expected = known > 0 ? (spent / known) * running : 0;
    if (running > 0 && spent + expected >= budget.amount) throw budgetNearlySpent(key.name, running);
  };

  return {
    verify(presented) {
      const key = deps.verify(presented);
      if (!key) return undefined;
      if (key.expires_at !== null && Date.parse(key.expires_at) <= now()) throw expired(key);
      return { id: key.id, name: key.name };
    },
    mayUse(client, ...names) {
      const patterns = deps.named(client)?.allowed_models ?? null;
      return patterns === null || names.some(name => matchesModel(patterns, name));
    },
    allow: (client, asked, models) => allowedModels(deps.named(client), asked, models),
    admit(client, asked, models, callId) {
      const key = deps.named(client);
      const allowed = allowedModels(key, asked, models);
      if (key) {
        checkBudget(key);
        checkRate(key);
        if (key.budget && callId !== undefined) reserved.set(callId, { key_id: key.id, time: now() });
      }
      return allowed;
    },
    begun(callId) {
      if (reserved.size > 0) reserved.delete(callId);
    },
  };
}

/** All of them where the name that was asked for is allowed: an alias may be given without what is behind it. */
function allowedModels<T extends Model>(
  key: GatewayKey | undefined,
  asked: string,
  models: readonly T[],
): readonly T[] {
  const patterns = key?.allowed_models ?? null;
  if (!key || patterns === null || matchesModel(patterns, asked)) return models;
  const allowed = models.filter(({ backend, model }) => matchesModel(patterns, `${backend}/${model}`));
  if (allowed.length === 0) throw notAllowed(key, asked);
  return allowed;
}

function expired({ name, expires_at: expiresAt }: GatewayKey): AppError {
  return new AppError(
    'invalid_gateway_key',
    `The gateway key ${name} expired at ${expiresAt ?? ''}; extend it with \`parley keys edit ${quote(name)} --expires DATE\`.`,
    { http_status: 401 },
  );
}

function notAllowed({ name, allowed_models: patterns }: GatewayKey, asked: string): AppError {
  const listed = (patterns ?? []).slice(0, 10).join(', ');
  return new AppError(
    'model_not_allowed',
    `The gateway key ${name} may not use "${asked.slice(0, 200)}", only ${listed}; change that with \`parley keys edit ${quote(name)} --models …\`.`,
    { http_status: 403 },
  );
}

function rateLimited(name: string, limit: number, wait: number): AppError {
  const calls = limit === 1 ? 'one call' : `${limit} calls`;
  return new AppError(
    'rate_limited',
    `The gateway key ${name} may make ${calls} a minute; try again in ${Math.ceil(wait / 1000)} s.`,
    { http_status: 429, retry_after_ms: wait },
  );
}

function budgetSpent(name: string, { amount, unit, period }: KeyBudget, wait: number): AppError {
  const budget = unit === 'usd' ? `${amount} USD` : `${amount} tokens`;
  return new AppError(
    'budget_spent',
    `The gateway key ${name} has spent its budget of ${budget} for this ${period}; raise it with \`parley keys edit ${quote(name)} --budget …\`, or wait for the next ${period}.`,
    { http_status: 429, retry_after_ms: wait },
  );
}

/** Not final, because the calls that run may turn out to cost less. */
function budgetNearlySpent(name: string, running: number): AppError {
  return new AppError(
    'rate_limited',
    `What is left of the budget of the gateway key ${name} is taken by its ${running === 1 ? 'call that runs' : `${running} calls that run`}; try again once they have ended.`,
    { http_status: 429, retry_after_ms: 2_000 },
  );
}

function quote(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
