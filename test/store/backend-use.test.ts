import { expect, test } from 'vitest';

import { makeEnd, makeStart, openTestStore } from './test-store.ts';

test("a month's use of each backend, and how its newest call ended", async () => {
  const store = openTestStore();
  const call = (minute: number, backend: string, end: Parameters<typeof makeEnd>[1] = {}): string => {
    const at = new Date(2026, 2, 15, 12, minute).toISOString();
    const start = makeStart({ started_at: at, backend });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, end));
    return at;
  };
  const failed = {
    status: 'error',
    error_code: 'http_error',
    cost_usd: null,
    input_tokens: null,
    output_tokens: null,
  } as const;
  call(1, 'groq', failed);
  call(2, 'groq');
  call(3, 'groq', { status: 'cancelled' });
  call(1, 'work');
  const at = call(2, 'work', { ...failed, error_code: 'upstream_timeout' });
  call(3, 'work', { status: 'cancelled', cost_usd: null });
  call(1, 'local', { cost_usd: null });
  const old = makeStart({ started_at: new Date(2026, 1, 3).toISOString(), backend: 'groq' });
  store.calls.begin(old);
  store.calls.end(makeEnd(old.id));
  const use = await store.usage.ask('backendUse', { month: '2026-03', recent: '2026-02-01' });
  expect(use).toEqual([
    { backend: 'groq', calls: 3, errors: 1, cost_usd: 0.5, unknown_cost_calls: 0, last_error: null },
    {
      backend: 'work',
      calls: 3,
      errors: 1,
      cost_usd: 0.25,
      unknown_cost_calls: 1,
      last_error: { code: 'upstream_timeout', at },
    },
    { backend: 'local', calls: 1, errors: 0, cost_usd: null, unknown_cost_calls: 1, last_error: null },
  ]);
});
