import { z } from 'zod';

import type { CallEnd } from '../contract/calls.ts';
import { keyTotalSchema } from '../contract/keys.ts';
import type { GatewayKey, KeyTotal } from '../contract/keys.ts';
import type { BatchPart } from './batch-writer.ts';
import type { ForeignCommits } from './foreign-commits.ts';
import type { Database } from './load-sqlite.ts';

/** What each key has used, its calls of a moment ago included, those of other processes once they are written. */
export type KeyUsageBook = {
  /** The key a client is, if it has one. */
  keyOf(client: string): string | undefined;
  begin(call: RunningCall): void;
  /** `total` is undefined where the call cost nothing and counts for nothing. */
  end(call: RunningCall, total: KeyTotal | undefined): void;
  /** Since the beginning of a period, and how many of its calls run now. Reads the database only where that may differ. */
  total(this: void, keyId: string, since: Date): KeyTotal & { running: number };
  /** Sums were changed in the database: they are read again. */
  forget(): void;
};

/** What has to be known of a call from its beginning until it ends; `time` is when it began, `key_id` whose key it came with. */
export type RunningCall = { backend: string; client: string; time: number; key_id: string | undefined };

type Bucket = KeyTotal & { key_id: string; quarter: number };
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
  commits: ForeignCommits;
  keyNamed: (name: string) => Pick<GatewayKey, 'id'> | undefined;
};

export function createKeyUsage({ db, commits, keyNamed }: Options): KeyUsageBook & BatchPart {
  const select = db.prepare(selectSql);
  const add = db.prepare(addSql);
  const runningByKey = new Map<string, number>();
  // Ended and not yet written: one for each key that was used within a batch, or two.
  let pending: Bucket[] = [];
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
    for (const bucket of pending) {
      const sum = known.get(bucket.key_id);
      if (sum && bucket.quarter >= sum.since) addTo(sum.total, bucket);
    }
    pending = [];
  };

  return {
    keyOf: client => keyNamed(client)?.id,
    begin({ key_id: keyId }) {
      if (keyId !== undefined) runningByKey.set(keyId, (runningByKey.get(keyId) ?? 0) + 1);
    },
    end({ key_id: keyId, time }, total) {
      if (keyId === undefined) return;
      runningByKey.set(keyId, (runningByKey.get(keyId) ?? 1) - 1);
      if (!total) return;
      const quarter = quarterOf(time);
      let bucket = pending.find(each => each.key_id === keyId && each.quarter === quarter);
      if (!bucket) pending.push((bucket = { ...noTotal, key_id: keyId, quarter }));
      addTo(bucket, total);
    },
    total(keyId, since) {
      const first = quarterOf(since.getTime());
      const total = { ...written(keyId, first), running: runningByKey.get(keyId) ?? 0 };
      for (const bucket of pending) {
        if (bucket.key_id === keyId && bucket.quarter >= first) addTo(total, bucket);
      }
      return total;
    },
    forget: () => known.clear(),
    isWaiting: () => pending.length > 0,
    write() {
      for (const bucket of pending) add.run(bucket);
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

export function addTo(sum: KeyTotal, added: KeyTotal): void {
  sum.calls += added.calls;
  sum.cost_usd += added.cost_usd;
  sum.tokens += added.tokens;
  sum.unpriced_calls += added.unpriced_calls;
  sum.uncounted_calls += added.uncounted_calls;
}
