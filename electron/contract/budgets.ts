import { z } from 'zod';

import { keyBudgetSchema, spentOf } from './keys.ts';
import type { KeyBudget, KeyTotal } from './keys.ts';

/**
 * What may be used up in a calendar day or month: in all, by calls to one backend, or by those of one client. It warns, and
 * refuses calls only where `stop` is set. The budgets of gateway keys are kept with the keys.
 */
export const budgetSchema = keyBudgetSchema.extend({
  backend: z.string().trim().min(1).max(200).optional(),
  client: z.string().trim().min(1).max(200).optional(),
  unit: keyBudgetSchema.shape.unit.default('usd'),
  period: keyBudgetSchema.shape.period.default('month'),
  stop: z.boolean().default(false),
});
export type Budget = z.infer<typeof budgetSchema>;

/** `budgets:` of parley.yaml. */
export const budgetsSchema = z
  .array(budgetSchema)
  .default([])
  .superRefine((budgets, context) => {
    const seen = new Set<string>();
    budgets.forEach((budget, index) => {
      const id = budgetId(budget);
      if (budget.backend !== undefined && budget.client !== undefined) {
        const message = 'a budget is for a backend or for a client; write two for both';
        context.addIssue({ code: 'custom', path: [index, 'client'], message });
      }
      if (seen.has(id)) {
        const message = `there are two budgets in ${budget.unit} per ${budget.period} for the same; leave one`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
      seen.add(id);
    });
  });

/** What a budget counts, which no two of them have alike. */
export function budgetId({ backend, client, unit, period }: Omit<Budget, 'amount' | 'stop'>): string {
  const scope =
    backend !== undefined ? `backend ${backend}` : client !== undefined ? `client ${client}` : 'all';
  return `${scope} ${unit} ${period}`;
}

/** From here on somebody is told. */
export const warnShare = 0.8;
/** Before this part of a period has passed, one call would be taken for a habit. */
const soonestGuess = 0.03;

/** How far a budget is used up, and where that leads. */
export type BudgetPace = {
  spent: number;
  /** Of the budget, may be over 1. */
  share: number;
  /** How much of the period has passed, from 0 to 1. */
  passed: number;
  /** What will be spent at the period's end at this rate; null while too little of it has passed to say. */
  expected: number | null;
  level: 'fine' | 'fast' | 'near' | 'spent';
};

/** `now` is milliseconds since 1970. */
export function paceOfBudget(
  budget: Pick<KeyBudget, 'amount' | 'unit'>,
  usage: KeyTotal & { since: string; until: string },
  now: number,
): BudgetPace {
  const spent = spentOf(usage, budget.unit);
  const [since, until] = [Date.parse(usage.since), Date.parse(usage.until)];
  const passed = Math.min(1, Math.max(0, (now - since) / (until - since)));
  const share = spent / budget.amount;
  const expected = passed < soonestGuess ? null : spent / passed;
  return { spent, share, passed, expected, level: levelOf(share, expected, budget.amount) };
}

function levelOf(share: number, expected: number | null, amount: number): BudgetPace['level'] {
  if (share >= 1) return 'spent';
  if (share >= warnShare) return 'near';
  return expected !== null && expected > amount ? 'fast' : 'fine';
}
