import { z } from 'zod';

import { callSchema } from '../contract/calls.ts';
import { costAt, describePrice } from '../contract/prices.ts';
import type { ModelPrice, PriceRules, PriceSource, RepricedSums } from '../contract/prices.ts';
import { timesOf } from './ledger-filter.ts';
import type { Prepare } from './sorted-page.ts';

type Period = { from?: string | undefined; to?: string | undefined };
type Position = { started_at: string; id: string };

export type RepriceQuestion = { rules: PriceRules; period: Period; after?: Position | undefined };
export type RepricePart = RepricedSums & { next: Position | null };

const rowSchema = callSchema
  .pick({
    id: true,
    started_at: true,
    client: true,
    backend: true,
    model_asked: true,
    model_answered: true,
    input_tokens: true,
    output_tokens: true,
    cache_read_tokens: true,
    cache_write_tokens: true,
    cost_usd: true,
    price: true,
    original_cost_usd: true,
    original_price: true,
    recomputed_at: true,
  })
  .extend({ seq: z.number() });
export type PricedRow = z.infer<typeof rowSchema>;

/** What a row's cost becomes; `is_original` takes it back to what it was at the call. */
export type NewCost = { cost_usd: number | null; price: string | null; is_original: boolean };

const positionSchema = z.object({ started_at: z.string(), id: z.string() });
const columns = Object.keys(rowSchema.shape).join(', ');

/** Looks at so many rows of a period, oldest first, and tells of those whose cost would be another one. */
export function repricePart(
  prepare: Prepare,
  { rules, period, after }: RepriceQuestion,
  stepRows: number,
  onChange: (row: PricedRow, cost: NewCost) => void = () => {},
): RepricePart {
  const { since = '', until = '~' } = timesOf({ ...trim(period) });
  const start = after ?? { started_at: since, id: '' };
  const inPeriod = '(started_at, id) > (@startAt, @startId) AND started_at < @until';
  const bounds = { startAt: start.started_at, startId: start.id, until };
  const stopRow = prepare(
    `SELECT started_at, id FROM call_rows WHERE ${inPeriod} ORDER BY started_at, id LIMIT 1 OFFSET ${stepRows}`,
  ).get(bounds);
  const stop = stopRow === undefined ? null : positionSchema.parse(stopRow);
  const rows = prepare(`SELECT ${columns} FROM call_rows
    WHERE ${inPeriod} AND (started_at, id) <= (@stopAt, @stopId) AND status <> 'running'
      AND (recomputed_at IS NOT NULL OR backend IN (SELECT value FROM json_each(@backends)))`).all({
    ...bounds,
    stopAt: stop?.started_at ?? '~',
    stopId: stop?.id ?? '',
    backends: JSON.stringify(backendsOf(rules)),
  });
  const part: RepricePart = { calls: 0, old_cost_usd: 0, new_cost_usd: 0, old_unknown_calls: 0, next: stop };
  for (const found of rows) {
    const row = rowSchema.parse(found);
    const cost = repriceRow(row, rules);
    if (!cost) continue;
    part.calls += 1;
    part.old_cost_usd += row.cost_usd ?? 0;
    part.new_cost_usd += cost.cost_usd ?? 0;
    if (row.cost_usd === null) part.old_unknown_calls += 1;
    onChange(row, cost);
  }
  return part;
}

/** Undefined where the cost stays: no price is corrected, it has it already, or nobody knows the tokens. */
function repriceRow(row: PricedRow, rules: PriceRules): NewCost | undefined {
  const name = modelOf(row, rules);
  if (rules.model !== undefined && name !== rules.model) return undefined;
  const price = priceNow(row, name, rules);
  if (!price) {
    return row.recomputed_at === null
      ? undefined
      : { cost_usd: row.original_cost_usd, price: row.original_price, is_original: true };
  }
  const cost = costAt(price, row);
  const text = describePrice(price, price.source);
  if (cost === undefined || (text === row.price && row.cost_usd !== null)) return undefined;
  return { cost_usd: cost, price: text, is_original: false };
}

/** A corrected price goes to every call, another one only to those whose cost was unknown. */
function priceNow(
  row: PricedRow,
  name: string,
  { prices, known = {} }: PriceRules,
): (ModelPrice & { source: PriceSource }) | undefined {
  const own = Object.hasOwn(prices, name) ? prices[name] : undefined;
  if (own) return { ...own, source: 'corrected' };
  const wasKnown = (row.recomputed_at === null ? row.cost_usd : row.original_cost_usd) !== null;
  return !wasKnown && Object.hasOwn(known, name) ? known[name] : undefined;
}

/** The model a call went to, as `backend/model`: the ledger keeps the name it was asked by, which may be an alias. */
function modelOf(
  { backend, model_asked: asked, model_answered: answered }: PricedRow,
  rules: PriceRules,
): string {
  const own = `${backend}/`;
  if (asked.startsWith(own)) return asked;
  const targets = Object.hasOwn(rules.aliases, asked) ? rules.aliases[asked] : undefined;
  const target = targets?.find(each => each.startsWith(own));
  if (target !== undefined) return target;
  const bare = `${own}${asked}`;
  const isPriced = Object.hasOwn(rules.prices, bare) || Object.hasOwn(rules.known ?? {}, bare);
  return isPriced || answered === null ? bare : `${own}${answered}`;
}

function backendsOf({ prices, known = {}, model }: PriceRules): string[] {
  const names = model === undefined ? [...Object.keys(prices), ...Object.keys(known)] : [model];
  return [...new Set(names.map(name => name.slice(0, name.indexOf('/'))))];
}

function trim({ from, to }: Period): { from?: string; to?: string } {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
