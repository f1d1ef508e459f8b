import type { BudgetDesk } from '../api/budget-handlers.ts';
import type { EventHub } from '../api/event-hub.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { removeBudget, setBudget } from '../config/edit-budgets.ts';
import type { ListedBudget } from '../contract/budget-calls.ts';
import { wordAmount } from '../contract/budget-notice.ts';
import { budgetId, paceOfBudget, warnShare } from '../contract/budgets.ts';
import type { Budget } from '../contract/budgets.ts';
import { AppError } from '../contract/errors.ts';
import { periodAround, spentOf, unknownOf } from '../contract/keys.ts';
import type { KeyTotal } from '../contract/keys.ts';
import { menuLabels } from '../contract/menu-labels.ts';
import type { SpendingCheck } from '../engine/routing/call-deps.ts';
import type { Store } from '../store/open-store.ts';

type BudgetDeps = {
  config: Pick<ConfigFile, 'current' | 'update'>;
  store: Pick<Store, 'spend' | 'gatewayKeys' | 'calls'>;
  hub: Pick<EventHub, 'emit'>;
  onProblem: (error: unknown) => void;
  now?: () => Date;
};

/** Budgets: what they hold, who is refused for them, and who is told. */
export type Budgets = {
  desk: BudgetDesk;
  /** Why a call must not go to this backend: a budget that stops is used up. Undefined where it may. Asked before each call. */
  refuse: SpendingCheck;
  close(): void;
};

/** Calls end many a second; nobody waits for a notice. */
const lookAfterMs = 250;

export function openBudgets(deps: BudgetDeps): Budgets {
  const { config, store, now = () => new Date() } = deps;
  const announce = createAnnouncer(deps);
  let timer: NodeJS.Timeout | undefined;
  const list = (): ListedBudget[] => [
    ...config.current().budgets.map(budget => describe(budget, store.spend, now())),
    ...describeKeys(store.gatewayKeys),
  ];
  const look = (): void => {
    timer = undefined;
    try {
      for (const budget of list()) announce(budget);
    } catch (error) {
      deps.onProblem(error);
    }
  };
  const lookSoon = (): void => {
    timer ??= setTimeout(look, lookAfterMs).unref();
  };
  const stop = store.calls.onChange(lookSoon);
  return {
    refuse(call) {
      for (const budget of config.current().budgets) {
        if (!budget.stop || !isOf(budget, call)) continue;
        const used = store.spend.total(budget, budget.period);
        const running = used.running - (call.begun ? 1 : 0);
        const refused = refusal(budget, { ...used, running }, now());
        if (refused) return refused;
      }
      return undefined;
    },
    desk: {
      list,
      async save(budget, before) {
        await config.update(document => setBudget(document, budget, before));
        lookSoon();
      },
      async remove(id) {
        await config.update(document => removeBudget(document, id));
      },
    },
    close() {
      stop();
      clearTimeout(timer);
    },
  };
}

/** How sentences speak of a period. */
const words = { day: { now: 'today', next: 'tomorrow' }, month: { now: 'this month', next: 'next month' } };

function isOf(budget: Budget, { backend, client }: { backend: string; client: string }): boolean {
  if (budget.backend !== undefined) return budget.backend === backend;
  return budget.client === undefined || budget.client === client;
}

function describe(budget: Budget, spend: Store['spend'], now: Date): ListedBudget {
  const { since, until } = periodAround(budget.period, now);
  const { running: _running, ...total } = spend.total(budget, budget.period);
  const usage = {
    ...total,
    period: budget.period,
    since: since.toISOString(),
    until: until.toISOString(),
  };
  return { ...budget, id: budgetId(budget), key_id: null, usage };
}

function describeKeys(keys: Store['gatewayKeys']): ListedBudget[] {
  return keys.budgeted().map(({ id, name, budget, usage }) => ({
    ...budget,
    client: name,
    stop: true,
    id: `key ${id}`,
    key_id: id,
    usage,
  }));
}

function refusal(budget: Budget, used: KeyTotal & { running: number }, now: Date): AppError | undefined {
  const spent = spentOf(used, budget.unit);
  const { until } = periodAround(budget.period, now);
  const said = words[budget.period];
  const amountOf = (amount: number): string => wordAmount(budget, amount, menuLabels);
  if (spent >= budget.amount) {
    return new AppError(
      'budget_spent',
      `The budget ${nameOf(budget)} is spent (${amountOf(spent)} of ${amountOf(budget.amount)} ${said.now}); raise it or switch its stop off under Usage → Budgets, or wait until ${said.next}.`,
      { http_status: 429, retry_after_ms: until.getTime() - now.getTime() },
    );
  }
  // Calls that run will cost something: as much as the others did, for want of anything better.
  const known = used.calls - unknownOf(used, budget.unit);
  const expected = known > 0 ? (spent / known) * used.running : 0;
  if (used.running <= 0 || spent + expected < budget.amount) return undefined;
  const running = used.running === 1 ? 'the call that runs' : `the ${used.running} calls that run`;
  return new AppError(
    'rate_limited',
    `What is left of the budget ${nameOf(budget)} is taken by ${running}; try again once they have ended, or raise it under Usage → Budgets.`,
    { http_status: 429, retry_after_ms: 2_000 },
  );
}

/** Tells once of each share of a budget in each period; a raised budget may be told of again. */
function createAnnouncer({ hub, store, now = () => new Date() }: BudgetDeps): (budget: ListedBudget) => void {
  const told = new Set<string>();
  return budget => {
    const pace = paceOfBudget(budget, budget.usage, now().getTime());
    const percent = pace.share >= 1 ? 100 : pace.share >= warnShare ? 80 : 0;
    if (percent === 0) return;
    const id = `${budget.id} ${budget.amount}`;
    const { since } = budget.usage;
    const key = `${id} ${since} ${percent}`;
    if (told.has(key)) return;
    told.add(key);
    // Whoever hears that it is used up need not hear later that it nearly was.
    if (percent === 100) store.spend.note(id, since, 80);
    if (!store.spend.note(id, since, percent)) return;
    const { spent, expected } = pace;
    const { id: _id, key_id: _key, usage: _usage, ...kept } = budget;
    hub.emit('budgets.notice', { budget: kept, spent, expected, percent });
  };
}

function nameOf({ backend, client }: Budget): string {
  if (backend !== undefined) return `for ${backend}`;
  return client === undefined ? 'for all calls' : `of ${client}`;
}
