import { paceOfBudget } from '../../../electron/contract/budgets.ts';
import type { BudgetPace } from '../../../electron/contract/budgets.ts';
import { unknownOf } from '../../../electron/contract/keys.ts';
import type { KeyBudget, ListedKey } from '../../../electron/contract/keys.ts';

/** How far a key's budget is used up, where that leads, and how many calls that says nothing of. */
export function paceOf(
  budget: KeyBudget,
  usage: ListedKey['usage'],
  now: number,
): BudgetPace & { unknown: number } {
  return { ...paceOfBudget(budget, usage, now), unknown: unknownOf(usage, budget.unit) };
}
