import { z } from 'zod';

import { type Call, callSchema } from '../contract/calls.ts';
import { groupedColumns, indexedColumns } from '../contract/usage-calls.ts';
import type { LedgerFilter, LedgerPosition, LedgerQuery, SortColumn } from '../contract/usage-calls.ts';
import { callWhere, timesOf } from './ledger-filter.ts';
import type { Statement } from './load-sqlite.ts';
import { periodSql, periodValues } from './usage-period.ts';

export type Prepare = (sql: string) => Statement;
type Found = { calls: Call[]; next: LedgerPosition | null };
type Sorted = LedgerQuery & { sort: SortColumn };

/** All rows of a period with no more calls than this are sorted at once. */
const fewCalls = 10_000;
/** A page ends here, in milliseconds, with what was found so far. */
const patienceMs = 40;
/** Rows looked at between two looks at the clock. */
const stepRows = 256;

const columns = Object.keys(callSchema.shape)
  .map(name => `call_rows.${name}`)
  .join(', ');
type Place = { seq: number; value: string | number | null };

/** Whether the rows of a filter's period, or of its chat or hour, are few enough to sort them by anything. */
export function isSmall(prepare: Prepare, filter: LedgerFilter): boolean {
  if (filter.chat_id !== undefined || filter.hour !== undefined) return true;
  const sql = `SELECT coalesce(sum(calls), 0) FROM ${periodSql('calls')}`;
  return Number(prepare(sql).pluck().get(periodValues(filter))) <= fewCalls;
}

/** What of a wish can be sorted by; null stands for the order of time. */
export function sortInForce(sort: SortColumn | undefined, small: boolean): SortColumn | null {
  if (sort === undefined) return null;
  const isAlways = indexedColumns.some(name => name === sort) || groupedColumns.some(name => name === sort);
  return isAlways || small ? sort : null;
}

/** A period with few calls: all of them are looked at, and only the page is read whole. */
export function smallPage(prepare: Prepare, { filter, order, sort, limit, after }: Sorted): Found {
  const { where, values } = callWhere(filter);
  const { since = '', until = '~' } = timesOf(filter);
  const source =
    filter.chat_id === undefined
      ? 'call_rows'
      : 'chat_calls JOIN call_rows ON call_rows.id = chat_calls.call_id';
  const places = prepare(`SELECT seq, ${sort} AS value FROM ${source}
    WHERE status <> 'running' AND started_at >= @first AND started_at < @last ${where}`)
    .raw()
    .all({ ...values, first: since, last: until })
    // The columns of the query; thousands of them.
    .map(row => toPlace(row as [number, Place['value']]))
    .toSorted((one, other) => comparePlaces(one, other, order));
  const start = after ? places.findIndex(place => comparePlaces(place, placeOf(after), order) > 0) : 0;
  const shown = start === -1 ? [] : places.slice(start, start + limit);
  const last = shown.at(-1);
  const isMore = start !== -1 && start + limit < places.length;
  return { calls: readRows(prepare, shown), next: isMore && last ? toPosition(last) : null };
}

/** Down (or up) the index of a column until the page is full; rows without a value come last. */
export function indexedPage(prepare: Prepare, { filter, order, sort, limit, after }: Sorted): Found {
  const { where, values } = callWhere(filter);
  const { since = '', until = '~' } = timesOf(filter);
  const fits = `(started_at >= @first AND started_at < @last ${where}) AS fits`;
  const [ahead, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  // The order of a column's index is also that of its equal values by row, but a search in it finds only the first of them.
  const parts = {
    ties: `${sort} = @value AND seq ${ahead} @seq ORDER BY seq ${direction}`,
    rest: `${after ? `${sort} ${ahead} @value` : `${sort} IS NOT NULL`} ORDER BY ${sort} ${direction}, seq ${direction}`,
    unknown: `${sort} IS NULL ${isUnknown(after) ? `AND seq ${ahead} @seq` : ''} ORDER BY seq ${direction}`,
  };
  const names = isUnknown(after)
    ? (['unknown'] as const)
    : after
      ? (['ties', 'rest', 'unknown'] as const)
      : (['rest', 'unknown'] as const);
  const started = performance.now();
  const found: Place[] = [];
  let looked = 0;
  for (const name of names) {
    const bound = { ...values, first: since, last: until, value: after?.value, seq: after?.seq };
    const rows = prepare(
      `SELECT seq, ${sort}, ${fits} FROM call_rows INDEXED BY call_rows_by_${sort}
       WHERE status <> 'running' AND ${parts[name]}`,
    )
      .raw()
      .iterate(onlyNamed(bound, parts[name], fits));
    for (const row of rows) {
      const [seq, value, fit] = row as [number, number | null, number]; // the columns of the query
      const place = { seq, value };
      if (fit === 1) found.push(place);
      looked += 1;
      const isLate = looked % stepRows === 0 && performance.now() - started > patienceMs;
      if (found.length >= limit || isLate)
        return { calls: readRows(prepare, found), next: toPosition(place) };
    }
  }
  return { calls: readRows(prepare, found), next: null };
}

/** One value after the other, each newest (or oldest) first; `pageOf` reads the page of one. */
export function groupedPage(prepare: Prepare, query: Sorted, pageOf: (query: LedgerQuery) => Found): Found {
  const { filter, order, sort, limit, after } = query;
  const name = sort === 'model_asked' ? 'model' : (sort as 'backend' | 'client' | 'status'); // the others are indexed
  const known = prepare(`SELECT DISTINCT ${name} FROM usage_months ORDER BY 1`).pluck().all();
  const chosen = filter[name];
  const groups = (chosen === undefined ? z.array(z.string()).parse(known) : [chosen]).toSorted();
  if (order === 'newest') groups.reverse();
  const started = performance.now();
  const calls: Call[] = [];
  let place = after;
  for (const group of after ? groups.slice(Math.max(0, groups.indexOf(String(after.value)))) : groups) {
    const inside = place?.value === group && place.started_at !== '' ? place : undefined;
    const rest = { filter: { ...filter, [name]: group }, order, limit: limit - calls.length, after: inside };
    const page = pageOf(rest);
    calls.push(...page.calls);
    if (page.next) return { calls, next: { ...page.next, value: group } };
    const next = groups[groups.indexOf(group) + 1];
    place = next === undefined ? undefined : { started_at: '', id: '', value: next };
    const isLate = performance.now() - started > patienceMs;
    if (place && (calls.length >= limit || isLate)) return { calls, next: place };
  }
  return { calls, next: null };
}

function isUnknown(after: LedgerPosition | undefined): boolean {
  return after !== undefined && after.value === null;
}

/** better-sqlite3 refuses names a query does not have. */
function onlyNamed(values: Record<string, unknown>, ...sql: string[]): Record<string, unknown> {
  const text = sql.join(' ');
  return Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(`@${name}`)));
}

function readRows(prepare: Prepare, places: readonly Place[]): Call[] {
  const read = prepare(`SELECT ${columns} FROM call_rows WHERE seq = ?`);
  return places.map(({ seq }) => callSchema.parse(read.get(seq)));
}

function toPlace([seq, value]: [number, Place['value']]): Place {
  return { seq, value };
}

function placeOf({ value = null, seq = 0 }: LedgerPosition): Place {
  return { value, seq };
}

function toPosition({ value, seq }: Place): LedgerPosition {
  return { started_at: '', id: '', value, seq };
}

/** What is unknown comes last either way. */
function comparePlaces(one: Place, other: Place, order: LedgerQuery['order']): number {
  const sign = order === 'newest' ? -1 : 1;
  if ((one.value === null) !== (other.value === null)) return one.value === null ? 1 : -1;
  if (one.value !== null && other.value !== null && one.value !== other.value)
    return one.value < other.value ? -sign : sign;
  return (one.seq - other.seq) * sign;
}
