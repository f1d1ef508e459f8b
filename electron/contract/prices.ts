import { z } from 'zod';

const perMillion = z.number().nonnegative().max(1e6);

/** What a model costs, corrected by the person: US dollars per million tokens. Cached tokens cost as input where nothing is said. */
export const modelPriceSchema = z.strictObject({
  input_cost: perMillion,
  output_cost: perMillion,
  cache_read_cost: perMillion.optional(),
  cache_write_cost: perMillion.optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** Where a price comes from: `list` is the provider's own list of models, `catalogue` the price book Parley is shipped with. */
export const priceSources = [
  'corrected',
  'settings',
  'script',
  'models_file',
  'list',
  'catalogue',
  'demo',
  'unknown',
] as const;
export type PriceSource = (typeof priceSources)[number];

type PricedUsage = {
  input_tokens?: number | null | undefined;
  output_tokens?: number | null | undefined;
  cache_read_tokens?: number | null | undefined;
  cache_write_tokens?: number | null | undefined;
};

/** US dollars; undefined where the tokens are not known. Cached tokens are part of the input. */
export function costAt(price: ModelPrice, usage: PricedUsage): number | undefined {
  const { input_tokens: all, output_tokens: output } = usage;
  if (typeof all !== 'number' || typeof output !== 'number') return undefined;
  const { input_cost: input, output_cost: outputCost } = price;
  const { cache_read_cost: read = input, cache_write_cost: write = input } = price;
  const reads = usage.cache_read_tokens ?? 0;
  const writes = usage.cache_write_tokens ?? 0;
  const fresh = Math.max(0, all - reads - writes);
  return (fresh * input + reads * read + writes * write + output * outputCost) / 1e6;
}

/** The price as the ledger keeps it beside a cost. */
export function describePrice(price: ModelPrice, source: string): string {
  const { input_cost: input, output_cost: output } = price;
  const { cache_read_cost: read = input, cache_write_cost: write = input } = price;
  return JSON.stringify({
    input_mtok: input,
    output_mtok: output,
    cache_read_mtok: read,
    cache_write_mtok: write,
    source,
  });
}

/** By which prices past costs are computed anew, and what aliases stood for. */
export type PriceRules = {
  /** Corrected ones, by `backend/model`. */
  prices: Readonly<Record<string, ModelPrice>>;
  /** Those in force without a correction, for calls whose cost was unknown. */
  known?: Readonly<Record<string, ModelPrice & { source: PriceSource }>> | undefined;
  aliases: Readonly<Record<string, readonly string[]>>;
  /** Only calls to this model. */
  model?: string | undefined;
};

/** Calls whose cost is another one at the prices of now, and what they cost before and after. */
export const repricedSumsSchema = z.object({
  calls: z.number(),
  old_cost_usd: z.number(),
  new_cost_usd: z.number(),
  /** Those of unknown cost before. */
  old_unknown_calls: z.number(),
});
export type RepricedSums = z.infer<typeof repricedSumsSchema>;

const cost = z.number().nullable();

/** A model's price as it is in force, in US dollars per million tokens, and where it comes from. */
export const listedPriceSchema = z.object({
  /** `backend/model`. */
  model: z.string(),
  input_cost: cost,
  output_cost: cost,
  cache_read_cost: cost,
  cache_write_cost: cost,
  source: z.enum(priceSources),
  /** The price grows with the prompt's length; this is the one of short ones. */
  is_tiered: z.boolean(),
});
export type ListedPrice = z.infer<typeof listedPriceSchema>;
