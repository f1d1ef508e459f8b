import { spentOf, unknownOf } from '../../../electron/contract/keys.ts';
import type { KeyBudget, ListedKey } from '../../../electron/contract/keys.ts';

type BudgetPace = {
  spent: number;
  /** Of the budget, may be over 1. */
  share: number;
  /** How much of the period has passed, from 0 to 1. */
  passed: number;
  /** What will be spent at the period's end at this rate; null while too little of it has passed to say. */
  expected: number | null;
  level: 'fine' | 'fast' | 'near' | 'spent';
  /** Calls of which nobody knows what they used up. */
  unknown: number;
};

/** From here on a budget is nearly used up. */
const warnAt = 0.8;
/** Before this part of a period has passed, one call would be taken for a habit. */
const soonestGuess = 0.03;

/** How far a key's budget is used up, and where that leads. */
export function paceOf(budget: KeyBudget, usage: ListedKey['usage'], now: number): BudgetPace {
  const spent = spentOf(usage, budget.unit);
  const [since, until] = [Date.parse(usage.since), Date.parse(usage.until)];
  const passed = Math.min(1, Math.max(0, (now - since) / (until - since)));
  const share = spent / budget.amount;
  const expected = passed < soonestGuess ? null : spent / passed;
  const level =
    share >= 1
      ? 'spent'
      : share >= warnAt
        ? 'near'
        : expected !== null && expected > budget.amount
          ? 'fast'
          : 'fine';
  return { spent, share, passed, expected, level, unknown: unknownOf(usage, budget.unit) };
}
