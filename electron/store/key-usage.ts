import { z } from 'zod';

import type { CallEnd, CallStart } from '../contract/calls.ts';
import { keyTotalSchema } from '../contract/keys.ts';
import type { GatewayKey, KeyTotal } from '../contract/keys.ts';
import { PassingMap } from '../contract/passing-map.ts';
import type { BatchPart } from './batch-writer.ts';
import type { ForeignCommits } from './foreign-commits.ts';
import type { Database } from './load-sqlite.ts';

/** What each key has used, its calls of a moment ago included, those of other processes once they are written. */
export type KeyUsageBook = {
  begin(start: Pick<CallStart, 'id' | 'client' | 'started_at'>): void;
  end(end: CallEnd): void;
  /** Since the beginning of a period, and how many of its calls run now. Reads the database only where that may differ. */
  total(this: void, keyId: string, since: Date): KeyTotal & { running: number };
  /** Sums were changed in the database: they are read again. */
  forget(): void;
};

type Bucket = KeyTotal & { key_id: string; quarter: number };
type Running = { key_id: string; quarter: number };
type Known = { since: number; total: KeyTotal };

const totalColumns = Object.keys(keyTotalSchema.shape);
const nullableTotalSchema = z.object(
  Object.fromEntries(totalColumns.map(name => [name, z.number().nullable()])),
);

const selectSql = `
  SELECT ${totalColumns.map(name => `sum(${name}) AS ${name}`).join(', ')}
  FROM key_usage WHERE key_id = ? AND quarter >= ?
`;
const addSql = `
  INSERT INTO key_usage (key_id, quarter, ${totalColumns.join(', ')})
  VALUES (@key_id, @quarter, ${totalColumns.map(name => `@${name}`).join(', ')})
  ON CONFLICT (key_id, quarter) DO UPDATE SET
    ${totalColumns.map(name => `${name} = ${name} + excluded.${name}`).join(',\n    ')}
`;

type Options = {
  db: Database;
  now: () => Date;
  commits: ForeignCommits;
  keyNamed: (name: string) => Pick<GatewayKey, 'id'> | undefined;
};

export function createKeyUsage({ db, now, commits, keyNamed }: Options): KeyUsageBook & BatchPart {
  const select = db.prepare(selectSql);
  const add = db.prepare(addSql);
  const running = new PassingMap<string, Running>();
  const runningByKey = new Map<string, number>();
  // Ended and not yet written, by key and quarter.
  let pending = new Map<string, Bucket>();
  const known = new Map<string, Known>();
  let readAt = commits.count();

  const written = (keyId: string, since: number): KeyTotal => {
    const count = commits.count();
    if (count !== readAt) known.clear();
    readAt = count;
    const cached = known.get(keyId);
    if (cached?.since === since) return cached.total;
    const sums = nullableTotalSchema.parse(select.get(keyId, since));
    // Safe: the same names, each with a number.
    const total = Object.fromEntries(totalColumns.map(name => [name, sums[name] ?? 0])) as KeyTotal;
    known.set(keyId, { since, total });
    return total;
  };

  /** What was pending is in the database now: the sums read before gain it. */
  const settle = (): void => {
    for (const bucket of pending.values()) {
      const sum = known.get(bucket.key_id);
      if (sum && bucket.quarter >= sum.since) sum.total = addTotals(sum.total, bucket);
    }
    pending = new Map();
  };

  return {
    begin({ id, client, started_at: startedAt }) {
      const key = keyNamed(client);
      if (!key) return;
      running.set(id, { key_id: key.id, quarter: quarterOf(Date.parse(startedAt) || now().getTime()) });
      runningByKey.set(key.id, (runningByKey.get(key.id) ?? 0) + 1);
    },
    end(end) {
      const call = running.delete(end.id);
      if (!call) return;
      runningByKey.set(call.key_id, (runningByKey.get(call.key_id) ?? 1) - 1);
      const added = totalOf(end);
      if (!added) return;
      const slot = `${call.key_id} ${call.quarter}`;
      const before = pending.get(slot);
      pending.set(slot, Object.assign(before ?? call, before ? addTotals(before, added) : added));
    },
    total(keyId, since) {
      const first = quarterOf(since.getTime());
      let total = written(keyId, first);
      for (const bucket of pending.values()) {
        if (bucket.key_id === keyId && bucket.quarter >= first) total = addTotals(total, bucket);
      }
      return { ...total, running: runningByKey.get(keyId) ?? 0 };
    },
    forget: () => known.clear(),
    isWaiting: () => pending.size > 0,
    write() {
      for (const bucket of pending.values()) add.run(bucket);
      return settle;
    },
  };
}

function quarterOf(time: number): number {
  return Math.floor(time / 900_000);
}

/** Numbers come from upstreams: what is none counts as unknown. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

export const noTotal: KeyTotal = { calls: 0, cost_usd: 0, tokens: 0, unpriced_calls: 0, uncounted_calls: 0 };

/** Undefined for a failed call without numbers, which cost nothing; any other without them cost nobody knows what. */
export function totalOf(end: CallEnd): KeyTotal | undefined {
  const cost = finite(end.cost_usd);
  const [input, output] = [finite(end.input_tokens), finite(end.output_tokens)];
  const isUncounted = input === null && output === null;
  if (end.status === 'error' && cost === null && isUncounted) return undefined;
  return {
    calls: 1,
    cost_usd: cost ?? 0,
    tokens: (input ?? 0) + (output ?? 0),
    unpriced_calls: cost === null ? 1 : 0,
    uncounted_calls: isUncounted ? 1 : 0,
  };
}

export function addTotals(one: KeyTotal, other: KeyTotal): KeyTotal {
  return {
    calls: one.calls + other.calls,
    cost_usd: one.cost_usd + other.cost_usd,
    tokens: one.tokens + other.tokens,
    unpriced_calls: one.unpriced_calls + other.unpriced_calls,
    uncounted_calls: one.uncounted_calls + other.uncounted_calls,
  };
}
