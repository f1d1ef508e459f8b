import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { expect, test } from 'vitest';

import { callSchema } from '../../electron/contract/calls.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { exportLedger } from '../../electron/store/export-ledger.ts';
import type { Store } from '../../electron/store/open-store.ts';
import type { LedgerFilter } from '../../electron/contract/usage-calls.ts';
import { makeEnd, makeStart, openTestStore } from './test-store.ts';

async function exportParquet(store: Store, filter: LedgerFilter = {}) {
  const parts: Uint8Array[] = [];
  for await (const part of exportLedger(store.usage, { format: 'parquet', filter })) parts.push(part);
  const bytes = Buffer.concat(parts);
  // Of its own: a slice of a pool is no file.
  const file = new Uint8Array(bytes).buffer;
  return { file, metadata: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
}

function record(
  store: Store,
  start: Parameters<typeof makeStart>[0],
  end: Parameters<typeof makeEnd>[1] = {},
) {
  const begun = makeStart(start);
  store.calls.begin(begun);
  store.calls.end(makeEnd(begun.id, end));
  return begun;
}

test('every column comes back as it was, unknown ones and odd texts included', async () => {
  const store = openTestStore();
  record(store, { client: 'Größe, "x"\n中文' }, { first_token_ms: 0.1, input_tokens: 2 ** 40 });
  record(
    store,
    { started_at: '2026-03-01T12:00:00.123Z' },
    { cost_usd: null, price: null, input_tokens: null, first_token_ms: null, model_answered: null },
  );
  const wanted = (await store.usage.ask('page', { filter: {}, order: 'oldest', limit: 10 })).calls;
  const { rows, metadata } = await exportParquet(store);
  const plain = rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value instanceof Date ? value.toISOString() : value,
      ]),
    ),
  );
  expect(plain).toEqual(wanted);
  const schema = parquetSchema(metadata).children.map(({ element }) => element);
  expect(schema.map(({ name }) => name)).toEqual(Object.keys(callSchema.shape));
  const typeOf = (name: string) => {
    const found = schema.find(element => element.name === name);
    return [found?.type, found?.converted_type];
  };
  expect(typeOf('started_at')).toEqual(['INT64', 'TIMESTAMP_MILLIS']);
  expect(typeOf('input_tokens')).toEqual(['INT64', undefined]);
  expect(typeOf('cost_usd')).toEqual(['DOUBLE', undefined]);
  expect(typeOf('client')).toEqual(['BYTE_ARRAY', 'UTF8']);
});

test('many rows are written in groups, a filter leaves out the others, and none is a file as well', async () => {
  const { file } = openTestStore();
  const Sqlite = loadSqlite();
  const db = new Sqlite(file);
  db.exec(`INSERT INTO call_rows (id, started_at, client, backend, model_asked, status)
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 12599)
    SELECT 'call' || i, strftime('%Y-%m-%dT%H:%M:%S.000Z', 1772323200 + i, 'unixepoch'),
      iif(i % 1000 = 0, 'tool', 'chat'), 'groq', 'groq/llama', 'ok' FROM n`);
  db.close();
  const store = openTestStore({ file });
  while (store.usage.work());
  const wanted = Array.from({ length: 13 }, (_, index) => `call${index * 1000}`);
  const all = await exportParquet(store);
  expect(all.metadata.row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([10_000, 2600]);
  expect(new Set(all.rows.map(row => row['id'])).size).toBe(12_600);
  expect((await exportParquet(store, { client: 'tool' })).rows.map(row => row['id'])).toEqual(wanted);
  expect((await exportParquet(store, { client: 'nobody' })).rows).toEqual([]);
});

test('a part that nobody began is refused', async () => {
  const store = openTestStore();
  const after = { started_at: '2026-01-01', id: 'x' };
  await expect(store.usage.ask('parquetPart', { id: 'gone', filter: {}, after })).rejects.toThrow(
    'was cut off. Start it again.',
  );
});
