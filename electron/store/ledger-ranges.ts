import { z } from 'zod';

import type { LedgerFilter, LedgerQuery } from '../contract/usage-calls.ts';
import { hasNames, isNarrow, sumWhere, timesOf } from './ledger-filter.ts';
import type { Database } from './load-sqlite.ts';

/** A place in the order of time. */
export type Bound = { started_at: string; id: string };
/** From behind `start` to `stop` itself, in the order asked for. */
export type Range = { start: Bound; stop: Bound };

const spanSchema = z.object({ first_at: z.string(), last_at: z.string() });
type Span = z.infer<typeof spanSchema>;
// Before and after every id.
const lowest = '';
const highest = '\u{10FFFF}';
/** More than come while somebody asks. */
const fewRows = 5000;
const allTimes = { first_at: '', last_at: highest };

/**
 * Where in the ledger rows that pass the filter can be, in order and without overlaps. The sums know for every day when
 * the first and the last of its calls began, so that rare ones are found without a look at all the others.
 */
export function* findRanges(
  db: Database,
  filter: LedgerFilter,
  order: LedgerQuery['order'],
  after: Bound | undefined,
): Generator<Range> {
  const isNewest = order === 'newest';
  const isPast = (bound: Bound, place: Bound): boolean =>
    isNewest ? isBefore(bound, place) : isBefore(place, bound);
  let done = after;
  for (const { first_at, last_at } of findSpans(db, filter, isNewest, after)) {
    const early = { started_at: first_at, id: lowest };
    const late = { started_at: last_at, id: highest };
    const [start, stop] = isNewest ? [late, early] : [early, late];
    // Days overlap where the person has travelled; and a page goes on in the middle of one.
    const rest = done === undefined || isPast(start, done) ? start : done;
    if (!isPast(stop, rest)) continue;
    yield { start: rest, stop };
    done = stop;
  }
}

function* findSpans(
  db: Database,
  filter: LedgerFilter,
  isNewest: boolean,
  after: Bound | undefined,
): Generator<Span> {
  const { since = allTimes.first_at, until } = timesOf(filter);
  // `until` itself is not in it, and no time ends in less than a millisecond.
  const last = until === undefined ? allTimes.last_at : new Date(Date.parse(until) - 1).toISOString();
  const fresh = hasNames(filter) && !isNarrow(filter) ? findUncounted(db) : allTimes;
  if (fresh?.first_at === '') {
    yield { first_at: since, last_at: last };
    return;
  }
  if (fresh && isNewest) yield fresh;
  const { where, values } = sumWhere(filter);
  const direction = isNewest ? 'DESC' : 'ASC';
  const { from = '', to = highest } = filter;
  // A day of margin: the clock on the wall is ahead of UTC, or behind it.
  const place = after === undefined ? undefined : Date.parse(after.started_at);
  const reached = (days: number): string =>
    new Date((place ?? 0) + days * 86_400_000).toISOString().slice(0, 7);
  const months = db
    .prepare(`SELECT month FROM usage_months WHERE calls > 0 ${where} AND month BETWEEN @from AND @to
      GROUP BY month ORDER BY month ${direction}`)
    .pluck()
    .all({
      ...values,
      from: !isNewest && place !== undefined && reached(-2) > from ? reached(-2) : from.slice(0, 7),
      to: isNewest && place !== undefined && reached(2) < to ? reached(2) : to,
    });
  const days = db.prepare(`SELECT min(first_at) AS first_at, max(last_at) AS last_at FROM usage_days
    WHERE calls > 0 ${where} AND day BETWEEN @from AND @to AND day BETWEEN @month || '-00' AND @month || '-32'
    GROUP BY day ORDER BY day ${direction}`);
  for (const month of months) {
    for (const row of days.all({ ...values, from, to, month })) yield spanSchema.parse(row);
  }
  if (fresh && !isNewest) yield fresh;
}

/** From the first call that is in no sum yet; all times while a whole ledger is being counted. */
function findUncounted(db: Database): Span | undefined {
  const [waiting, firstAt] = db
    .prepare(`SELECT count(*), min(started_at) FROM (
      SELECT started_at FROM (SELECT started_at FROM call_rows, usage_progress WHERE seq > counted_to LIMIT ${fewRows})
      UNION ALL SELECT started_at FROM call_rows WHERE seq IN (SELECT seq FROM usage_late))`)
    .raw()
    .get() as [number, string | null]; // the only row
  if (firstAt === null) return undefined;
  return waiting >= fewRows ? allTimes : { ...allTimes, first_at: firstAt };
}

function isBefore(one: Bound, other: Bound): boolean {
  return one.started_at === other.started_at ? one.id < other.id : one.started_at < other.started_at;
}
