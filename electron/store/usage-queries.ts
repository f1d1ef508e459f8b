import { z } from 'zod';

import { usageSlotSchema, usageSumsSchema } from '../contract/usage-calls.ts';
import type {
  LedgerNames,
  UsageOverview,
  UsagePart,
  UsageSlot,
  UsageSpeeds,
  UsageSums,
} from '../contract/usage-calls.ts';
import type { BackendUse } from '../contract/provider-calls.ts';
import { createBackendUse } from './backend-use.ts';
import { uncountedSql } from './count-usage.ts';
import type { Database } from './load-sqlite.ts';
import { periodSql, periodValues } from './usage-period.ts';

type Period = { from: string; to: string };

/** Questions to the sums of the ledger. Days are compared as text, which is their order. */
export type UsageQueries = {
  overview(period: Period): UsageOverview;
  days(period: Period): UsageSlot[];
  names(): LedgerNames;
  isComplete(): boolean;
  /** What came of each backend's calls in a month (2026-01), and how the newest since a day ended. */
  backendUse(asked: { month: string; recent: string }): BackendUse[];
};

const timedSumsSchema = usageSumsSchema.extend({ generated_tokens: z.number(), generating_ms: z.number() });
type TimedSums = z.infer<typeof timedSumsSchema>;
const dayPartSchema = timedSumsSchema.extend({ backend: z.string(), model: z.string(), client: z.string() });
const chatPartSchema = timedSumsSchema.extend({ key: z.string(), title: z.string().nullable() });
const bucketSchema = z.object({
  backend: z.string(),
  model: z.string(),
  bucket: z.number(),
  calls: z.number(),
});
type Bucket = z.infer<typeof bucketSchema>;

const timedNames = Object.keys(timedSumsSchema.shape);
const slotSums = Object.keys(usageSumsSchema.shape)
  .map(name => `sum(${name}) AS ${name}`)
  .join(', ');
const partSums = timedNames.map(name => `sum(${name}) AS ${name}`).join(', ');
/** More chats than somebody looks through; the rest is in the sums. */
const mostChats = 200;

const keySql = {
  hour: "strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch')",
  day: 'day',
  month: 'substr(day, 1, 7)',
} as const;

export function createUsageQueries(db: Database): UsageQueries {
  const inPeriod = 'day BETWEEN @from AND @to';
  const slots = (unit: keyof typeof keySql) =>
    db.prepare(`SELECT ${keySql[unit]} AS key, ${slotSums} FROM usage_hours
      WHERE ${inPeriod} GROUP BY key HAVING sum(calls) > 0 ORDER BY key`);
  const overTime = { hour: slots('hour'), day: slots('day'), month: slots('month') };
  const parts = db.prepare(`SELECT backend, model, client, ${partSums}
    FROM ${periodSql(`backend, model, client, ${timedNames.join(', ')}`)}
    GROUP BY backend, model, client HAVING sum(calls) > 0`);
  const chats = db.prepare(`SELECT chat_id AS key, chats.title, ${partSums}
    FROM usage_chats LEFT JOIN chats ON chats.id = chat_id AND chats.deleted_at IS NULL
    WHERE ${inPeriod} GROUP BY chat_id HAVING sum(calls) > 0
    ORDER BY cost_usd DESC, calls DESC LIMIT ${mostChats}`);
  const tokens = { months: 'usage_month_first_tokens', days: 'usage_first_tokens' };
  const buckets = db.prepare(`SELECT backend, model, bucket, sum(calls) AS calls
    FROM ${periodSql('backend, model, bucket, calls', tokens)}
    GROUP BY backend, model, bucket HAVING sum(calls) > 0`);
  const waiting = db.prepare(uncountedSql).pluck();
  const names = (column: string) =>
    db.prepare(`SELECT DISTINCT ${column} FROM usage_months ORDER BY 1`).pluck();
  const allNames = { backends: names('backend'), models: names('model'), clients: names('client') };

  const isComplete = (): boolean => waiting.get() === 0;
  const readSlots = (period: Period, unit: keyof typeof keySql): UsageSlot[] =>
    overTime[unit].all(period).map(row => usageSlotSchema.parse(row));

  return {
    isComplete,
    backendUse: createBackendUse(db),
    days: period => readSlots(period, 'day'),
    names: () => ({
      backends: z.array(z.string()).parse(allNames.backends.all()),
      models: z.array(z.string()).parse(allNames.models.all()),
      clients: z.array(z.string()).parse(allNames.clients.all()),
    }),
    overview(period) {
      const rows = parts.all(periodValues(period)).map(row => dayPartSchema.parse(row));
      const told = buckets.all(periodValues(period)).map(row => bucketSchema.parse(row));
      const unit = unitFor(period);
      const total = rows.reduce<TimedSums>(addSums, noSums());
      return {
        total: { ...withoutTimes(total), ...speedsOf(total, told) },
        unit,
        over_time: readSlots(period, unit),
        by_model: groupBy(rows, told, 'model'),
        by_backend: groupBy(rows, told, 'backend'),
        by_client: groupBy(rows, [], 'client'),
        by_chat: chats.all(period).map(row => {
          const part = chatPartSchema.parse(row);
          return { ...withoutTimes(part), key: part.key, title: part.title, ...speedsOf(part, []) };
        }),
        is_complete: isComplete(),
      };
    },
  };
}

/** As many bars as can be told apart. */
function unitFor({ from, to }: Period): keyof typeof keySql {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  if (days <= 2) return 'hour';
  return days <= 92 ? 'day' : 'month';
}

function groupBy(
  rows: z.infer<typeof dayPartSchema>[],
  told: Bucket[],
  name: 'model' | 'backend' | 'client',
): UsagePart[] {
  const sums = new Map<string, TimedSums>();
  for (const row of rows) sums.set(row[name], addSums(sums.get(row[name]) ?? noSums(), row));
  const buckets = new Map<string, Bucket[]>();
  for (const bucket of told) {
    const key = name === 'client' ? '' : bucket[name];
    const known = buckets.get(key);
    if (known) known.push(bucket);
    else buckets.set(key, [bucket]);
  }
  return [...sums]
    .map(([key, sum]) => ({
      ...withoutTimes(sum),
      key,
      title: null,
      ...speedsOf(sum, buckets.get(key) ?? []),
    }))
    .toSorted((a, b) => b.cost_usd - a.cost_usd || b.calls - a.calls || (a.key < b.key ? -1 : 1));
}

function speedsOf(sums: TimedSums, told: readonly Bucket[]): UsageSpeeds {
  const counts = new Map<number, number>();
  for (const { bucket, calls } of told) counts.set(bucket, (counts.get(bucket) ?? 0) + calls);
  return {
    first_token_p50_ms: quantile(counts, 0.5),
    first_token_p95_ms: quantile(counts, 0.95),
    tokens_per_second: sums.generating_ms > 0 ? (sums.generated_tokens / sums.generating_ms) * 1000 : null,
  };
}

function quantile(counts: ReadonlyMap<number, number>, part: number): number | null {
  const total = [...counts.values()].reduce((sum, calls) => sum + calls, 0);
  let seen = 0;
  for (const [bucket, calls] of [...counts].toSorted(([a], [b]) => a - b)) {
    seen += calls;
    if (seen >= total * part) return Math.round(2 ** (bucket / 8));
  }
  return null;
}

function noSums(): TimedSums {
  // Safe: the names of the very schema, each with a number.
  return Object.fromEntries(timedNames.map(name => [name, 0])) as TimedSums;
}

function addSums(one: TimedSums, other: TimedSums): TimedSums {
  const sums = { ...one };
  // Safe: the names of the very schema.
  for (const name of timedNames as (keyof TimedSums)[]) sums[name] += other[name];
  return sums;
}

function withoutTimes(sums: TimedSums): UsageSums {
  return usageSumsSchema.parse(sums);
}
