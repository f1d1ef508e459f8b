import { expect, onTestFinished, test, vi } from 'vitest';

import { openBudgets } from '../../electron/desks/budget-desk.ts';
import { setBudget, removeBudget } from '../../electron/config/edit-budgets.ts';
import { wordBudgetNotice } from '../../electron/contract/budget-notice.ts';
import type { BudgetNotice } from '../../electron/contract/budget-notice.ts';
import { budgetsSchema, paceOfBudget } from '../../electron/contract/budgets.ts';
import { configSchema } from '../../electron/contract/config.ts';
import { menuLabels } from '../../electron/contract/menu-labels.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { statusOf } from '../../electron/dialects/error-status.ts';
import { parseDocument } from 'yaml';
import { makeDataDir, makeEnd, makeStart, openTestStore } from '../store/test-store.ts';

function deskWith(budgets: unknown[], file = `${makeDataDir()}/parley.db`) {
  const store = openTestStore({ file });
  const config = configSchema.parse({ budgets });
  const notices: BudgetNotice[] = [];
  const desk = openBudgets({
    config: { current: () => config, update: () => Promise.reject(new Error('not here')) },
    store,
    hub: { emit: (_name, payload) => void notices.push(payload as BudgetNotice) }, // the desk emits nothing else
    onProblem(error) {
      throw error;
    },
  });
  onTestFinished(() => desk.close());
  const spend = (cost: number, changes: Parameters<typeof makeStart>[0] = {}): void => {
    const start = makeStart({ started_at: new Date().toISOString(), ...changes });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, { cost_usd: cost }));
  };
  return { store, desk, notices, spend };
}

const ask = (backend: string, client: string) => ({ backend, client, begun: false });

test('only a budget that stops refuses, only its own calls, and says why and what to do', () => {
  const { desk, spend } = deskWith([
    { backend: 'groq', amount: 1, stop: true },
    { client: 'tool', amount: 500, unit: 'tokens', period: 'day', stop: true },
    { amount: 0.01 },
  ]);
  expect(desk.refuse(ask('groq', 'chat'))).toBeUndefined();
  for (const cost of [0.5, 0.5]) spend(cost, { backend: 'groq' });
  expect(desk.refuse(ask('work', 'chat'))).toBeUndefined();
  const error = desk.refuse(ask('groq', 'chat'));
  expect(error?.message).toBe(
    'The budget for groq is spent ($1.00 of $1.00 this month); raise it or switch its stop off under Usage → Budgets, or wait until next month.',
  );
  expect(error).toMatchObject({ code: 'budget_spent', http_status: 429 });
  expect(error?.retry_after_ms).toBeGreaterThan(0);
  for (let call = 0; call < 5; call += 1) spend(0, { backend: 'work', client: 'tool' });
  expect(desk.refuse(ask('work', 'tool'))?.message).toContain(
    'of tool is spent (600 tokens of 500 tokens today)',
  );
});

test('calls that run take what is left, and who is refused for them may try again', () => {
  const { desk, store, spend } = deskWith([{ amount: 1, stop: true }]);
  spend(0.6);
  const running = makeStart({ started_at: new Date().toISOString() });
  store.calls.begin(running);
  expect(desk.refuse(ask('groq', 'chat'))).toMatchObject({ code: 'rate_limited', retry_after_ms: 2000 });
  expect(desk.refuse({ ...ask('groq', 'chat'), begun: true })).toBeUndefined();
  store.calls.end(makeEnd(running.id, { cost_usd: 0 }));
  expect(desk.refuse(ask('groq', 'chat'))).toBeUndefined();
});

test.each(Object.entries(dialects))(
  '%s tells of a spent budget in its own envelope, with 429',
  (name, dialect) => {
    const { desk, spend } = deskWith([{ amount: 1, stop: true }]);
    spend(2);
    const error = desk.refuse(ask('groq', 'chat'));
    if (!error) throw new Error('nothing was refused');
    expect([name, statusOf(error)]).toEqual([name, 429]);
    expect(JSON.stringify(dialect.server.encodeError(error))).toContain(
      'raise it or switch its stop off under Usage',
    );
  },
);

test('80 % and 100 % are told of once, also after a restart', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { desk, notices, spend, store } = deskWith([{ amount: 10 }]);
  const settle = async (written = store) => {
    written.calls.flush();
    await vi.advanceTimersByTimeAsync(1000);
  };
  spend(7);
  await settle();
  expect(notices).toEqual([]);
  spend(1.5);
  await settle();
  expect(notices.map(notice => wordBudgetNotice(notice, menuLabels))).toEqual([
    {
      title: 'The budget for all calls is nearly used up',
      body: expect.stringMatching(/^\$8\.50 of \$10\.00 used this month\./) as string,
    },
  ]);
  spend(0.1);
  await settle();
  expect(notices).toHaveLength(1);
  desk.close();
  const again = deskWith([{ amount: 10 }], store.file);
  again.spend(0.1);
  await settle(again.store);
  expect(again.notices).toEqual([]);
  again.spend(5);
  await settle(again.store);
  expect(again.notices.map(notice => wordBudgetNotice(notice, menuLabels))).toEqual([
    {
      title: 'The budget for all calls is used up',
      body: '$13.70 of $10.00 used this month. Calls go on.',
    },
  ]);
});

test('budgets of keys stand beside the others and are told of, too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { desk, notices, store, spend } = deskWith([]);
  const key = store.gatewayKeys.create('editor', { budget: { amount: 1, unit: 'usd', period: 'month' } });
  spend(0.9, { client: 'editor' });
  store.calls.flush();
  await vi.advanceTimersByTimeAsync(1000);
  expect(desk.desk.list()).toMatchObject([{ client: 'editor', key_id: key.id, stop: true, amount: 1 }]);
  expect(notices).toMatchObject([{ budget: { client: 'editor', stop: true }, spent: 0.9, percent: 80 }]);
});

test('where a budget leads', () => {
  const usage = {
    calls: 3,
    cost_usd: 12,
    tokens: 5,
    unpriced_calls: 0,
    uncounted_calls: 0,
    since: '2026-06-01T00:00:00Z',
    until: '2026-07-01T00:00:00Z',
  };
  const pace = (time: string, amount = 30) => paceOfBudget({ amount, unit: 'usd' }, usage, Date.parse(time));
  expect(pace('2026-06-16T00:00:00Z')).toEqual({
    spent: 12,
    share: 0.4,
    passed: 0.5,
    expected: 24,
    level: 'fine',
  });
  expect(pace('2026-06-11T00:00:00Z').level).toBe('fast');
  expect(pace('2026-06-01T03:00:00Z').expected).toBeNull();
  expect(pace('2026-06-16T00:00:00Z', 15).level).toBe('near');
  expect(pace('2026-06-16T00:00:00Z', 12).level).toBe('spent');
});

test('parley.yaml takes no budget twice, none for two at once, and nothing it does not know', () => {
  const problems = (budgets: unknown) =>
    budgetsSchema.safeParse(budgets).error?.issues.map(each => each.message);
  expect(problems([{ amount: 5 }, { amount: 6 }])).toEqual([
    'there are two budgets in usd per month for the same; leave one',
  ]);
  expect(problems([{ amount: 5, backend: 'a', client: 'b' }])?.[0]).toContain(
    'for a backend or for a client',
  );
  expect(problems([{ amount: 0 }])).toHaveLength(1);
  expect(problems([{ amount: 5, period: 'week' }])).toHaveLength(1);
  expect(problems([{ amount: 5, limit: 1 }])).toHaveLength(1);
  expect(
    problems([{ amount: 5 }, { amount: 5, period: 'day' }, { amount: 5, backend: 'a' }]),
  ).toBeUndefined();
});

test('an edit keeps the comments of parley.yaml, and writes one line a budget', () => {
  const document = parseDocument('# mine\nbudgets:\n  # rent\n  - { amount: 5 } # all\nllm: {}\n');
  const budget = { amount: 5, unit: 'usd', period: 'month', stop: false } as const;
  setBudget(document, { ...budget, amount: 9, stop: true }, 'all usd month');
  setBudget(document, { ...budget, backend: 'groq' }, null);
  expect(document.toString()).toBe(
    `# mine
budgets:
  # rent
  - { amount: 9, unit: usd, period: month, stop: true } # all
  - { amount: 5, unit: usd, period: month, backend: groq }
llm: {}
`,
  );
  expect(() => setBudget(document, { ...budget, backend: 'groq' }, null)).toThrow('such a budget already');
  removeBudget(document, 'backend groq usd month');
  removeBudget(document, 'all usd month');
  expect(document.toString()).toBe('# mine\nbudgets:\n  # rent\n  []\nllm: {}\n');
  expect(() => removeBudget(document, 'all usd month')).toThrow('not in parley.yaml any more');
});
