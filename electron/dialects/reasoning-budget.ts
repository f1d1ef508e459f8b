import type { ReasoningEffort, RequestOptions } from '../contract/request.ts';

/** Tokens each level stands for where a vendor wants a number; the levels pay for budgets the other way round. */
const budgets = [
  ['max', 32_768],
  ['xhigh', 24_576],
  ['high', 16_384],
  ['medium', 4096],
] as const satisfies readonly (readonly [ReasoningEffort, number])[];

/** The effort that was asked for: by its name, or else the highest level a budget of tokens pays for. */
export function effortOf({
  reasoning_effort,
  reasoning_budget,
}: RequestOptions): ReasoningEffort | undefined {
  if (reasoning_effort !== undefined || reasoning_budget === undefined) return reasoning_effort;
  // Some leeway: tools send 31999 where they mean the most.
  const paid = reasoning_budget * 1.03;
  return budgets.find(([, budget]) => paid >= budget)?.[0] ?? 'low';
}
