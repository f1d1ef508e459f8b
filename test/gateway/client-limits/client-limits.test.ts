import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import type { GatewayKey, KeyTotal } from '../../../electron/contract/keys.ts';
import { dialects } from '../../../electron/dialects/registry.ts';
import { createClientLimits } from '../../../electron/gateway/client-limits/client-limits.ts';
import { createRequestWindow } from '../../../electron/gateway/client-limits/request-window.ts';

const noon = new Date(2026, 2, 15, 12).getTime();
const nothing = { calls: 0, cost_usd: 0, tokens: 0, unpriced_calls: 0, uncounted_calls: 0, running: 0 };

function makeKey(limits: Partial<GatewayKey>): GatewayKey {
  return {
    id: 'k1',
    name: 'tool',
    prefix: 'parley-abcd',
    created_at: '2026-01-01T00:00:00.000Z',
    last_used_at: null,
    revoked_at: null,
    allowed_models: null,
    requests_per_minute: null,
    budget: null,
    expires_at: null,
    ...limits,
  };
}

function setUp(limits: Partial<GatewayKey> = {}) {
  const state = {
    key: makeKey(limits),
    used: { ...nothing } as KeyTotal & { running: number },
    time: noon,
    asked: [] as { id: string; since: Date }[],
  };
  const checks = createClientLimits({
    verify: presented => (presented === 'secret' ? state.key : undefined),
    named: name => (name === state.key.name ? state.key : undefined),
    used(id, since) {
      state.asked.push({ id, since });
      return state.used;
    },
    now: () => state.time,
  });
  return { state, checks };
}

function caught(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was refused');
}

const llama = { backend: 'groq', model: 'openai/llama' };
const small = { backend: 'work', model: 'small' };

describe('models a key may use', () => {
  it('are those whose full name fits, or all of an alias that fits itself', () => {
    const { checks } = setUp({ allowed_models: ['groq/*', 'fast'] });
    expect(checks.admit('tool', 'groq/openai/llama', [llama])).toEqual([llama]);
    expect(checks.admit('tool', 'fast', [llama, small])).toEqual([llama, small]);
    expect(checks.admit('tool', 'cheap', [small, llama])).toEqual([llama]);
    expect(checks.admit('tool', 'openai/llama', [llama])).toEqual([llama]);
  });

  it('leave out everything else, in one sentence and before anything is counted', () => {
    const { checks, state } = setUp({ allowed_models: ['groq/*'], requests_per_minute: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const error = caught(() => checks.admit('tool', 'work/small', [small]));
      expect([error.code, error.http_status]).toEqual(['model_not_allowed', 403]);
      expect(error.message).toBe(
        'The gateway key tool may not use "work/small", only groq/*; change that with `parley keys edit tool --models …`.',
      );
    }
    expect(state.asked).toEqual([]);
    expect(checks.admit('tool', 'groq/x', [llama])).toEqual([llama]);
  });

  it('decide what a list shows', () => {
    const { checks } = setUp({ allowed_models: ['groq/*', 'fast'] });
    expect(checks.mayUse('tool', 'groq/a')).toBe(true);
    expect(checks.mayUse('tool', 'work/small')).toBe(false);
    expect(checks.mayUse('tool', 'cheap', 'work/small', 'groq/a')).toBe(true);
    expect(checks.mayUse('anonymous', 'work/small')).toBe(true);
    expect(setUp().checks.mayUse('tool', 'work/small')).toBe(true);
  });

  it('are all of them for whoever has no key or no list', () => {
    const { checks } = setUp({ allowed_models: ['groq/*'] });
    expect(checks.admit('anonymous', 'work/small', [small])).toEqual([small]);
    expect(setUp().checks.admit('tool', 'work/small', [small])).toEqual([small]);
  });
});

describe('calls a minute', () => {
  it('are let in up to the limit, and again as soon as the oldest is a minute old', () => {
    const { checks, state } = setUp({ requests_per_minute: 2 });
    const admit = (): unknown => checks.admit('tool', 'groq/x', [llama]);
    admit();
    state.time += 20_000;
    admit();
    state.time += 20_000;
    const error = caught(admit);
    expect([error.code, error.http_status, error.retry_after_ms]).toEqual(['rate_limited', 429, 20_000]);
    expect(error.message).toBe('The gateway key tool may make 2 calls a minute; try again in 20 s.');
    state.time += 19_999;
    expect(caught(admit).retry_after_ms).toBe(1);
    state.time += 1;
    admit();
    expect(caught(admit).retry_after_ms).toBe(20_000);
  });

  it('count for each key alone, and follow an edit at once', () => {
    const { checks, state } = setUp({ requests_per_minute: 1 });
    const admit = (): unknown => checks.admit('tool', 'groq/x', [llama]);
    admit();
    expect(caught(admit).code).toBe('rate_limited');
    state.key = makeKey({ id: 'k2', requests_per_minute: 1 });
    admit();
    expect(caught(admit).code).toBe('rate_limited');
    state.key = makeKey({ id: 'k2', requests_per_minute: null });
    admit();
    state.key = makeKey({ id: 'k2', requests_per_minute: 3 });
    for (let call = 0; call < 3; call += 1) admit();
    expect(caught(admit).code).toBe('rate_limited');
  });

  it('never are more than the limit in any minute, and never wait longer than one', () => {
    const window = createRequestWindow(5);
    const entered: number[] = [];
    let time = 0;
    let longestWait = 0;
    for (let step = 0; step < 2000; step += 1) {
      time += (step * 7919) % 9001;
      const wait = window.enter(time);
      if (wait === 0) entered.push(time);
      longestWait = Math.max(longestWait, wait);
    }
    expect(longestWait).toBeLessThanOrEqual(60_000);
    expect(entered.length).toBeGreaterThan(500);
    for (const [index, at] of entered.entries()) {
      const sixth = entered[index + 5] ?? Infinity;
      expect(sixth - at).toBeGreaterThanOrEqual(60_000);
    }
  });

  it('go on when the clock is set back', () => {
    const window = createRequestWindow(1);
    window.enter(noon);
    expect(window.enter(noon - 3_600_000)).toBe(0);
    expect(window.enter(noon - 3_600_000)).toBe(60_000);
  });
});

describe('a budget', () => {
  const daily = { amount: 5, unit: 'usd', period: 'day' } as const;
  const spend = (used: Partial<typeof nothing>, limits: Partial<GatewayKey>) => {
    const { checks, state } = setUp(limits);
    state.used = { ...nothing, ...used };
    return { state, admit: () => checks.admit('tool', 'groq/x', [llama]) };
  };

  it('is asked for since the beginning of its day or month here', () => {
    const { state, admit } = spend({ calls: 9, cost_usd: 4.99 }, { budget: daily });
    admit();
    state.key = makeKey({ budget: { ...daily, period: 'month' } });
    admit();
    expect(state.asked).toEqual([
      { id: 'k1', since: new Date(2026, 2, 15) },
      { id: 'k1', since: new Date(2026, 2, 1) },
    ]);
  });

  it('refuses once it is spent, until the next day or month begins', () => {
    const { state, admit } = spend({ calls: 9, cost_usd: 5 }, { budget: daily });
    const error = caught(admit);
    expect([error.code, error.http_status, error.retry_after_ms]).toEqual([
      'budget_spent',
      429,
      12 * 3_600_000,
    ]);
    expect(error.message).toBe(
      'The gateway key tool has spent its budget of 5 USD for this day; raise it with `parley keys edit tool --budget …`, or wait for the next day.',
    );
    state.key = makeKey({ budget: { ...daily, period: 'month' } });
    const left = new Date(2026, 3, 1).getTime() - noon;
    expect(caught(admit).retry_after_ms).toBe(left);
  });

  it('in tokens counts tokens, whatever they cost', () => {
    const budget = { amount: 1000, unit: 'tokens', period: 'day' } as const;
    spend({ calls: 1, cost_usd: 99, tokens: 999 }, { budget }).admit();
    expect(caught(spend({ calls: 1, tokens: 1000 }, { budget }).admit).code).toBe('budget_spent');
  });

  it('in money is not touched by calls of unknown price', () => {
    expect(spend({ calls: 50, unpriced_calls: 50, tokens: 1e9 }, { budget: daily }).admit()).toEqual([llama]);
  });

  it('keeps room for the calls that run, at what the others cost, and says to try again soon', () => {
    const used = { calls: 4, cost_usd: 4 };
    spend({ ...used }, { budget: daily }).admit();
    const error = caught(spend({ ...used, running: 1 }, { budget: daily }).admit);
    expect([error.code, error.retry_after_ms]).toEqual(['rate_limited', 2_000]);
    spend({ calls: 40, cost_usd: 4, running: 9 }, { budget: daily }).admit();
    // Of eight calls four say nothing of their price.
    const half = { calls: 8, cost_usd: 4, unpriced_calls: 4, running: 1 };
    expect(caught(spend(half, { budget: daily }).admit).code).toBe('rate_limited');
    spend({ running: 100 }, { budget: daily }).admit();
  });

  it('keeps room for calls that were let in and are not in the ledger yet', () => {
    const { checks, state } = setUp({ budget: daily });
    state.used = { ...nothing, calls: 4, cost_usd: 4 };
    const admit = (callId: string): unknown => checks.admit('tool', 'groq/x', [llama], callId);
    admit('1');
    expect(caught(() => admit('2')).code).toBe('rate_limited');
    checks.begun('1');
    admit('3');
    expect(caught(() => admit('4')).code).toBe('rate_limited');
    // What became of it nobody knows.
    state.time += 60_001;
    admit('5');
  });

  it('that is spent takes nothing from the calls a minute', () => {
    const { state, admit } = spend({ calls: 1, cost_usd: 9 }, { budget: daily, requests_per_minute: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) expect(caught(admit).code).toBe('budget_spent');
    state.used = { ...nothing };
    admit();
  });

  it('is told to tools in their own words, as final, with the seconds to wait', () => {
    const error = caught(spend({ calls: 9, cost_usd: 5 }, { budget: daily }).admit);
    for (const dialect of Object.values(dialects)) {
      const { status, headers, body } = dialect.server.encodeError(error);
      expect({ name: dialect.name, status, headers }).toEqual({
        name: dialect.name,
        status: 429,
        headers: { 'retry-after': String(12 * 3600), 'x-should-retry': 'false' },
      });
      expect(JSON.stringify(body)).toContain('has spent its budget');
    }
    expect(dialects.openai_completions.server.encodeError(error).body).toMatchObject({
      error: { type: 'rate_limit_error', code: 'insufficient_quota' },
    });
  });
});

describe('a key', () => {
  it('is known until the moment it expires', () => {
    const { checks, state } = setUp({ expires_at: new Date(noon + 1).toISOString() });
    expect(checks.verify('secret')).toEqual({ id: 'k1', name: 'tool' });
    expect(checks.verify('other')).toBeUndefined();
    state.time += 1;
    const error = caught(() => checks.verify('secret'));
    expect([error.code, error.http_status]).toEqual(['invalid_gateway_key', 401]);
    expect(error.message).toMatch(
      /^The gateway key tool expired at .*`parley keys edit tool --expires DATE`\.$/,
    );
  });

  it('with a name of several words is quoted where a command is given', () => {
    const { checks } = setUp({ name: "Ann's tool", allowed_models: ['x'] });
    const error = caught(() => checks.admit("Ann's tool", 'groq/x', [llama]));
    expect(error.message).toContain("parley keys edit 'Ann'\\''s tool' --models");
  });
});
