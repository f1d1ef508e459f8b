/**
 * Every question of the usage page at a million calls: `npm run bench -- usage`, PARLEY_BENCH_CALLS for another number.
 * The first number is the median of five, the second the longest. None may take 100 ms; those over 20 ms run beside the
 * thread that streams answers (electron/store/query-worker.ts).
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportLedger } from '../electron/store/export-ledger.ts';
import { loadSqlite } from '../electron/store/load-sqlite.ts';
import type { Database } from '../electron/store/load-sqlite.ts';
import { openStore } from '../electron/store/open-store.ts';
import { groupedColumns, indexedColumns } from '../electron/contract/usage-calls.ts';
import type { LedgerFilter } from '../electron/contract/usage-calls.ts';
import type { Question, QuestionName } from '../electron/store/usage-questions.ts';
import { time } from './tools/time.ts';

const count = Number(process.env['PARLEY_BENCH_CALLS'] ?? 1_000_000);
const year = 2026;
const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
const file = join(directory, 'parley.db');

try {
  openStore({ file }).close();
  const built = time(() => fill(file));
  console.log(
    `${count} calls of a year, ${(statSync(file).size / 1e6).toFixed(0)} MB, made in ${built.toFixed(0)} ms`,
  );
  const queryWorkerFile = join(import.meta.dirname, '../electron/store/query-worker.ts');
  const store = openStore({ file, queryWorkerFile });
  console.log(`  first count: ${measureCount(store)}`);
  await measureQuestions(store.usage.ask);
  for (const format of ['csv', 'parquet'] as const)
    console.log(`  export as ${format}: ${await measureExport(store.usage, format)}`);
  measureBudgets(store);
  await measureRecompute(store);
  console.log(`  write: ${measureWrites(store)}`);
  store.close();
} finally {
  rmSync(directory, { recursive: true });
}

type Store = ReturnType<typeof openStore>;
type Ask = Store['usage']['ask'];

async function measureQuestions(ask: Ask): Promise<void> {
  for (const [label, name, input] of listQuestions()) {
    const times: number[] = [];
    for (let run = 0; run < 6; run += 1) {
      const started = performance.now();
      await ask(name, input as Question<typeof name>); // the table pairs them
      times.push(performance.now() - started);
    }
    const [first = 0, ...warm] = times;
    const sorted = warm.toSorted((a, b) => a - b);
    console.log(`  ${label.padEnd(28)} ${ms(sorted[2])} ${ms(Math.max(first, ...warm))}`);
  }
}

function listQuestions(): [string, QuestionName, unknown][] {
  const newest = (filter: LedgerFilter, after?: { started_at: string; id: string }): Question<'page'> => ({
    filter,
    order: 'newest',
    limit: 100,
    after,
  });
  const middle = { started_at: `${year}-06-15T12:00:00.000Z`, id: '' };
  const chat = { chat_id: 'chat7' };
  const ties = { started_at: '', id: '', value: 0.05, seq: Math.floor(count / 2) };
  const june = { model: 'backend1/model1', from: `${year}-06-01`, to: `${year}-06-30` };
  const week = { from: `${year}-06-01`, to: `${year}-06-07` };
  return [
    ['dashboard, a day', 'overview', { from: `${year}-06-15`, to: `${year}-06-15` }],
    ['dashboard, 30 days', 'overview', { from: `${year}-06-01`, to: `${year}-06-30` }],
    ['dashboard, a year', 'overview', { from: `${year}-01-01`, to: `${year}-12-31` }],
    ['heat map of the year', 'days', { from: `${year}-01-01`, to: `${year}-12-31` }],
    ['names to choose from', 'names', {}],
    ['newest 100', 'page', newest({})],
    ['100 from the middle', 'page', newest({}, middle)],
    ['oldest 100', 'page', { ...newest({}), order: 'oldest' }],
    ['errors', 'page', newest({ status: 'error' })],
    ['a rare backend', 'page', newest({ backend: 'rare' })],
    ['a model that is gone', 'page', newest({ model: 'nobody/nothing' })],
    ['a search', 'page', newest({ search: 'model3' })],
    ['a search, rare', 'page', newest({ search: 'once' })],
    [
      'errors of a client, 7 days',
      'page',
      newest({ status: 'error', client: 'tool2', from: `${year}-06-01`, to: `${year}-06-07` }),
    ],
    ['an hour', 'page', newest({ hour: `${year}-06-15T12:00:00Z` })],
    ['a chat', 'page', newest(chat)],
    ...indexedColumns.flatMap(sort => [
      [`by ${sort}`, 'page', { ...newest({}), sort }] as [string, QuestionName, unknown],
      [`by ${sort}, up`, 'page', { ...newest({}), order: 'oldest', sort }] as [string, QuestionName, unknown],
    ]),
    ...groupedColumns.map(
      sort => [`by ${sort}`, 'page', { ...newest({}), sort }] as [string, QuestionName, unknown],
    ),
    ['by cost, from its ties on', 'page', { ...newest({}), sort: 'cost_usd', after: ties }],
    ['by cost, a month of a model', 'page', { ...newest(june), sort: 'cost_usd' }],
    ['by cost, a rare backend', 'page', { ...newest({ backend: 'rare' }), sort: 'cost_usd' }],
    ['by cost, errors (a short page)', 'page', { ...newest({ status: 'error' }), sort: 'cost_usd' }],
    ['by attempts, a week', 'page', { ...newest(week), sort: 'attempts' }],
    ['providers page', 'backendUse', { month: `${year}-12`, recent: `${year}-11-16` }],
    ['sum of all', 'sum', {}],
    ['sum of a search', 'sum', { search: 'model3' }],
    ['sum of a chat', 'sum', chat],
    ['one call', 'entry', { id: `call${String(Math.floor(count / 2)).padStart(9, '0')}` }],
  ];
}

async function measureExport(usage: Store['usage'], format: 'csv' | 'parquet'): Promise<string> {
  let bytes = 0;
  const started = performance.now();
  const held = await watchThread(async () => {
    for await (const part of exportLedger(usage, { filter: {}, format })) bytes += part.length;
  });
  const memory = (process.memoryUsage().rss / 1e6).toFixed(0);
  return `${(bytes / 1e6).toFixed(0)} MB in ${((performance.now() - started) / 1000).toFixed(1)} s; the main thread was held up ${held.toFixed(0)} ms at most, the process has ${memory} MB`;
}

/** The longest the main thread was held up meanwhile, in milliseconds. */
async function watchThread(run: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let turn = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - turn - 1);
    turn = now;
  }, 1);
  try {
    await run();
  } finally {
    clearInterval(watch);
  }
  return longest;
}

/** What a call waits for its budgets: the first one reads the sums, the others find them in memory. */
function measureBudgets(store: Store): void {
  const scopes = [{}, { backend: 'backend1' }, { client: 'chat' }];
  const first = time(() => store.spend.total({}, 'month'));
  const rounds = 100_000;
  const rest = time(() => {
    for (let round = 0; round < rounds; round += 1) store.spend.total(scopes[round % 3] ?? {}, 'month');
  });
  console.log(
    `  budgets: sums read in ${first.toFixed(1)} ms, then ${((rest / rounds) * 1000).toFixed(2)} µs a check`,
  );
}

/** Past costs at corrected prices: of one model, and of all. */
async function measureRecompute(store: Store): Promise<void> {
  const price = { input_cost: 3, output_cost: 12 };
  const names = Array.from({ length: 30 }, (_, index) => `backend${index % 5}/model${Math.floor(index / 5)}`);
  const all = { prices: Object.fromEntries(names.map(name => [name, price])), aliases: {} };
  const one = { prices: { 'backend1/model1': price }, aliases: {} };
  const june = { from: `${year}-06-01`, to: `${year}-06-30` };
  for (const [label, rules, period] of [
    ['one model, a month', one, june],
    ['all models, a month', all, june],
  ] as const) {
    const previewed = performance.now();
    let after: { started_at: string; id: string } | undefined;
    do after = (await store.usage.ask('repricePart', { rules, period, after })).next ?? undefined;
    while (after);
    const previewMs = performance.now() - previewed;
    const started = performance.now();
    let calls = 0;
    const held = await watchThread(async () => {
      calls = (await store.usage.recompute(rules, period)).calls;
    });
    const ran = performance.now() - started;
    console.log(
      `  recompute ${label}: preview ${(previewMs / 1000).toFixed(1)} s, ${calls} calls in ${(ran / 1000).toFixed(1)} s; the main thread was held up ${held.toFixed(0)} ms at most`,
    );
  }
}

/** Batches as the gateway writes them, and what counting them costs afterwards. */
function measureWrites(store: Store): string {
  const writes: number[] = [];
  const counts: number[] = [];
  for (let batch = 0; batch < 50; batch += 1) {
    for (let index = 0; index < 100; index += 1) {
      const id = `new${batch}-${index}`;
      store.calls.begin({ ...start(batch * 100 + index), id });
      store.calls.end({ ...end(index), id });
    }
    writes.push(time(() => store.calls.flush()));
    if (batch % 5 === 4) counts.push(time(() => store.usage.work()) / 5);
  }
  const median = (times: number[]): string =>
    ((times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0) * 10).toFixed(1);
  return `${median(writes)} µs a call in batches of 100, and ${median(counts)} µs to count it`;
}

/** As at the first start of a version with sums: slice by slice, beside everything else. */
function measureCount(store: Store): string {
  const slices: number[] = [];
  for (;;) {
    let isMore = false;
    slices.push(
      time(() => {
        isMore = store.usage.work();
      }),
    );
    if (!isMore) break;
  }
  const sorted = slices.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, slice) => sum + slice, 0);
  return `${(total / 1000).toFixed(1)} s in ${sorted.length} slices; p50 ${ms(sorted[Math.floor(sorted.length / 2)])}, longest ${ms(sorted.at(-1))}`;
}

function start(index: number) {
  const at = Date.UTC(year, 0, 1) + Math.floor((index / count) * 365 * 86_400_000) + (index % 7) * 1000;
  const backend = index % 50_000 === 7 ? 'rare' : `backend${index % 5}`;
  return {
    started_at: new Date(at).toISOString(),
    client: index % 3 === 0 ? 'chat' : `tool${(index >> 3) % 4}`,
    backend,
    model_asked: index === Math.floor(count / 3) ? 'just-once' : `${backend}/model${(index >> 2) % 6}`,
    dialect_in: null,
    dialect_out: 'openai_completions' as const,
  };
}

function end(index: number) {
  const isError = index % 97 === 0;
  const firstToken = 80 + ((index * 7919) % 4000);
  return {
    model_answered: 'model-2026-01',
    status: isError ? ('error' as const) : ('ok' as const),
    http_status: isError ? 500 : 200,
    error_code: isError ? 'upstream_error' : null,
    input_tokens: isError ? null : (index * 31) % 9000,
    output_tokens: isError ? null : (index * 17) % 900,
    cache_read_tokens: index % 400,
    cache_write_tokens: null,
    reasoning_tokens: null,
    tokens_origin: index % 20 === 0 ? ('estimated' as const) : ('reported' as const),
    cost_usd: index % 11 === 0 ? null : (index % 1000) / 10_000,
    price: '{"input_mtok":2.5,"output_mtok":10}',
    first_token_ms: isError ? null : firstToken,
    duration_ms: firstToken + ((index * 13) % 9000),
    attempts: 1,
  };
}

/** In one transaction and past the queue. */
function fill(path: string): void {
  const db = openFast(path);
  const names = ['id', ...Object.keys(start(0)), ...Object.keys(end(0))];
  const insert = db.prepare(
    `INSERT INTO call_rows (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  const paid = db.prepare('INSERT INTO chat_calls (call_id, chat_id) VALUES (?, ?)');
  const chat = db.prepare('INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)');
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -200000');
  // Built once at the end, as a migration builds them; row by row a million random places take minutes.
  const indexes = db
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name LIKE 'call_rows_by_%' AND sql LIKE '%WHERE%'",
    )
    .all() as { name: string; sql: string }[]; // the columns of the query
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  db.transaction(() => {
    const created = new Date(Date.UTC(year, 0, 1)).toISOString();
    for (let index = 0; index < 500; index += 1) chat.run(`chat${index}`, `Chat ${index}`, created, created);
    for (let index = 0; index < count; index += 1) {
      const id = `call${String(index).padStart(9, '0')}`;
      if (index % 30 === 0) paid.run(id, `chat${Math.floor(index / 30 / 70) % 500}`);
      insert.run(id, ...Object.values(start(index)), ...Object.values(end(index)));
    }
  })();
  const indexed = time(() => {
    for (const { sql } of indexes) db.exec(sql);
  });
  console.log(`  ${indexes.length} indexes to sort by, built in ${(indexed / 1000).toFixed(1)} s`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function openFast(path: string): Database {
  const Sqlite = loadSqlite();
  const db = new Sqlite(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  return db;
}

function ms(value = 0): string {
  return `${value.toFixed(1).padStart(6)} ms`;
}
