import { z } from 'zod';

import { keyTotalSchema, periodAround } from '../contract/keys.ts';
import type { BudgetPeriod, KeyTotal } from '../contract/keys.ts';
import type { PassingMap } from '../contract/passing-map.ts';
import type { BatchPart } from './batch-writer.ts';
import type { ForeignCommits } from './foreign-commits.ts';
import type { Database } from './load-sqlite.ts';
import { addTo, noTotal, type RunningCall } from './key-usage.ts';

/** Whose calls; all of them where nothing is said. */
export type SpendScope = { backend?: string | undefined; client?: string | undefined };

/** What the calls of a scope use up in the day and the month that run, in memory: asking costs no query. */
export type SpendBook = {
  /** Calls of a moment ago included, and how many run. Reads the database where another process wrote, or a period began. */
  total(this: void, scope: SpendScope, period: BudgetPeriod): KeyTotal & { running: number };
  /** A call that ran has ended; `backend` is the one that was asked last. */
  end(call: RunningCall, backend: string, total: KeyTotal): void;
  /** Sums were deleted, or computed anew: they are read again. */
  forget(): void;
};

type EndedCall = { backend: string; client: string; time: number; total: KeyTotal };
type Sums = Map<string, KeyTotal>;
type Known = { since: number; until: number; sums: Sums };

const rowSchema = keyTotalSchema.extend({ backend: z.string(), client: z.string() });

// Some rows a month, and those that wait to be added to them.
const unfinished = (row: string): string => `SELECT ${row}.backend, ${row}.client,
  CASE WHEN ${row}.status = 'error' AND cost_usd IS NULL AND input_tokens IS NULL AND output_tokens IS NULL THEN 0 ELSE 1 END
    AS calls,
  coalesce(cost_usd, 0) AS cost_usd, coalesce(input_tokens, 0) + coalesce(output_tokens, 0) AS tokens,
  (cost_usd IS NULL AND NOT (status = 'error' AND input_tokens IS NULL AND output_tokens IS NULL)) AS unpriced_calls,
  (input_tokens IS NULL AND output_tokens IS NULL AND status <> 'error') AS uncounted_calls
  FROM call_rows AS ${row}`;
const inPeriod = "status <> 'running' AND started_at >= @since AND started_at < @until";
const counted = `backend, client, calls - errors AS calls, cost_usd, input_tokens + output_tokens AS tokens,
  unknown_cost_calls AS unpriced_calls, unknown_tokens_calls AS uncounted_calls`;

function selectSql(table: 'usage_days' | 'usage_months', column: 'day' | 'month'): string {
  return `SELECT backend, client, sum(calls) AS calls, sum(cost_usd) AS cost_usd, sum(tokens) AS tokens,
      sum(unpriced_calls) AS unpriced_calls, sum(uncounted_calls) AS uncounted_calls
    FROM (
      SELECT ${counted} FROM ${table} WHERE ${column} = @name
      UNION ALL SELECT ${counted} FROM usage_corrections WHERE NOT only_for_chat AND substr(day, 1, length(@name)) = @name
      UNION ALL ${unfinished('fresh')} WHERE fresh.seq > (SELECT counted_to FROM usage_progress) AND ${inPeriod}
      UNION ALL ${unfinished('late')} WHERE late.seq IN (SELECT seq FROM usage_late) AND ${inPeriod})
    GROUP BY backend, client`;
}

type Options = {
  db: Database;
  now: () => Date;
  commits: ForeignCommits;
  running: PassingMap<string, RunningCall>;
};

export function createSpendBook(options: Options): SpendBook & BatchPart {
  const { now, commits, running } = options;
  const read = createReader(options);
  // Ended and not yet written.
  let pending: EndedCall[] = [];
  const known = new Map<BudgetPeriod, Known>();
  let readAt = commits.count();

  const current = (period: BudgetPeriod): Known => {
    const count = commits.count();
    if (count !== readAt) known.clear();
    readAt = count;
    const time = now().getTime();
    const cached = known.get(period);
    if (cached && time >= cached.since && time < cached.until) return cached;
    const fresh = read(period, new Date(time));
    for (const call of pending) addCall(fresh, call);
    known.set(period, fresh);
    return fresh;
  };

  return {
    end({ client, time }, backend, total) {
      const call = { backend, client, time, total };
      pending.push(call);
      for (const sums of known.values()) addCall(sums, call);
    },
    total(scope, period) {
      const total = current(period).sums.get(nameOf(scope)) ?? noTotal;
      return { ...total, running: countRunning(running, scope) };
    },
    forget: () => known.clear(),
    isWaiting: () => pending.length > 0,
    // The calls themselves are written by the ledger, in the same transaction.
    write() {
      const { length } = pending;
      return () => {
        pending = pending.slice(length);
      };
    },
  };
}

function createReader({ db }: Options): (period: BudgetPeriod, now: Date) => Known {
  const statements = {
    day: db.prepare(selectSql('usage_days', 'day')),
    month: db.prepare(selectSql('usage_months', 'month')),
  };
  return (period, now) => {
    const { since, until } = periodAround(period, now);
    const rows = statements[period].all({
      name: nameOfPeriod(period, since),
      since: since.toISOString(),
      until: until.toISOString(),
    });
    const sums: Sums = new Map();
    for (const row of rows) {
      const { backend, client, ...total } = rowSchema.parse(row);
      addToScopes(sums, { backend, client }, total);
    }
    return { since: since.getTime(), until: until.getTime(), sums };
  };
}

function addCall({ since, until, sums }: Known, call: EndedCall): void {
  if (call.time >= since && call.time < until) addToScopes(sums, call, call.total);
}

function addToScopes(
  sums: Sums,
  { backend, client }: { backend: string; client: string },
  total: KeyTotal,
): void {
  for (const name of [nameOf({}), nameOf({ backend }), nameOf({ client })]) {
    const sum = sums.get(name) ?? { ...noTotal };
    sums.set(name, sum);
    addTo(sum, total);
  }
}

function nameOf({ backend, client }: SpendScope): string {
  return backend !== undefined ? `b ${backend}` : client !== undefined ? `c ${client}` : '';
}

function countRunning(running: PassingMap<string, RunningCall>, { backend, client }: SpendScope): number {
  if (backend === undefined && client === undefined) return running.size;
  let count = 0;
  for (const call of running.values())
    if (backend === undefined ? call.client === client : call.backend === backend) count += 1;
  return count;
}

/** As the sums name their days and months: by the clock on the wall. */
function nameOfPeriod(period: BudgetPeriod, since: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const month = `${String(since.getFullYear()).padStart(4, '0')}-${two(since.getMonth() + 1)}`;
  return period === 'month' ? month : `${month}-${two(since.getDate())}`;
}
