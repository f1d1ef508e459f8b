import { describe, expect, it } from 'vitest';

import { priceCall } from '../../electron/engine/price-call.ts';

const usage = { input_tokens: 1_000_000, output_tokens: 1_000_000 };
const openai = { base_url: 'https://api.openai.com', model: 'gpt-4o', demo: false };

describe('the cost of a call', () => {
  it('comes from the price book, with the price it was computed from', async () => {
    const cost = await priceCall({ ...openai, usage });
    const price = JSON.parse(cost?.price ?? '{}') as Record<string, unknown>;
    expect(price).toMatchObject({ source: 'genai-prices', model: 'gpt-4o' });
    expect(cost?.cost_usd).toBeCloseTo(Number(price.input_mtok) + Number(price.output_mtok), 6);
    expect(cost?.cost_usd).toBeGreaterThan(0);
  });

  it('counts cached tokens at their own price, not as fresh ones', async () => {
    const fresh = await priceCall({ ...openai, usage });
    const cached = await priceCall({ ...openai, usage: { ...usage, cache_read_tokens: 900_000 } });
    expect(cached?.cost_usd).toBeLessThan(fresh?.cost_usd ?? 0);
  });

  it('takes the prices a script gives for a model first', async () => {
    const facts = { id: 'm', input_cost: 2, output_cost: 4, cache_read_cost: 1 };
    const asked = { ...openai, facts, usage: { ...usage, cache_read_tokens: 500_000 } };
    const cost = await priceCall(asked);
    expect(cost?.cost_usd).toBeCloseTo(1 + 0.5 + 4, 6);
    expect(cost?.price).toContain('"source":"script"');
  });

  it.each([
    ['an address of one’s own', { base_url: 'http://localhost:8080', model: 'gpt-4o', usage }],
    ['a model nobody knows', { base_url: 'https://api.openai.com', model: 'no-such-model', usage }],
    ['tokens nobody reported', { ...openai, usage: {} }],
    ['usage that contradicts itself', { ...openai, usage: { ...usage, cache_read_tokens: 9_000_000 } }],
  ])('is not made up for %s', async (_what, call) => {
    expect(await priceCall({ ...call, demo: false })).toBeUndefined();
  });

  it('is nothing for the demo', async () => {
    expect(await priceCall({ ...openai, usage, demo: true })).toMatchObject({ cost_usd: 0 });
  });
});
