import { z } from 'zod';

import { budgetSchema } from './budgets.ts';
import { keyUsageSchema } from './keys.ts';

/** A budget with what is used up of it in the day or month that runs. */
export const listedBudgetSchema = budgetSchema.extend({
  id: z.string(),
  /** The key whose budget it is; null for those of parley.yaml. */
  key_id: z.string().nullable(),
  usage: keyUsageSchema,
});
export type ListedBudget = z.infer<typeof listedBudgetSchema>;

const nothing = z.object({});

/** Budgets of parley.yaml, and beside them those of gateway keys. */
export const budgetCalls = {
  'budgets.list': { input: nothing, output: z.array(listedBudgetSchema) },
  /** Writes a budget in the place of `before`, or as a new one. Throws invalid_request where there is another like it. */
  'budgets.save': {
    input: z.object({ budget: budgetSchema, before: z.string().nullable() }),
    output: nothing,
  },
  'budgets.remove': { input: z.object({ id: z.string() }), output: nothing },
} as const;
