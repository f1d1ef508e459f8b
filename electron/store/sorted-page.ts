import { z } from 'zod';

import { type Call, callSchema } from '../contract/calls.ts';
import { groupedColumns, indexedColumns } from '../contract/usage-calls.ts';
import type { LedgerFilter, LedgerPosition, LedgerQuery, SortColumn } from '../contract/usage-calls.ts';
import { callWhere, timesOf } from './ledger-filter.ts';
import type { Statement } from './load-sqlite.ts';
import { comparePlaces, type Place, readInOrder } from './sorted-blocks.ts';
import { periodSql, periodValues } from './usage-period.ts';

export type Prepare = (sql: string) => Statement;
type Found = { calls: Call[]; next: LedgerPosition | null };
type Sorted = LedgerQuery & { sort: SortColumn };

/** All rows of a period with no more calls than this are sorted at once. */
const fewCalls = 10_000;
/** A page ends here, in milliseconds, with what was found so far. */
const patienceMs = 40;
/** Rows looked at together, and between two looks at the clock. */
const stepRows = 128;

const columns = Object.keys(callSchema.shape)
  .map(name => `call_rows.${name}`)
  .join(', ');

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

/** In the order of a column's index until the page is full. */
export function indexedPage(prepare: Prepare, query: Sorted): Found {
  const started = performance.now();
  const fitting = prepareFilter(prepare, query.filter);
  const inOrder = readInOrder(prepare, query);
  const found: Place[] = [];
  for (;;) {
    const looked = takeSome(inOrder, stepRows);
    const fits = fitting(looked);
    for (const place of looked) {
      if (fits.has(place.seq)) found.push(place);
      if (found.length >= query.limit) return { calls: readRows(prepare, found), next: toPosition(place) };
    }
    const last = looked.at(-1);
    if (!last || looked.length < stepRows) return { calls: readRows(prepare, found), next: null };
    if (performance.now() - started > patienceMs)
      return { calls: readRows(prepare, found), next: toPosition(last) };
  }
}

/** The numbers of those rows that pass a filter. */
function prepareFilter(prepare: Prepare, filter: LedgerFilter): (places: readonly Place[]) => Set<unknown> {
  const { where, values } = callWhere(filter);
  const { since, until } = timesOf(filter);
  if (where === '' && since === undefined && until === undefined)
    return places => new Set(places.map(({ seq }) => seq));
  const select =
    prepare(`SELECT seq FROM json_each(@seqs) AS looked CROSS JOIN call_rows ON seq = looked.value
    WHERE started_at >= @first AND started_at < @last ${where}`).pluck();
  const bound = { ...values, first: since ?? '', last: until ?? '~' };
  return places => new Set(select.all({ ...bound, seqs: JSON.stringify(places.map(({ seq }) => seq)) }));
}

function takeSome(places: Iterator<Place>, most: number): Place[] {
  const taken: Place[] = [];
  while (taken.length < most) {
    const { value, done } = places.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
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
