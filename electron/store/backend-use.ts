import { z } from 'zod';

import type { BackendUse } from '../contract/provider-calls.ts';
import type { Database } from './load-sqlite.ts';

const useSchema = z.object({
  backend: z.string(),
  calls: z.number(),
  errors: z.number(),
  cost_usd: z.number(),
  unknown_cost_calls: z.number(),
});
const newestSchema = z.object({ backend: z.string(), status: z.string(), at: z.string() });

/** From the sums alone, but for the one row that tells what an error was. */
export function createBackendUse(db: Database): (asked: { month: string; recent: string }) => BackendUse[] {
  const use =
    db.prepare(`SELECT backend, sum(calls) AS calls, sum(errors) AS errors, sum(cost_usd) AS cost_usd,
      sum(unknown_cost_calls) AS unknown_cost_calls
    FROM usage_months WHERE month = @month GROUP BY backend HAVING sum(calls) > 0 ORDER BY sum(calls) DESC, backend`);
  const newest = db.prepare(`SELECT backend, status, max(last_at) AS at FROM usage_days
    WHERE day >= @recent AND calls > 0 AND status <> 'cancelled' GROUP BY backend, status ORDER BY at`);
  const errorAt = db
    .prepare(
      "SELECT error_code FROM call_rows WHERE started_at = @at AND backend = @backend AND status = 'error' LIMIT 1",
    )
    .pluck();
  return asked => {
    // The last one of each is the newest.
    const last = new Map(
      newest.all({ recent: asked.recent }).map(row => {
        const found = newestSchema.parse(row);
        return [found.backend, found] as const;
      }),
    );
    return use.all({ month: asked.month }).map(row => {
      const { cost_usd: cost, ...sums } = useSchema.parse(row);
      const end = last.get(sums.backend);
      const code = end?.status === 'error' ? errorAt.get({ at: end.at, backend: sums.backend }) : undefined;
      return {
        ...sums,
        // All unknown is not nothing.
        cost_usd: cost === 0 && sums.unknown_cost_calls + sums.errors >= sums.calls ? null : cost,
        last_error: end && typeof code === 'string' ? { code, at: end.at } : null,
      };
    });
  };
}
