import type { ModelPrice, PriceRules, RepricedSums } from '../contract/prices.ts';
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
      const rules = { ...prices.rules(), model };
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
        return await store.usage.recompute({ ...prices.rules(), model }, period);
      } finally {
        hub.emit('calls.changed', {});
        hub.emit('gateway_keys.changed', {});
      }
    },
  };
}
