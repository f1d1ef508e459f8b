import { z } from 'zod';

export const keyTiers = ['call', 'settings', 'script'] as const;
export type KeyTier = (typeof keyTiers)[number];

export const keySources = ['literal', 'env', 'keychain', 'function'] as const;

/** Where a key came from; never the key. `name` is the variable's or the keychain account's. */
export const keyOriginSchema = z.object({
  tier: z.enum(keyTiers),
  source: z.enum(keySources),
  name: z.string().optional(),
});
export type KeyOrigin = z.infer<typeof keyOriginSchema>;

/** One phrase for people: `from env GROQ_API_KEY, set in settings`. */
export function describeKeyOrigin(origin: KeyOrigin): string {
  const where = { call: 'given with the call', settings: 'set in settings', script: 'set by the script' }[
    origin.tier
  ];
  const what = {
    literal: 'a literal key',
    env: `from env ${origin.name ?? ''}`,
    keychain: `from keychain account ${origin.name ?? ''}`,
    function: "from the script's function",
  }[origin.source];
  return `${what.trim()}, ${where}`;
}

/** Most calls a minute a key can be held to. */
export const highestRpm = 100_000;

/** `*` stands for any text, slashes included, `?` for one character. */
export const modelPatternSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\s,]+$/, 'a model pattern has neither spaces nor commas, e.g. groq/*');

export const budgetUnits = ['usd', 'tokens'] as const;
export const budgetPeriods = ['day', 'month'] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** What a key may use up in a calendar day or month of this machine's time zone. */
export const keyBudgetSchema = z.strictObject({
  amount: z.number().positive().max(1e15),
  unit: z.enum(budgetUnits),
  period: z.enum(budgetPeriods),
});
export type KeyBudget = z.infer<typeof keyBudgetSchema>;

/** What a key may do; null is no limit. */
export const keyLimitsSchema = z.object({
  /** Matched against the name that was asked for, and against `backend/model` it resolves to. */
  allowed_models: z.array(modelPatternSchema).min(1).max(100).nullable(),
  requests_per_minute: z.number().int().min(1).max(highestRpm).nullable(),
  budget: keyBudgetSchema.nullable(),
  /** From then on the key is refused. */
  expires_at: z.iso.datetime({ offset: true }).nullable(),
});
export type KeyLimits = z.infer<typeof keyLimitsSchema>;

/** A key the gateway accepts from tools. The secret itself is shown once, at creation, and stored as a hash. */
export const gatewayKeySchema = keyLimitsSchema.extend({
  id: z.string(),
  name: z.string(),
  /** First characters of the key, to recognise it by. */
  prefix: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
export type GatewayKey = z.infer<typeof gatewayKeySchema>;

/** What a key has used up. Calls without a known cost or token count add nothing to those sums and are counted beside them. */
export const keyTotalSchema = z.object({
  /** Those that used up something: neither refused nor failed without a word of what they cost. */
  calls: z.number(),
  cost_usd: z.number(),
  /** Input and output. */
  tokens: z.number(),
  /** Calls that may have cost something, nobody knows what. */
  unpriced_calls: z.number(),
  /** Calls that may have used tokens, nobody knows how many. */
  uncounted_calls: z.number(),
});
export type KeyTotal = z.infer<typeof keyTotalSchema>;

/** The same for a period that runs now: that of the key's budget, else the month. */
export const keyUsageSchema = keyTotalSchema.extend({
  period: z.enum(budgetPeriods),
  since: z.string(),
  /** When a budget starts anew. */
  until: z.string(),
});

export const listedKeySchema = gatewayKeySchema.extend({ usage: keyUsageSchema });
export type ListedKey = z.infer<typeof listedKeySchema>;

/** The calendar day or month around `now`, as the person lives it; `until` is the first moment after it. */
export function periodAround(period: BudgetPeriod, now: Date): { since: Date; until: Date } {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  // Through the calendar, since a day has 23 or 25 hours when the clocks change.
  return period === 'day'
    ? { since: new Date(year, month, day), until: new Date(year, month, day + 1) }
    : { since: new Date(year, month, 1), until: new Date(year, month + 1, 1) };
}

/** How much of what its unit counts a total holds. */
export function spentOf(total: KeyTotal, unit: KeyBudget['unit']): number {
  return unit === 'usd' ? total.cost_usd : total.tokens;
}

/** Calls of a total about which that sum says nothing. */
export function unknownOf(total: KeyTotal, unit: KeyBudget['unit']): number {
  return unit === 'usd' ? total.unpriced_calls : total.uncounted_calls;
}
