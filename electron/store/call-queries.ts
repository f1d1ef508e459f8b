import { z } from 'zod';

import { type Call, callSchema } from '../contract/calls.ts';
import { AppError } from '../contract/errors.ts';
import type { Database, Statement } from './load-sqlite.ts';

/** One page of the ledger. */
export type CallPage = { calls: Call[]; more: boolean };

export const summaryKeys = ['model', 'backend', 'client', 'day'] as const;
export type SummaryKey = (typeof summaryKeys)[number];
export type SummarizeOptions = { since?: string | undefined; by?: SummaryKey | undefined };

const sum = z.number().nullable();
const usageSummarySchema = z.object({
  /** The model, backend, client or day; `total` where nothing was asked for. */
  key: z.string(),
  calls: z.number(),
  /** Those with status `error`: neither stopped by the client nor cut off. */
  errors: z.number(),
  input_tokens: sum,
  output_tokens: sum,
  cache_read_tokens: sum,
  cache_write_tokens: sum,
  reasoning_tokens: sum,
  cost_usd: sum,
  /** Calls the sums say nothing about. */
  unknown_tokens_calls: z.number(),
  unknown_cost_calls: z.number(),
});
export type UsageSummary = z.infer<typeof usageSummarySchema>;

const keySql = {
  // The name that was asked for: those that answer differ with every snapshot, and failed calls have none.
  model: 'model_asked',
  backend: 'backend',
  client: 'client',
  // Days as the person lives them, although times are kept in UTC.
  day: "date(started_at, 'localtime')",
} as const satisfies Record<SummaryKey, string>;

const columns = Object.keys(callSchema.shape).join(', ');

export type CallQueries = {
  list(options: { limit: number; before?: string | undefined }): CallPage;
  summarize(options?: SummarizeOptions): UsageSummary[];
};

export function createCallQueries(db: Database): CallQueries {
  const newest = db.prepare(`SELECT ${columns} FROM calls ORDER BY started_at DESC, id DESC LIMIT ?`);
  const older = db.prepare(
    `SELECT ${columns} FROM calls WHERE (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?`,
  );
  const position = db.prepare('SELECT started_at FROM call_rows WHERE id = ?').pluck();
  const summaries = new Map<SummaryKey | undefined, Statement>();

  return {
    list({ limit, before }) {
      const rows =
        before === undefined
          ? newest.all(limit + 1)
          : older.all(findPosition(position, before), before, limit + 1);
      const calls = rows.slice(0, limit).map(row => callSchema.parse(row));
      return { calls, more: rows.length > limit };
    },
    summarize({ since, by } = {}) {
      const statement = summaries.get(by) ?? db.prepare(summarySql(by));
      summaries.set(by, statement);
      const rows = statement.all(since === undefined ? '' : toTimestamp(since));
      return rows.map(row => usageSummarySchema.parse(row));
    },
  };
}

function findPosition(position: Statement, id: string): unknown {
  const startedAt = position.get(id);
  if (startedAt === undefined) {
    throw new AppError(
      'not_found',
      `There is no call ${id} in the ledger to list from. Start at the first page.`,
    );
  }
  return startedAt;
}

function summarySql(by: SummaryKey | undefined): string {
  return `
    SELECT ${by === undefined ? "'total'" : keySql[by]} AS key,
      count(*) AS calls,
      count(*) FILTER (WHERE status = 'error') AS errors,
      sum(input_tokens) AS input_tokens,
      sum(output_tokens) AS output_tokens,
      sum(cache_read_tokens) AS cache_read_tokens,
      sum(cache_write_tokens) AS cache_write_tokens,
      sum(reasoning_tokens) AS reasoning_tokens,
      sum(cost_usd) AS cost_usd,
      count(*) FILTER (WHERE tokens_origin = 'unknown') AS unknown_tokens_calls,
      count(*) FILTER (WHERE cost_usd IS NULL) AS unknown_cost_calls
    FROM calls
    WHERE started_at >= ?
    ${by === undefined ? '' : 'GROUP BY key'}
    ORDER BY ${by === 'day' ? 'key' : 'calls DESC, key'}
  `;
}

function toTimestamp(since: string): string {
  const date = new Date(since);
  if (Number.isNaN(date.getTime())) {
    throw new AppError('invalid_request', `"${since}" is not a date. Write it as 2026-01-31.`);
  }
  return date.toISOString();
}
