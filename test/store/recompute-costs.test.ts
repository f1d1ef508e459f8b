import { expect, test } from 'vitest';

import type { PriceRules } from '../../electron/contract/prices.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { makeEnd, makeStart, openTestStore } from './test-store.ts';

const rules = (prices: PriceRules['prices'], more: Partial<PriceRules> = {}): PriceRules => ({
  prices,
  aliases: {},
  ...more,
});
const llama = { input_cost: 1000, output_cost: 2000, cache_read_cost: 100 };
/** 90 fresh tokens, 10 from the cache, 20 of answer, as `makeEnd` has them. */
const llamaCost = (90 * 1000 + 10 * 100 + 20 * 2000) / 1e6;

function record(
  store: Store,
  start: Parameters<typeof makeStart>[0] = {},
  end: Parameters<typeof makeEnd>[1] = {},
) {
  const begun = makeStart(start);
  store.calls.begin(begun);
  store.calls.end(makeEnd(begun.id, end));
  return begun.id;
}

const callOf = async (store: Store, id: string) => (await store.usage.ask('entry', { id })).call;
const sumOf = async (store: Store) => (await store.usage.ask('sum', {})).cost_usd;

test('a preview says what would change and changes nothing; the run keeps what it was', async () => {
  const store = openTestStore();
  const priced = record(store);
  const unpriced = record(store, {}, { cost_usd: null, price: null });
  const other = record(store, { backend: 'work', model_asked: 'work/llama' });
  const uncounted = record(store, {}, { input_tokens: null, output_tokens: null });
  const question = { rules: rules({ 'groq/llama': llama }), period: {} };
  const { next, ...preview } = await store.usage.ask('repricePart', question);
  expect(next).toBeNull();
  expect(preview).toEqual({
    calls: 2,
    old_cost_usd: 0.25,
    new_cost_usd: 2 * llamaCost,
    old_unknown_calls: 1,
  });
  expect(await callOf(store, priced)).toMatchObject({ cost_usd: 0.25, recomputed_at: null });
  expect(await sumOf(store)).toBe(0.75);

  expect(await store.usage.recompute(question.rules, {})).toEqual(preview);
  expect(await callOf(store, priced)).toMatchObject({
    cost_usd: llamaCost,
    price:
      '{"input_mtok":1000,"output_mtok":2000,"cache_read_mtok":100,"cache_write_mtok":1000,"source":"corrected"}',
    original_cost_usd: 0.25,
    original_price: '{"input_mtok":2.5}',
    recomputed_at: expect.any(String) as string,
  });
  expect(await callOf(store, unpriced)).toMatchObject({ cost_usd: llamaCost, original_cost_usd: null });
  expect(await callOf(store, other)).toMatchObject({ cost_usd: 0.25, recomputed_at: null });
  expect(await callOf(store, uncounted)).toMatchObject({ cost_usd: 0.25, recomputed_at: null });
  expect(await sumOf(store)).toBeCloseTo(0.5 + 2 * llamaCost, 9);
});

test('it can be done again, and taken back with the correction', async () => {
  const store = openTestStore();
  const id = record(store);
  await store.usage.recompute(rules({ 'groq/llama': llama }), {});
  expect((await store.usage.recompute(rules({ 'groq/llama': llama }), {})).calls).toBe(0);
  const dear = rules({ 'groq/llama': { input_cost: 0, output_cost: 100_000 } });
  expect((await store.usage.recompute(dear, {})).new_cost_usd).toBe(2);
  expect(await callOf(store, id)).toMatchObject({ cost_usd: 2, original_cost_usd: 0.25 });
  expect(await store.usage.recompute(rules({}), {})).toMatchObject({ calls: 1, new_cost_usd: 0.25 });
  expect(await callOf(store, id)).toMatchObject({
    cost_usd: 0.25,
    price: '{"input_mtok":2.5}',
    original_cost_usd: null,
    recomputed_at: null,
  });
  expect(await sumOf(store)).toBe(0.25);
});

test('only the days and the model asked for change, and aliases are seen through', async () => {
  const store = openTestStore();
  const april = record(store, { started_at: new Date(2026, 3, 5).toISOString() });
  const alias = record(store, { model_asked: 'fast' });
  const bare = record(store, { model_asked: 'gone-alias' }, { model_answered: 'llama' });
  const second = record(store, { model_asked: 'groq/other' });
  const prices = { 'groq/llama': llama, 'groq/other': llama };
  const asked = rules(prices, { aliases: { fast: ['work/x', 'groq/llama'] }, model: 'groq/llama' });
  const march = { from: '2026-03-01', to: '2026-03-31' };
  expect((await store.usage.recompute(asked, march)).calls).toBe(2);
  const isNew = async (id: string) => (await callOf(store, id)).recomputed_at !== null;
  expect(await Promise.all([april, alias, bare, second].map(isNew))).toEqual([false, true, true, false]);
});

test('more rows than a slice are all looked at, while nobody waits for the others', async () => {
  const store = openTestStore();
  for (let index = 0; index < 1500; index += 1)
    record(store, { started_at: new Date(Date.UTC(2026, 2, 1) + (index >> 2) * 1000).toISOString() });
  const running = store.usage.recompute(rules({ 'groq/llama': llama }), {});
  await expect(store.usage.recompute(rules({}), {})).rejects.toThrow('computed anew already');
  expect((await running).calls).toBe(1500);
  while (store.usage.work());
  expect(await sumOf(store)).toBeCloseTo(1500 * llamaCost, 6);
});

test('budgets see the new costs: of backends and of keys', async () => {
  const now = new Date();
  const store = openTestStore();
  const key = store.gatewayKeys.create('tool');
  record(store, { client: 'tool', started_at: new Date().toISOString() }, { cost_usd: null, price: null });
  expect(store.spend.total({}, 'month')).toMatchObject({ cost_usd: 0, unpriced_calls: 1 });
  const since = new Date(now.getFullYear(), now.getMonth(), 1);
  expect(store.keyUsage.total(key.id, since)).toMatchObject({ cost_usd: 0, unpriced_calls: 1 });
  await store.usage.recompute(rules({ 'groq/llama': llama }), {});
  expect(store.spend.total({ backend: 'groq' }, 'month')).toMatchObject({
    cost_usd: llamaCost,
    unpriced_calls: 0,
  });
  expect(store.keyUsage.total(key.id, since)).toMatchObject({ cost_usd: llamaCost, unpriced_calls: 0 });
});

test('a call of unknown cost gets the price that is known now, and one of known cost keeps its own', async () => {
  const store = openTestStore();
  const unpriced = record(store, {}, { cost_usd: null, price: null });
  const priced = record(store);
  const known = { 'groq/llama': { ...llama, source: 'catalogue' as const } };
  const question = rules({}, { known });
  expect(await store.usage.recompute(question, {})).toMatchObject({ calls: 1, old_unknown_calls: 1 });
  expect(await callOf(store, unpriced)).toMatchObject({
    cost_usd: llamaCost,
    price: expect.stringContaining('"source":"catalogue"') as string,
    original_cost_usd: null,
  });
  expect(await callOf(store, priced)).toMatchObject({ cost_usd: 0.25, recomputed_at: null });

  // Once more there is nothing to do; a correction goes before it, and the list's price comes back after it.
  expect(await store.usage.recompute(question, {})).toMatchObject({ calls: 0 });
  const corrected = { ...llama, input_cost: 0, cache_read_cost: 0 };
  await store.usage.recompute(rules({ 'groq/llama': corrected }, { known }), {});
  expect(await callOf(store, unpriced)).toMatchObject({ cost_usd: 0.04 });
  await store.usage.recompute(question, {});
  expect(await callOf(store, unpriced)).toMatchObject({ cost_usd: llamaCost });
  expect(await callOf(store, priced)).toMatchObject({ cost_usd: 0.25 });
});
