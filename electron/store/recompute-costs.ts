import { AppError } from '../contract/errors.ts';
import type { PriceRules, RepricedSums } from '../contract/prices.ts';
import type { Database, Statement } from './load-sqlite.ts';
import { type NewCost, type PricedRow, repricePart, type RepriceQuestion } from './reprice.ts';

/** Computes past costs anew, in slices; the cost of the call stays beside the new one. Throws invalid_request while it runs already. */
export type CostRecomputer = {
  recompute(rules: PriceRules, period: RepriceQuestion['period']): Promise<RepricedSums>;
};

// Some milliseconds of work.
const sliceRows = 400;
/** Between two slices, so that answers and pages have the thread most of the time. */
const pauseMs = 5;

type Options = {
  db: Database;
  now: () => Date;
  /** Writes what waits, so that it is recomputed as well. */
  flush: () => void;
  /** Sums in memory that have to be read again. */
  books: readonly { forget(): void }[];
};

export function createCostRecomputer({ db, now, flush, books }: Options): CostRecomputer {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const write = prepareWriter(db, now);
  let isRunning = false;

  const workSlice = db.transaction((question: RepriceQuestion) =>
    repricePart(prepare, question, sliceRows, write),
  );

  return {
    async recompute(rules, period) {
      if (isRunning) {
        throw new AppError(
          'invalid_request',
          'Costs are being computed anew already. Wait until that is done.',
        );
      }
      isRunning = true;
      const total: RepricedSums = { calls: 0, old_cost_usd: 0, new_cost_usd: 0, old_unknown_calls: 0 };
      try {
        flush();
        let after: RepriceQuestion['after'];
        do {
          const { next, ...sums } = workSlice.immediate({ rules, period, after });
          addSums(total, sums);
          after = next ?? undefined;
          if (after) await new Promise(resolve => void setTimeout(resolve, pauseMs));
        } while (after && db.open);
        return total;
      } finally {
        isRunning = false;
        for (const book of books) book.forget();
      }
    },
  };
}

export function addSums(total: RepricedSums, sums: RepricedSums): void {
  total.calls += sums.calls;
  total.old_cost_usd += sums.old_cost_usd;
  total.new_cost_usd += sums.new_cost_usd;
  total.old_unknown_calls += sums.old_unknown_calls;
}

function prepareWriter(db: Database, now: () => Date): (row: PricedRow, cost: NewCost) => void {
  const save = db.prepare(`UPDATE call_rows SET cost_usd = @cost_usd, price = @price,
    original_cost_usd = iif(recomputed_at IS NULL, cost_usd, original_cost_usd),
    original_price = iif(recomputed_at IS NULL, price, original_price), recomputed_at = @at WHERE seq = @seq`);
  const putBack = db.prepare(`UPDATE call_rows SET cost_usd = original_cost_usd, price = original_price,
    original_cost_usd = NULL, original_price = NULL, recomputed_at = NULL WHERE seq = ?`);
  // What the key of a client has used is summed apart from the ledger.
  const correctKey =
    db.prepare(`UPDATE key_usage SET cost_usd = cost_usd + @more, unpriced_calls = unpriced_calls + @unpriced
    WHERE quarter = CAST(strftime('%s', @started_at) AS INTEGER) / 900 AND key_id IN (
      SELECT id FROM gateway_keys WHERE name = @client AND created_at <= @started_at
        AND (revoked_at IS NULL OR revoked_at >= @started_at))`);
  return ({ seq, client, started_at, cost_usd: before }, { cost_usd, price, is_original: isOriginal }) => {
    if (isOriginal) putBack.run(seq);
    else save.run({ seq, cost_usd, price, at: now().toISOString() });
    correctKey.run({
      client,
      started_at,
      more: (cost_usd ?? 0) - (before ?? 0),
      unpriced: Number(cost_usd === null) - Number(before === null),
    });
  };
}
