import type * as GenaiPrices from '@pydantic/genai-prices';

import type { ModelFacts } from '../contract/models.ts';
import type { Usage } from '../contract/usage.ts';

export type CallCost = { cost_usd: number; price: string } | undefined;

export type PricedCall = {
  base_url: string;
  model: string;
  usage: Usage;
  /** Prices the script gives for the model, where it does. */
  facts?: ModelFacts | undefined;
  demo: boolean;
};

type PriceBook = typeof GenaiPrices;

let book: PriceBook | undefined;
const providers = new Map<string, GenaiPrices.Provider | undefined>();

/**
 * Cost of a call in US dollars with the price it was computed from. Nothing for addresses the price book does not know:
 * what a company's own endpoint costs is not ours to guess. The book (0.8 MB) is loaded with the first call; after that there
 * is nothing to wait for.
 */
export function priceCall(call: PricedCall): CallCost | Promise<CallCost> {
  if (call.demo) return { cost_usd: 0, price: JSON.stringify({ source: 'demo' }) };
  if (call.usage.input_tokens === undefined || call.usage.output_tokens === undefined) return undefined;
  if (call.facts?.input_cost !== undefined && call.facts.output_cost !== undefined)
    return priceByFacts(call.usage, call.facts);
  return book ? priceByBook(book, call) : priceByNewBook(call);
}

async function priceByNewBook(call: PricedCall): Promise<CallCost> {
  book = await import('@pydantic/genai-prices');
  return priceByBook(book, call);
}

function priceByFacts(usage: Usage, facts: ModelFacts): CallCost {
  const { input_cost: input = 0, output_cost: output = 0 } = facts;
  const { cache_read_cost: read = input, cache_write_cost: write = input } = facts;
  const { input_tokens: all = 0, cache_read_tokens: reads = 0, cache_write_tokens: writes = 0 } = usage;
  const fresh = Math.max(0, all - reads - writes);
  const cost = (fresh * input + reads * read + writes * write + (usage.output_tokens ?? 0) * output) / 1e6;
  const price = {
    input_mtok: input,
    output_mtok: output,
    cache_read_mtok: read,
    cache_write_mtok: write,
    source: 'script',
  };
  return { cost_usd: cost, price: JSON.stringify(price) };
}

function priceByBook(prices: PriceBook, { base_url: baseUrl, model, usage }: PricedCall): CallCost {
  try {
    // Searching the book costs more than the rest of a small call.
    if (!providers.has(baseUrl)) providers.set(baseUrl, prices.findProvider({ providerApiUrl: baseUrl }));
    const provider = providers.get(baseUrl);
    if (!provider) return undefined;
    const { reasoning_tokens: _reasoning, ...counted } = usage; // part of output_tokens already
    const result = prices.calcPrice(counted, model, { provider });
    if (!result) return undefined;
    const price = { ...result.model_price, model: result.model.id, source: 'genai-prices' };
    return { cost_usd: result.total_price, price: JSON.stringify(price) };
  } catch {
    return undefined; // usage that contradicts itself (more cached tokens than there are) has no price
  }
}
