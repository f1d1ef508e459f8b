import type { LedgerPosition, LedgerQuery, SortColumn } from '../contract/usage-calls.ts';
import type { Statement } from './load-sqlite.ts';
import type { Prepare } from './sorted-page.ts';

/** Where a row stands among the others. */
export type Place = { seq: number; value: string | number | null };

/** Rows an index keeps together: see migrations/0011-cheap-rows.ts. */
const block = 'seq >> 12';
/** Rows read of each block at first; once they were given more, and then twice as many each time, up to so many. */
const firstRows = 3;
const moreRows = 8;
const mostRows = 128;

type Query = Pick<LedgerQuery, 'order' | 'after'> & { sort: SortColumn };
type Cursor = { block: number; places: Place[]; at: number; isLast: boolean };

/** Down (or up) the index of a column, which is one for each block; rows without a value come last. */
export function* readInOrder(prepare: Prepare, query: Query): Generator<Place> {
  const { order } = query;
  const readMore = prepareBlock(prepare, query);
  // The next one stands last.
  const cursors = readFirst(prepare, query).toSorted((one, other) => compareCursors(other, one, order));
  for (;;) {
    let cursor = cursors.pop();
    const place = cursor?.places[cursor.at];
    if (!cursor || !place) return;
    yield place;
    cursor.at += 1;
    if (cursor.at === cursor.places.length) {
      if (cursor.isLast) continue;
      cursor = readMore(cursor, place);
    }
    if (cursor.places.length > 0) insert(cursor, cursors, order);
  }
}

/** The first of every block: a query for each would take ten times as long. */
function readFirst(prepare: Prepare, query: Query): Cursor[] {
  const parts = partsAfter(query.after);
  const firsts = parts.map(
    ([name]) => `SELECT seq FROM (${selectPart(name, query, 'seq', 'number')} LIMIT ${firstRows})`,
  );
  const rows = prepare(
    `WITH RECURSIVE blocks (number) AS (
      SELECT ${block} FROM (SELECT min(seq) AS seq FROM call_rows)
      UNION ALL SELECT number + 1 FROM blocks WHERE number < (SELECT max(seq) FROM call_rows) >> 12)
    SELECT number, seq, ${query.sort} FROM blocks CROSS JOIN call_rows ON seq IN (${firsts.join(' UNION ALL ')})`,
  )
    .raw()
    .all(Object.assign({}, ...parts.map(([, bound]) => bound)));
  const cursors = new Map<number, Cursor>();
  for (const row of rows) {
    const [number, seq, value] = row as [number, number, number | null]; // the columns of the query
    const cursor = cursors.get(number) ?? { block: number, places: [], at: 0, isLast: false };
    cursors.set(number, cursor);
    cursor.places.push({ seq, value });
  }
  // So many of each part were read, which is too many of the later ones.
  for (const cursor of cursors.values()) {
    const sorted = cursor.places.toSorted((one, other) => comparePlaces(one, other, query.order));
    cursor.places = sorted.slice(0, firstRows);
  }
  return [...cursors.values()];
}

/** What is taken is in the index alone. */
function prepareBlock(prepare: Prepare, query: Query): (before: Cursor, after: Place) => Cursor {
  const statements: Partial<Record<Part, Statement>> = {};
  return ({ block: number, places: before }, after) => {
    const limit = before.length < moreRows ? moreRows : Math.min(mostRows, 2 * before.length);
    const places: Place[] = [];
    for (const [name, bound] of partsAfter(after)) {
      const statement = (statements[name] ??= prepare(
        `${selectPart(name, query, `seq, ${query.sort}`, '@number')} LIMIT @limit`,
      ).raw());
      for (const row of statement.all({ ...bound, number, limit: limit - places.length })) {
        const [seq, value] = row as [number, number | null]; // the columns of the query
        places.push({ seq, value });
      }
      if (places.length === limit) return { block: number, places, at: 0, isLast: false };
    }
    return { block: number, places, at: 0, isLast: true };
  };
}

type Part = 'known' | 'ties' | 'rest' | 'unknown' | 'restOfUnknown';

/** What of a block comes after a place, in order, each with what its query takes. */
function partsAfter(after: LedgerPosition | Place | undefined): [Part, Partial<Place>][] {
  if (after === undefined)
    return [
      ['known', {}],
      ['unknown', {}],
    ];
  const { value = null, seq = 0 } = after;
  if (value === null) return [['restOfUnknown', { seq }]];
  return [
    ['ties', { value, seq }],
    ['rest', { value }],
    ['unknown', {}],
  ];
}

function selectPart(name: Part, { sort, order }: Query, columns: string, number: string): string {
  const [ahead, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  const conditions = {
    known: `${sort} IS NOT NULL`,
    // The order of the index is also that of equal values by row, but a search in it finds only the first of them.
    ties: `${sort} = @value AND seq ${ahead} @seq`,
    rest: `${sort} ${ahead} @value`,
    unknown: `${sort} IS NULL`,
    restOfUnknown: `${sort} IS NULL AND seq ${ahead} @seq`,
  } satisfies Record<Part, string>;
  return `SELECT ${columns} FROM call_rows INDEXED BY call_rows_by_${sort}
    WHERE status <> 'running' AND ${block} = ${number} AND ${conditions[name]}
    ORDER BY ${sort} ${direction}, seq ${direction}`;
}

function insert(cursor: Cursor, cursors: Cursor[], order: LedgerQuery['order']): void {
  let [low, high] = [0, cursors.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = cursors[middle];
    if (other && compareCursors(other, cursor, order) > 0) low = middle + 1;
    else high = middle;
  }
  cursors.splice(low, 0, cursor);
}

function compareCursors(one: Cursor, other: Cursor, order: LedgerQuery['order']): number {
  const [first, second] = [one.places[one.at], other.places[other.at]];
  return first && second ? comparePlaces(first, second, order) : 0;
}

/** What is unknown comes last either way. */
export function comparePlaces(one: Place, other: Place, order: LedgerQuery['order']): number {
  const sign = order === 'newest' ? -1 : 1;
  if ((one.value === null) !== (other.value === null)) return one.value === null ? 1 : -1;
  if (one.value !== null && other.value !== null && one.value !== other.value)
    return one.value < other.value ? -sign : sign;
  return (one.seq - other.seq) * sign;
}
