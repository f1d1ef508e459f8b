import { z } from 'zod';

import { type Call, callSchema } from '../contract/calls.ts';
import { AppError } from '../contract/errors.ts';
import { groupedColumns, usageSumsSchema } from '../contract/usage-calls.ts';
import type {
  LedgerEntry,
  LedgerFilter,
  LedgerPage,
  LedgerQuery,
  UsageSums,
} from '../contract/usage-calls.ts';
import { callWhere, isNarrow, sumWhere } from './ledger-filter.ts';
import { type Bound, findRanges } from './ledger-ranges.ts';
import type { Database, Statement } from './load-sqlite.ts';
import { groupedPage, indexedPage, isSmall, type Prepare, smallPage, sortInForce } from './sorted-page.ts';
import { periodSql, periodValues } from './usage-period.ts';

/** Questions to the rows of the ledger, however many there are: none looks at more of them than fits into its time. */
export type LedgerQueries = {
  page(query: LedgerQuery): LedgerPage;
  sum(filter: LedgerFilter): UsageSums;
  entry(id: string): LedgerEntry;
};

const columns = Object.keys(callSchema.shape)
  .map(name => `call_rows.${name}`)
  .join(', ');
/** Rows looked at between two looks at the clock. */
const stepRows = 4000;
/** A page ends here, in milliseconds, with what was found so far. */
const patienceMs = 40;

const messageSchema = z.object({ chat_id: z.string(), message_id: z.string(), title: z.string() });
const positionSchema = z.object({ started_at: z.string(), id: z.string() });

export function createLedgerQueries(db: Database): LedgerQueries {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = statements.get(sql) ?? db.prepare(sql);
    // Filters come in many shapes; the last few dozen are enough to keep.
    if (statements.size > 60) statements.clear();
    statements.set(sql, known);
    return known;
  };
  const byId = db.prepare(`SELECT ${columns} FROM call_rows WHERE id = ? AND status <> 'running'`);
  const message = db.prepare(`
    SELECT chats.id AS chat_id, messages.id AS message_id, chats.title
    FROM chat_calls JOIN chats ON chats.id = chat_calls.chat_id AND chats.deleted_at IS NULL
      JOIN messages ON messages.chat_id = chats.id AND messages.call_id = chat_calls.call_id
    WHERE chat_calls.call_id = ? ORDER BY messages.seq LIMIT 1`);

  return {
    page(query) {
      const byTime = (asked: LedgerQuery): TimedPage =>
        asked.filter.chat_id === undefined ? scanPage(db, prepare, asked) : chatPage(prepare, asked);
      const small = isSmall(prepare, query.filter);
      const sort = sortInForce(query.sort, small);
      const shared = { sort, is_small: small };
      if (sort === null) return { ...byTime(query), ...shared };
      const sorted = { ...query, sort };
      if (small) return { ...smallPage(prepare, sorted), ...shared };
      const isGrouped = groupedColumns.some(name => name === sort);
      const page = isGrouped ? groupedPage(prepare, sorted, byTime) : indexedPage(prepare, sorted);
      return { ...page, ...shared };
    },
    sum(filter) {
      const { sql, values } = isNarrow(filter) ? sumOfRows(filter) : sumOfDays(filter);
      return usageSumsSchema.parse(prepare(sql).get(values));
    },
    entry(id) {
      const row = byId.get(id);
      if (row === undefined) {
        throw new AppError(
          'not_found',
          'This call is not in the ledger: it still runs, or it was deleted. Look at the newest calls.',
        );
      }
      const found = message.get(id);
      return {
        call: callSchema.parse(row),
        message: found === undefined ? null : messageSchema.parse(found),
      };
    },
  };
}

type TimedPage = Pick<LedgerPage, 'calls' | 'next'>;

/** Goes through the index by time, range by range; the sums say in which ranges there is something to find. */
function scanPage(db: Database, prepare: Prepare, { filter, order, limit, after }: LedgerQuery): TimedPage {
  const { where, values } = callWhere(filter);
  const isNewest = order === 'newest';
  const [ahead, behind, direction] = isNewest ? ['<', '>=', 'DESC'] : ['>', '<=', 'ASC'];
  const inRange = `(started_at, id) ${ahead} (@startAt, @startId) AND (started_at, id) ${behind} (@stopAt, @stopId)`;
  const sorted = `ORDER BY started_at ${direction}, id ${direction}`;
  const select = prepare(
    `SELECT ${columns} FROM call_rows WHERE ${inRange} AND status <> 'running' ${where} ${sorted} LIMIT @limit`,
  );
  const step = prepare(
    `SELECT started_at, id FROM call_rows WHERE ${inRange} ${sorted} LIMIT 1 OFFSET ${stepRows}`,
  );
  const started = performance.now();
  const calls: Call[] = [];
  for (const range of findRanges(db, filter, order, after)) {
    let start: Bound = range.start;
    for (;;) {
      const bounds = {
        startAt: start.started_at,
        startId: start.id,
        stopAt: range.stop.started_at,
        stopId: range.stop.id,
      };
      const stopRow = where === '' ? undefined : step.get(bounds);
      const stop = stopRow === undefined ? range.stop : positionSchema.parse(stopRow);
      const found = select.all({
        ...values,
        ...bounds,
        stopAt: stop.started_at,
        stopId: stop.id,
        limit: limit - calls.length,
      });
      for (const row of found) calls.push(callSchema.parse(row));
      const last = calls.at(-1);
      if (calls.length >= limit && last) return { calls, next: { started_at: last.started_at, id: last.id } };
      if (stopRow === undefined) {
        start = stop;
        break;
      }
      start = stop;
      if (performance.now() - started > patienceMs) return { calls, next: start };
    }
    if (performance.now() - started > patienceMs) return { calls, next: start };
  }
  return { calls, next: null };
}

/** A chat has few calls: all of them are looked at. */
function chatPage(prepare: Prepare, { filter, order, limit, after }: LedgerQuery): TimedPage {
  const { where, values } = callWhere(filter);
  const [ahead, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  const rest = after === undefined ? '' : `AND (started_at, call_rows.id) ${ahead} (@afterAt, @afterId)`;
  const rows = prepare(`SELECT ${columns} FROM chat_calls JOIN call_rows ON call_rows.id = chat_calls.call_id
    WHERE status <> 'running' ${where} ${rest}
    ORDER BY started_at ${direction}, call_rows.id ${direction} LIMIT @limit`).all({
    ...values,
    ...(after === undefined ? {} : { afterAt: after.started_at, afterId: after.id }),
    limit: limit + 1,
  });
  const calls = rows.slice(0, limit).map(row => callSchema.parse(row));
  const last = calls.at(-1);
  return { calls, next: rows.length > limit && last ? { started_at: last.started_at, id: last.id } : null };
}

function sumOfDays(filter: LedgerFilter): { sql: string; values: Record<string, string> } {
  const { where, values } = sumWhere(filter);
  const names = Object.keys(usageSumsSchema.shape);
  const sums = names.map(name => `coalesce(sum(${name}), 0) AS ${name}`);
  const source = periodSql(`backend, model, client, status, ${names.join(', ')}`);
  return {
    sql: `SELECT ${sums.join(', ')} FROM ${source} WHERE true ${where}`,
    values: { ...values, ...periodValues(filter) },
  };
}

function sumOfRows(filter: LedgerFilter): { sql: string; values: Record<string, string> } {
  const { where, values } = callWhere(filter);
  const from =
    filter.chat_id === undefined
      ? 'call_rows'
      : 'chat_calls JOIN call_rows ON call_rows.id = chat_calls.call_id';
  const isUncounted = 'input_tokens IS NULL AND output_tokens IS NULL';
  return {
    sql: `SELECT count(*) AS calls,
      count(*) FILTER (WHERE status = 'error') AS errors,
      ${[
        'input_tokens',
        'output_tokens',
        'cache_read_tokens',
        'cache_write_tokens',
        'reasoning_tokens',
        'cost_usd',
      ]
        .map(name => `coalesce(sum(${name}), 0) AS ${name}`)
        .join(', ')},
      coalesce(sum(cost_usd) FILTER (WHERE tokens_origin = 'estimated'), 0) AS estimated_cost_usd,
      count(*) FILTER (WHERE tokens_origin = 'estimated') AS estimated_calls,
      count(*) FILTER (WHERE ${isUncounted} AND status <> 'error') AS unknown_tokens_calls,
      count(*) FILTER (WHERE cost_usd IS NULL AND NOT (status = 'error' AND ${isUncounted})) AS unknown_cost_calls
      FROM ${from} WHERE status <> 'running' ${where}`,
    values,
  };
}
