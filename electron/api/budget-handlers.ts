import type { budgetCalls, ListedBudget } from '../contract/budget-calls.ts';
import type { Budget } from '../contract/budgets.ts';
import type { ApiHandlers } from './create-api.ts';

/** Budgets as the page sees and changes them; built in the composition root. */
export type BudgetDesk = {
  list(): ListedBudget[];
  /** Throws invalid_request, not_found. */
  save(budget: Budget, before: string | null): Promise<void>;
  /** Throws not_found. */
  remove(id: string): Promise<void>;
};

export function createBudgetHandlers(desk: BudgetDesk): Pick<ApiHandlers, keyof typeof budgetCalls> {
  return {
    'budgets.list': () => desk.list(),
    async 'budgets.save'({ budget, before }) {
      await desk.save(budget, before);
      return {};
    },
    async 'budgets.remove'({ id }) {
      await desk.remove(id);
      return {};
    },
  };
}
