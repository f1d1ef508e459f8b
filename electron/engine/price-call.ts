import type * as GenaiPrices from '@pydantic/genai-prices';

import type { ModelFacts } from '../contract/models.ts';
import { costAt, describePrice } from '../contract/prices.ts';
import type { ModelPrice } from '../contract/prices.ts';
import type { Usage } from '../contract/usage.ts';

export type CallCost = { cost_usd: number; price: string } | undefined;

export type PricedCall = {
  base_url: string;
  model: string;
  usage: Usage;
  /** Prices the script gives for the model, where it does. */
  facts?: ModelFacts | undefined;
  /** The price the person corrected it to. */
  corrected?: ModelPrice | undefined;
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
  if (call.corrected) return priceBy(call.usage, call.corrected, 'corrected');
  if (call.facts?.input_cost !== undefined && call.facts.output_cost !== undefined)
    return priceByFacts(call.usage, call.facts);
  return book ? priceByBook(book, call) : priceByNewBook(call);
}

async function priceByNewBook(call: PricedCall): Promise<CallCost> {
  book = await import('@pydantic/genai-prices');
  return priceByBook(book, call);
}

function priceByFacts(usage: Usage, facts: ModelFacts): CallCost {
  const { input_cost = 0, output_cost = 0, cache_read_cost, cache_write_cost } = facts;
  return priceBy(usage, { input_cost, output_cost, cache_read_cost, cache_write_cost }, 'script');
}

function priceBy(usage: Usage, price: ModelPrice, source: string): CallCost {
  const cost = costAt(price, usage);
  return cost === undefined ? undefined : { cost_usd: cost, price: describePrice(price, source) };
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

/** What the price book has for a model, whatever is asked of it; undefined where it has nothing. Takes a millisecond. */
export async function findBookPrice(
  baseUrl: string,
  model: string,
): Promise<GenaiPrices.ModelPrice | undefined> {
  book ??= await import('@pydantic/genai-prices');
  try {
    if (!providers.has(baseUrl)) providers.set(baseUrl, book.findProvider({ providerApiUrl: baseUrl }));
    const provider = providers.get(baseUrl);
    const usage = { input_tokens: 1, output_tokens: 1 };
    return provider && (book.calcPrice(usage, model, { provider })?.model_price ?? undefined);
  } catch {
    return undefined;
  }
}
