import { expect, test, vi } from 'vitest';

import { callSchema } from '../../electron/contract/calls.ts';
import type { AppError } from '../../electron/contract/errors.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { newId } from '../../electron/contract/new-id.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { catchError, makeEnd, makeStart, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

/** Reads the file as any other SQLite client would. */
function query(file: string, sql: string): unknown[] {
  const db = new Sqlite(file, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

function record(store: Store, ...calls: Parameters<typeof makeStart>[0][]): string[] {
  return calls.map(call => {
    const start = makeStart(call);
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id));
    return start.id;
  });
}

test('the view has the public columns, in their order', () => {
  const { file } = openTestStore();
  const columns = query(file, "SELECT name FROM pragma_table_info('calls')").map(
    row => Object.values(row as object)[0],
  );
  expect(columns.join(', ')).toBe(
    'id, started_at, client, backend, model_asked, model_answered, dialect_in, dialect_out, status, http_status, ' +
      'error_code, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, ' +
      'tokens_origin, cost_usd, first_token_ms, duration_ms, attempts, price, original_cost_usd, original_price, ' +
      'recomputed_at',
  );
  expect(new Set(columns)).toEqual(new Set(Object.keys(callSchema.shape)));
});

test('a call comes back as it was reported', () => {
  const store = openTestStore();
  const start = makeStart({ dialect_in: 'openai_completions', client: 'my tool' });
  const end = makeEnd(start.id);
  store.calls.begin(start);
  store.calls.end(end);
  const asItWas = { original_cost_usd: null, original_price: null, recomputed_at: null };
  expect(store.calls.list({ limit: 10 })).toEqual({ calls: [{ ...start, ...end, ...asItWas }], more: false });
});

test('what the end knows better than the beginning wins', () => {
  const store = openTestStore();
  const early = makeStart({ model_asked: 'fast' });
  const late = makeStart({ model_asked: 'fast' });
  store.calls.begin(early);
  store.calls.flush();
  store.calls.begin(late);
  for (const { id } of [early, late]) {
    store.calls.end(makeEnd(id, { backend: 'work', dialect_out: 'ollama_chat' }));
  }
  for (const call of store.calls.list({ limit: 10 }).calls) {
    expect(call).toMatchObject({ backend: 'work', dialect_out: 'ollama_chat', model_asked: 'fast' });
  }
});

test('rows are written by themselves soon after they were reported', async () => {
  const store = openTestStore();
  record(store, {});
  expect(query(store.file, 'SELECT * FROM calls')).toHaveLength(0);
  await vi.waitFor(() => expect(query(store.file, 'SELECT * FROM calls')).toHaveLength(1), 5000);
});

test('a call that still runs is on disk but not in the view', () => {
  const store = openTestStore();
  const start = makeStart();
  store.calls.begin(start);
  store.calls.flush();
  expect(query(store.file, 'SELECT id, status FROM call_rows')).toEqual([
    { id: start.id, status: 'running' },
  ]);
  expect(query(store.file, 'SELECT * FROM calls')).toEqual([]);
  store.calls.end(makeEnd(start.id, { status: 'cancelled' }));
  store.calls.flush();
  expect(query(store.file, 'SELECT id, status FROM calls')).toEqual([{ id: start.id, status: 'cancelled' }]);
});

test('running calls become interrupted, and a late end still overwrites', () => {
  const store = openTestStore();
  const [lost, late] = [makeStart(), makeStart()];
  store.calls.begin(lost);
  store.calls.begin(late);
  record(store, {});
  store.calls.flush();
  expect(store.recover()).toEqual({ calls: 2, messages: 0 });
  expect(store.recover()).toEqual({ calls: 0, messages: 0 });
  store.calls.end(makeEnd(late.id));
  const statuses = new Map(store.calls.list({ limit: 10 }).calls.map(call => [call.id, call.status]));
  expect(statuses.get(lost.id)).toBe('interrupted');
  expect(statuses.get(late.id)).toBe('ok');
  expect(store.calls.list({ limit: 10 }).calls.find(call => call.id === lost.id)).toMatchObject({
    ...lost,
    tokens_origin: 'unknown',
    input_tokens: null,
    cost_usd: null,
    duration_ms: null,
  });
});

test('the end of a call that never began is a row with what is known', () => {
  const store = openTestStore({ now: () => new Date('2026-03-01T12:00:10.000Z') });
  store.calls.end(makeEnd('lost', { duration_ms: 4000, backend: 'groq' }));
  expect(store.calls.list({ limit: 10 }).calls[0]).toMatchObject({
    id: 'lost',
    started_at: '2026-03-01T12:00:06.000Z',
    client: 'unknown',
    backend: 'groq',
    model_asked: 'llama-3.3',
    input_tokens: 100,
  });
});

test('numbers that are none are unknown, names without end are cut, and no report throws', () => {
  const problems: AppError[] = [];
  const store = openTestStore({ onProblem: error => problems.push(error) });
  const start = makeStart({ model_asked: 'x'.repeat(1_000_000) });
  store.calls.begin(start);
  store.calls.end(
    makeEnd(start.id, { input_tokens: Number.NaN, cost_usd: Infinity, duration_ms: Number.NaN }),
  );
  store.calls.end(makeEnd('no start', { duration_ms: 1e300 }));
  const odd = store.calls.list({ limit: 10 }).calls.find(call => call.id === start.id);
  expect(odd).toMatchObject({ input_tokens: null, cost_usd: null, duration_ms: null, output_tokens: 20 });
  expect(odd?.model_asked.length).toBeLessThan(1000);
  expect(store.calls.list({ limit: 10 }).calls).toHaveLength(2);
  expect(problems).toEqual([]);
});

test('a row that SQLite refuses is reported and does not hold back the others', async () => {
  const problems: AppError[] = [];
  const store = openTestStore({ onProblem: error => problems.push(error) });
  // What a caller that broke the contract would pass.
  store.calls.begin({ ...makeStart(), backend: null as unknown as string });
  store.calls.begin({ ...makeStart(), started_at: null as unknown as string });
  const [good] = record(store, {});
  store.calls.flush();
  expect(store.calls.list({ limit: 10 }).calls.map(call => call.id)).toEqual([good]);
  await vi.waitFor(() => expect(problems.map(error => error.code)).toEqual(['internal', 'internal']));
});

test('calls of one batch are written as each alone would be: whatever is known of them, with a row or without, refused or not', async () => {
  const problems: AppError[] = [];
  const store = openTestStore({ onProblem: error => problems.push(error) });
  const report = (start: ReturnType<typeof makeStart>, changes: Parameters<typeof makeEnd>[1]): void => {
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, changes));
  };
  const before = record(store, {}, {}, {});
  store.calls.flush();
  const expected = new Map<string, unknown[]>(before.map(id => [id, ['chat', 'groq', 'ok', 0.25]]));
  for (let index = 0; index < 50; index += 1) {
    const start = makeStart({ client: `tool${index}` });
    const cost = index % 3 === 0 ? null : index;
    report(start, { cost_usd: cost });
    expected.set(start.id, [`tool${index}`, 'groq', 'ok', cost]);
    // What a caller that broke the contract would pass.
    if (index < 11) report({ ...makeStart(), started_at: null as unknown as string }, {});
    if (index < 11) report(makeStart(), { error_code: {} as unknown as string });
    if (index === 20) report({ ...makeStart(), client: null as unknown as string }, {});
  }
  for (const id of before.slice(1)) {
    // A second end, in the midst of others of which the same is known.
    report(makeStart({ id }), { status: 'cancelled', backend: 'work', cost_usd: 7 });
    expected.set(id, ['chat', 'work', 'cancelled', 7]);
  }
  for (const id of record(store, {}, {}, {}, {}, {}, {}, {}, {}, {}))
    expected.set(id, ['chat', 'groq', 'ok', 0.25]);
  const { calls } = store.calls.list({ limit: 100 });
  expect(
    new Map(calls.map(call => [call.id, [call.client, call.backend, call.status, call.cost_usd]])),
  ).toEqual(expected);
  await vi.waitFor(() => expect(problems.map(error => error.code)).toEqual(Array(23).fill('internal')));
});

test('pages follow each other without gaps or repeats, also within one millisecond', () => {
  const store = openTestStore();
  const times = ['2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.001Z', '2026-03-01T12:00:00.001Z'];
  const ids = record(
    store,
    ...Array.from({ length: 25 }, (_, index) => ({ started_at: times[index % 3] ?? '' })),
  );
  const seen: string[] = [];
  let page = store.calls.list({ limit: 10 });
  while (page.more) {
    seen.push(...page.calls.map(call => call.id));
    // A call that arrives meanwhile does not move the pages.
    record(store, { started_at: '2026-03-02T00:00:00.000Z' });
    page = store.calls.list({ limit: 10, before: page.calls.at(-1)!.id });
  }
  seen.push(...page.calls.map(call => call.id));
  const byTime = (id: string): string => (times[ids.indexOf(id) % 3] ?? '') + id;
  expect(seen).toEqual(ids.toSorted((a, b) => (byTime(a) < byTime(b) ? 1 : -1)));
  expect(catchError(() => store.calls.list({ limit: 10, before: 'nothing' })).code).toBe('not_found');
});

test('a page is found through an index however many rows there are', () => {
  const { file } = openTestStore();
  const plan = query(
    file,
    `EXPLAIN QUERY PLAN SELECT * FROM calls WHERE (started_at, id) < ('2026', 'x') ORDER BY started_at DESC, id DESC LIMIT 10`,
  );
  expect(plan).toMatchObject([
    { detail: expect.stringMatching(/^SEARCH call_rows USING INDEX call_rows_by_time/) },
  ]);
});

test('whoever listens hears of ended calls once they are written', () => {
  const store = openTestStore();
  const seen: number[] = [];
  const stop = store.calls.onChange(() => seen.push(query(store.file, 'SELECT * FROM calls').length));
  const start = makeStart();
  store.calls.begin(start);
  store.calls.flush();
  expect(seen).toEqual([]);
  store.calls.end(makeEnd(start.id));
  store.calls.flush();
  store.calls.flush();
  expect(seen).toEqual([1]);
  stop();
  record(store, {});
  store.calls.flush();
  expect(seen).toEqual([1]);
});

test('what is queued is written when the store closes, and later reports are ignored', () => {
  const store = openTestStore();
  record(store, {});
  store.close();
  store.calls.end(makeEnd('late'));
  store.calls.flush();
  store.close();
  expect(query(store.file, 'SELECT * FROM calls')).toHaveLength(1);
});

test('a burst larger than the queue loses nothing', () => {
  const store = openTestStore();
  for (let index = 0; index < 15_000; index++) store.calls.end(makeEnd(newId()));
  expect(store.calls.summarize()[0]?.calls).toBe(15_000);
});

test('while the database is locked calls wait in memory, the oldest go when it lasts, and it is said once', async () => {
  const problems: AppError[] = [];
  const store = openTestStore({ onProblem: error => problems.push(error) });
  const other = new Sqlite(store.file);
  other.exec('BEGIN IMMEDIATE');
  const ids = record(store, ...Array.from({ length: 10_003 }, () => ({})));
  store.calls.flush();
  expect(store.calls.list({ limit: 1 }).calls).toEqual([]);
  other.exec('COMMIT');
  other.close();
  expect(store.calls.summarize()[0]?.calls).toBe(10_000);
  const kept = new Set(query(store.file, 'SELECT id FROM calls').map(row => Object.values(row as object)[0]));
  expect(ids.filter(id => !kept.has(id))).toEqual(ids.slice(0, 3));
  await vi.waitFor(() =>
    expect(problems.map(error => error.code)).toEqual(['database_unusable', 'database_unusable']),
  );
  expect(problems.map(error => error.message)).toEqual([
    expect.stringContaining('is locked by another program'),
    expect.stringContaining('oldest waiting calls are dropped'),
  ]);
});

test('calls that could not be written are tried again without being asked', async () => {
  const store = openTestStore();
  const other = new Sqlite(store.file);
  other.exec('BEGIN IMMEDIATE');
  record(store, {});
  store.calls.flush();
  other.exec('COMMIT');
  await vi.waitFor(() => expect(other.prepare('SELECT * FROM calls').all()).toHaveLength(1), 10_000);
  other.close();
});

test('sums by model, and of what nobody knows no sum', () => {
  const store = openTestStore();
  const calls = [
    { asked: 'a/one', end: {} },
    {
      asked: 'a/one',
      end: {
        status: 'error' as const,
        input_tokens: null,
        output_tokens: null,
        tokens_origin: 'unknown' as const,
        cost_usd: null,
      },
    },
    {
      asked: 'b/two',
      end: {
        status: 'cancelled' as const,
        input_tokens: null,
        output_tokens: null,
        cache_read_tokens: null,
        reasoning_tokens: null,
        tokens_origin: 'unknown' as const,
        cost_usd: null,
      },
    },
  ];
  for (const { asked, end } of calls) {
    const start = makeStart({ model_asked: asked });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, end));
  }
  store.calls.begin(makeStart({ model_asked: 'c/running' }));
  expect(store.calls.summarize({ by: 'model' })).toEqual([
    {
      key: 'a/one',
      calls: 2,
      errors: 1,
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 20,
      cache_write_tokens: null,
      reasoning_tokens: 10,
      cost_usd: 0.25,
      unknown_tokens_calls: 1,
      unknown_cost_calls: 1,
    },
    {
      key: 'b/two',
      calls: 1,
      errors: 0,
      input_tokens: null,
      output_tokens: null,
      cache_read_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      cost_usd: null,
      unknown_tokens_calls: 1,
      unknown_cost_calls: 1,
    },
  ]);
});

test('sums by backend, client and local day, and since a time', () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Asia/Tokyo';
  try {
    const store = openTestStore();
    record(
      store,
      { started_at: '2026-03-01T14:59:59.000Z', backend: 'a', client: 'chat' },
      { started_at: '2026-03-01T15:00:00.000Z', backend: 'b', client: 'tool' },
      { started_at: '2026-03-01T16:00:00.000Z', backend: 'b', client: 'chat' },
    );
    const count = (options: Parameters<typeof store.calls.summarize>[0]): unknown =>
      store.calls.summarize(options).map(row => [row.key, row.calls]);
    expect(count({ by: 'backend' })).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(count({ by: 'client' })).toEqual([
      ['chat', 2],
      ['tool', 1],
    ]);
    expect(count({ by: 'day' })).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 2],
    ]);
    expect(count({ since: '2026-03-02T00:00:00+09:00' })).toEqual([['total', 2]]);
    expect(count({ since: '2027-01-01', by: 'day' })).toEqual([]);
    expect(store.calls.summarize({ since: '2027-01-01' })[0]).toMatchObject({ calls: 0, input_tokens: null });
    expect(catchError(() => store.calls.summarize({ since: 'last week' })).code).toBe('invalid_request');
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});
