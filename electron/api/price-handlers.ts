import type { ModelPrice, PriceRules, PriceSource, RepricedSums } from '../contract/prices.ts';
import type { priceCalls } from '../contract/price-calls.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import { addSums } from '../store/recompute-costs.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

/** Corrected prices in parley.yaml; built in the composition root. */
export type PriceDesk = {
  save(model: string, price: ModelPrice | null): Promise<void>;
  rules(): PriceRules;
};

type PriceDeps = {
  prices: PriceDesk;
  engine: Pick<Engine, 'listPrices'>;
  store: { usage: Pick<Store['usage'], 'ask' | 'recompute'> };
  hub: EventHub;
};

export function createPriceHandlers(deps: PriceDeps): Pick<ApiHandlers, keyof typeof priceCalls> {
  const { prices, engine, store, hub } = deps;
  return {
    async 'prices.list'() {
      const { models } = await store.usage.ask('names', {});
      return engine.listPrices(models);
    },
    async 'prices.save'({ model, price }) {
      await prices.save(model, price);
      return {};
    },
    async 'prices.preview'({ model, ...period }) {
      const rules = await findRules(model, deps);
      const total: RepricedSums = { calls: 0, old_cost_usd: 0, new_cost_usd: 0, old_unknown_calls: 0 };
      let after: { started_at: string; id: string } | undefined;
      do {
        const { next, ...sums } = await store.usage.ask('repricePart', { rules, period, after });
        addSums(total, sums);
        after = next ?? undefined;
      } while (after);
      return total;
    },
    async 'prices.recompute'({ model, ...period }) {
      try {
        return await store.usage.recompute(await findRules(model, deps), period);
      } finally {
        hub.emit('calls.changed', {});
        hub.emit('gateway_keys.changed', {});
      }
    },
  };
}

/** What is corrected, and what the provider, its script or the price book say today. */
async function findRules(
  model: string | undefined,
  { prices, engine, store }: PriceDeps,
): Promise<PriceRules> {
  const { models } = await store.usage.ask('names', {});
  const known: Record<string, ModelPrice & { source: PriceSource }> = {};
  for (const { model: name, source, is_tiered: isTiered, ...cost } of await engine.listPrices(models)) {
    const { input_cost: input, output_cost: output, cache_read_cost: read, cache_write_cost: write } = cost;
    // One that grows with the prompt is not the price of every call.
    if (source === 'unknown' || isTiered || input === null || output === null) continue;
    known[name] = {
      input_cost: input,
      output_cost: output,
      ...(read === null ? {} : { cache_read_cost: read }),
      ...(write === null ? {} : { cache_write_cost: write }),
      source,
    };
  }
  return { ...prices.rules(), known, model };
}
