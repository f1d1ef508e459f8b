import { expect, test } from 'vitest';

import { sortColumns } from '../../electron/contract/usage-calls.ts';
import type { LedgerFilter, LedgerPosition, SortColumn } from '../../electron/contract/usage-calls.ts';
import type { Call } from '../../electron/contract/calls.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { makeDataDir, openTestStore } from './test-store.ts';

/** Many equal values, some unknown ones, and more rows than are sorted at once where `count` says so. */
function fill(file: string, count: number): void {
  const Sqlite = loadSqlite();
  const db = new Sqlite(file);
  const insert =
    db.prepare(`INSERT INTO call_rows (id, started_at, client, backend, model_asked, status, error_code,
    input_tokens, output_tokens, cost_usd, first_token_ms, duration_ms, attempts, tokens_origin)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'reported')`);
  db.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const isError = index % 9 === 0;
      insert.run(
        `call${index}`,
        new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
        index % 2 === 0 ? 'chat' : 'tool',
        ['groq', 'work', 'anthropic'][index % 3],
        `model${index % 4}`,
        isError ? 'error' : 'ok',
        isError ? 'http_error' : null,
        isError ? null : (index * 31) % 97,
        isError ? null : index % 5,
        isError ? null : (index % 7) / 100,
        index % 4 === 0 ? null : index % 50,
        (index * 7) % 300,
        1 + (index % 3),
      );
    }
  })();
  db.close();
}

async function readAll(
  store: Store,
  sort: SortColumn,
  order: 'newest' | 'oldest',
  filter: LedgerFilter = {},
) {
  const calls: Call[] = [];
  let after: LedgerPosition | undefined;
  let small = false;
  do {
    const page = await store.usage.ask('page', { filter, order, sort, limit: 150, after });
    expect(page.sort).toBe(sort);
    small = page.is_small;
    calls.push(...page.calls);
    after = page.next ?? undefined;
  } while (after);
  return { calls, small };
}

/** As sorted by hand: what is unknown comes last, and the same values stay together. */
function expectSorted(calls: readonly Call[], sort: SortColumn, order: 'newest' | 'oldest'): void {
  const values = calls.map(call => call[sort]);
  const known = values.filter(value => value !== null);
  const sorted = known.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (order === 'newest') sorted.reverse();
  expect([...known, ...values.filter(value => value === null)]).toEqual(values);
  expect(known).toEqual(sorted);
}

test('a small ledger is sorted by any column, either way, page by page', async () => {
  const file = `${makeDataDir()}/parley.db`;
  openTestStore({ file }).close();
  fill(file, 400);
  const store = openTestStore({ file });
  for (const sort of sortColumns) {
    for (const order of ['newest', 'oldest'] as const) {
      const { calls, small } = await readAll(store, sort, order);
      expect(small).toBe(true);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(400);
      expectSorted(calls, sort, order);
    }
  }
});

test(
  'a large ledger is sorted by what has an index, or few values, whole and in pages',
  { timeout: 60_000 },
  async () => {
    const file = `${makeDataDir()}/parley.db`;
    openTestStore({ file }).close();
    fill(file, 11_000);
    const store = openTestStore({ file });
    while (store.usage.work());
    const filter = { client: 'tool' };
    for (const [sort, order] of [
      ['cost_usd', 'newest'],
      ['duration_ms', 'oldest'],
      ['cost_usd', 'oldest'],
      ['backend', 'oldest'],
      ['model_asked', 'newest'],
    ] as const) {
      const { calls, small } = await readAll(store, sort, order, filter);
      expect(small).toBe(false);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(5_500);
      expect(calls.every(({ client }) => client === 'tool')).toBe(true);
      expectSorted(calls, sort, order);
    }
    const other = await store.usage.ask('page', { filter: {}, order: 'newest', sort: 'attempts', limit: 5 });
    expect([other.sort, other.is_small, other.calls[0]?.id]).toEqual([null, false, 'call10999']);
    const day = { from: '2026-01-03', to: '2026-01-03' };
    const few = await store.usage.ask('page', { filter: day, order: 'newest', sort: 'attempts', limit: 5 });
    expect([few.sort, few.is_small, few.calls[0]?.attempts]).toEqual(['attempts', true, 3]);
  },
);
