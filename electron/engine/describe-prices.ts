import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Config } from '../contract/config.ts';
import type { Model } from '../contract/models.ts';
import { splitModelName } from '../contract/models.ts';
import type { ListedPrice, PriceSource } from '../contract/prices.ts';
import type { BackendRegistry } from './backend-registry.ts';
import { findBookPrice } from './price-call.ts';
import type { ScriptLibrary } from './script-library.ts';

type PriceDeps = {
  config: () => Config;
  backends: Pick<BackendRegistry, 'peek' | 'get'>;
  library: Pick<ScriptLibrary, 'read'>;
};

type BookPrice = Pick<
  ListedPrice,
  'input_cost' | 'output_cost' | 'cache_read_cost' | 'cache_write_cost' | 'is_tiered'
>;

/** What the book says, by address and model: finding it takes a millisecond. */
const bookPrices = new Map<string, BookPrice | undefined>();
const mostKept = 5_000;

/** The price in force of every model of a list, and where it comes from; also of those that were called, or corrected, and are not in it. */
export async function describePrices(
  models: readonly Model[],
  called: readonly string[],
  deps: PriceDeps,
): Promise<ListedPrice[]> {
  const { prices, backends } = deps.config().llm;
  // An alias stands in the list as its first model.
  const own = models.filter(({ id, backend }) => id.startsWith(`${backend}/`));
  const listed = await Promise.all(own.map(model => describeOne(model, deps)));
  const names = new Set(listed.map(({ model }) => model));
  const ownBackends = new Set(backends.map(({ name }) => name));
  const mine = called.filter(name => ownBackends.has(splitModelName(name)?.backend ?? ''));
  const others = [...new Set([...Object.keys(prices), ...mine])].filter(name => !names.has(name));
  return [...listed, ...(await Promise.all(others.map(name => describeUnlisted(name, deps))))];
}

async function describeOne(model: Model, deps: PriceDeps): Promise<ListedPrice> {
  const {
    id,
    input_cost: input,
    output_cost: output,
    cache_read_cost: read,
    cache_write_cost: write,
  } = model;
  const known = corrected(id, deps.config());
  if (known) return known;
  if (model.demo) {
    const nothing = { input_cost: 0, output_cost: 0, cache_read_cost: 0, cache_write_cost: 0 };
    return { model: id, ...nothing, is_tiered: false, source: 'demo' };
  }
  if (input !== undefined && output !== undefined) {
    const cached = { cache_read_cost: read ?? null, cache_write_cost: write ?? null };
    const source = await sourceOfFacts(model, deps);
    return { model: id, input_cost: input, output_cost: output, ...cached, is_tiered: false, source };
  }
  const found = await bookPriceOf(model, deps);
  return { model: id, ...(found ?? unknown), source: found ? 'catalogue' : 'unknown' };
}

async function describeUnlisted(name: string, deps: PriceDeps): Promise<ListedPrice> {
  const known = corrected(name, deps.config());
  if (known) return known;
  const { backend = '' } = splitModelName(name) ?? {};
  const found = await bookPriceOf({ id: name, backend }, deps);
  return { model: name, ...(found ?? unknown), source: found ? 'catalogue' : 'unknown' };
}

const unknown: BookPrice = {
  input_cost: null,
  output_cost: null,
  cache_read_cost: null,
  cache_write_cost: null,
  is_tiered: false,
};

function corrected(model: string, config: Config): ListedPrice | undefined {
  const { prices } = config.llm;
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (!price) return undefined;
  const { cache_read_cost: read = null, cache_write_cost: write = null } = price;
  const cached = { cache_read_cost: read, cache_write_cost: write };
  return { ...price, ...cached, model, source: 'corrected', is_tiered: false };
}

/** Who says what the list knows of a model: parley.yaml, the script itself, a file beside it, or the provider. */
async function sourceOfFacts(model: Model, { config, backends, library }: PriceDeps): Promise<PriceSource> {
  const line = config().llm.backends.find(({ name }) => name === model.backend);
  const name = splitModelName(model.id)?.model;
  const inSettings = line?.models?.some(
    each => typeof each === 'object' && each.id === name && each.input_cost !== undefined,
  );
  if (inSettings === true) return 'settings';
  if (!backends.peek(model.backend)?.description.models) return 'list';
  try {
    return /\bload_models\b/.test((await library.read(model.provider)).text) ? 'models_file' : 'script';
  } catch {
    return 'script';
  }
}

async function bookPriceOf(
  model: Pick<Model, 'id' | 'backend'>,
  { backends }: PriceDeps,
): Promise<BookPrice | undefined> {
  const loaded = backends.peek(model.backend) ?? (await backends.get(model.backend).catch(() => undefined));
  const baseUrl = loaded?.base_url;
  const name = splitModelName(model.id)?.model;
  if (baseUrl === undefined || name === undefined) return undefined;
  const key = `${baseUrl} ${name}`;
  if (!bookPrices.has(key)) {
    // Hundreds of models must not hold up an answer that streams.
    await nextTurn();
    if (bookPrices.size >= mostKept) bookPrices.clear();
    bookPrices.set(key, readBookPrice(await findBookPrice(baseUrl, name)));
  }
  return bookPrices.get(key);
}

function readBookPrice(price: Awaited<ReturnType<typeof findBookPrice>>): BookPrice | undefined {
  if (!price) return undefined;
  const amount = (field: string): number | null => {
    const value = price[field];
    return value === undefined ? null : typeof value === 'number' ? value : value.base;
  };
  const input = amount('input_mtok');
  const output = amount('output_mtok');
  if (input === null && output === null) return undefined;
  return {
    input_cost: input ?? 0,
    output_cost: output ?? 0,
    cache_read_cost: amount('cache_read_mtok'),
    cache_write_cost: amount('cache_write_mtok'),
    is_tiered: Object.values(price).some(value => typeof value === 'object'),
  };
}
