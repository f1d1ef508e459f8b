import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import type { CallEnd } from '../../electron/contract/calls.ts';
import type { LedgerFilter, UsageSums } from '../../electron/contract/usage-calls.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { makeDataDir, makeEnd, makeMessage, makeStart, openTestStore } from './test-store.ts';

const always = { from: '0001-01-01', to: '9999-12-31' };

/** Seeded, so that a failure can be looked at again. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function query(file: string, sql: string): Record<string, unknown>[] {
  const Sqlite = loadSqlite();
  const db = new Sqlite(file);
  try {
    return db.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    db.close();
  }
}

/** All that ended, added up from the rows themselves. */
function sumRows(file: string): Record<string, unknown> | undefined {
  return query(
    file,
    `SELECT count(*) AS calls, count(*) FILTER (WHERE status = 'error') AS errors,
      coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
      coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
      coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens,
      coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens, round(coalesce(sum(cost_usd), 0), 6) AS cost_usd,
      round(coalesce(sum(cost_usd) FILTER (WHERE tokens_origin = 'estimated'), 0), 6) AS estimated_cost_usd,
      count(*) FILTER (WHERE tokens_origin = 'estimated') AS estimated_calls,
      count(*) FILTER (WHERE input_tokens IS NULL AND output_tokens IS NULL AND status <> 'error')
        AS unknown_tokens_calls,
      count(*) FILTER (WHERE cost_usd IS NULL AND NOT (status = 'error' AND input_tokens IS NULL
        AND output_tokens IS NULL)) AS unknown_cost_calls
    FROM calls`,
  )[0];
}

function rounded(sums: UsageSums): Record<string, number> {
  const to6 = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;
  return {
    calls: sums.calls,
    errors: sums.errors,
    input_tokens: sums.input_tokens,
    output_tokens: sums.output_tokens,
    cache_read_tokens: sums.cache_read_tokens,
    cache_write_tokens: sums.cache_write_tokens,
    reasoning_tokens: sums.reasoning_tokens,
    cost_usd: to6(sums.cost_usd),
    estimated_cost_usd: to6(sums.estimated_cost_usd),
    estimated_calls: sums.estimated_calls,
    unknown_tokens_calls: sums.unknown_tokens_calls,
    unknown_cost_calls: sums.unknown_cost_calls,
  };
}

function addAll(parts: readonly UsageSums[]): Record<string, number> {
  const sums = parts.map(rounded);
  const names = Object.keys(rounded({} as UsageSums)); // only the names are read
  return Object.fromEntries(
    names.map(name => [name, Math.round(sums.reduce((sum, part) => sum + (part[name] ?? 0), 0) * 1e6) / 1e6]),
  );
}

function randomEnd(id: string, random: (below: number) => number): CallEnd {
  const maybe = (value: number): number | null => (random(4) === 0 ? null : value);
  return makeEnd(id, {
    status: (['ok', 'ok', 'error', 'cancelled', 'interrupted'] as const)[random(5)] ?? 'ok',
    tokens_origin: (['reported', 'estimated', 'unknown'] as const)[random(3)] ?? 'reported',
    input_tokens: maybe(random(10_000)),
    output_tokens: maybe(random(1000)),
    cache_read_tokens: maybe(random(100)),
    cache_write_tokens: maybe(random(100)),
    reasoning_tokens: maybe(random(100)),
    cost_usd: maybe(random(1_000_000) / 1_000_000),
    first_token_ms: maybe(random(5000)),
    duration_ms: maybe(random(60_000)),
  });
}

const quarterYear = 90 * 86_400;

/** Calls of so many seconds that begin, end, end again, end without a beginning, and never end. */
function playCalls(store: Store, seed: number, count: number, seconds = quarterYear): void {
  const random = makeRandom(seed);
  const chat = store.chats.create({ model: null });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = makeStart({
      started_at: new Date(Date.UTC(2026, 0, 1) + random(seconds) * 1000).toISOString(),
      backend: `backend${random(3)}`,
      model_asked: `model${random(5)}`,
      client: random(2) === 0 ? 'chat' : `tool${random(2)}`,
    });
    ids.push(start.id);
    const what = random(10);
    const isAnswer = random(3) === 0;
    if (isAnswer && what % 2 === 0) store.chats.addMessage(makeMessage(chat.id, { call_id: start.id }));
    if (what < 8) store.calls.begin(start);
    if (random(3) === 0) store.calls.flush();
    if (what < 6 || what === 8) store.calls.end(randomEnd(start.id, random));
    if (random(3) === 0) store.calls.flush();
    if (isAnswer && what % 2 === 1) store.chats.addMessage(makeMessage(chat.id, { call_id: start.id }));
    const earlier = ids[random(ids.length)];
    if (what === 9 && earlier !== undefined) store.calls.end(randomEnd(earlier, random));
  }
  store.calls.flush();
}

/** What no sum of an overview shows: hours, the first and the last call of a day, and times to the first token. */
const finerSums = `SELECT group_concat(hour || ' ' || calls ORDER BY hour) AS hours,
  (SELECT group_concat(day || ' ' || first_at || ' ' || last_at ORDER BY day) FROM
    (SELECT day, min(first_at) AS first_at, max(last_at) AS last_at FROM usage_days GROUP BY day)) AS times,
  (SELECT group_concat(bucket || ' ' || calls ORDER BY bucket) FROM
    (SELECT bucket, sum(calls) AS calls FROM usage_first_tokens GROUP BY bucket HAVING sum(calls) <> 0)) AS buckets
  FROM usage_hours WHERE calls <> 0`;
const finerRows = `SELECT (SELECT group_concat(hour || ' ' || calls ORDER BY hour) FROM
    (SELECT unixepoch(started_at) - unixepoch(started_at, 'localtime') % 3600 AS hour, count(*) AS calls FROM calls GROUP BY 1)) AS hours,
  (SELECT group_concat(day || ' ' || first_at || ' ' || last_at ORDER BY day) FROM
    (SELECT date(started_at, 'localtime') AS day, min(started_at) AS first_at, max(started_at) AS last_at
      FROM calls GROUP BY 1)) AS times,
  (SELECT group_concat(bucket || ' ' || calls ORDER BY bucket) FROM
    (SELECT CAST(round(8 * log2(max(1, first_token_ms))) AS INTEGER) AS bucket, count(*) AS calls
      FROM calls WHERE first_token_ms >= 0 GROUP BY 1)) AS buckets`;

test.each([
  [1, quarterYear],
  [2, quarterYear],
  [3, quarterYear],
  // Many calls a minute.
  [4, 7200],
  [5, 90],
])('the sums are those of the rows, whatever happens to calls (seed %i, %i s)', async (seed, seconds) => {
  const store = openTestStore();
  playCalls(store, seed, 300, seconds);
  const rows = sumRows(store.file);
  const overview = await store.usage.ask('overview', always);
  expect(rounded(overview.total)).toEqual(rows);
  for (const parts of [overview.by_model, overview.by_backend, overview.by_client, overview.over_time]) {
    expect(addAll(parts)).toEqual(rows);
  }
  expect(addAll(await store.usage.ask('days', always))).toEqual(rows);
  expect(query(store.file, finerSums)).toEqual(query(store.file, finerRows));
  for (const [from, to] of [
    ['2026-01-10', '2026-03-20'],
    ['2026-02-01', '2026-02-28'],
    ['2026-02-27', '2026-03-31'],
    ['2026-01-05', '2026-01-20'],
  ] as const) {
    const { total, by_model: models } = await store.usage.ask('overview', { from, to });
    const { calls, cost_usd: cost } = addAll(await store.usage.ask('days', { from, to }));
    expect({ from, calls: total.calls, cost: rounded(total)['cost_usd'] }).toEqual({ from, calls, cost });
    expect(addAll(models)).toEqual(rounded(total));
  }
  const chatRows = query(
    store.file,
    'SELECT count(*) AS calls, round(sum(cost_usd), 6) AS cost FROM chat_calls JOIN calls ON id = call_id',
  )[0];
  const { calls, cost_usd: cost } = addAll(overview.by_chat);
  expect({ calls, cost }).toEqual(chatRows);

  // What a crash left running is counted once it is known to have been cut off.
  store.recover();
  expect(rounded((await store.usage.ask('overview', always)).total)).toEqual(sumRows(store.file));
});

test('the sums of a filter are those of the rows a walk through its pages finds', async () => {
  const store = openTestStore();
  playCalls(store, 7, 400);
  const filters: LedgerFilter[] = [
    {},
    { backend: 'backend1' },
    { model: 'model2', status: 'error' },
    { client: 'tool0', from: '2026-01-10', to: '2026-02-10' },
    { search: 'OOL1' },
    { search: '%' },
    { from: '2026-02-01', to: '2026-02-01' },
    { chat_id: query(store.file, 'SELECT id FROM chats')[0]?.['id'] as string },
    { hour: '2026-01-15T12:00:00Z' },
  ];
  for (const filter of filters) {
    const sum = await store.usage.ask('sum', filter);
    for (const order of ['newest', 'oldest'] as const) {
      const times: string[] = [];
      let after: { started_at: string; id: string } | undefined;
      do {
        const page = await store.usage.ask('page', { filter, order, limit: 7, after });
        times.push(...page.calls.map(call => `${call.started_at} ${call.id}`));
        after = page.next ?? undefined;
      } while (after);
      const sorted = times.toSorted();
      expect({ filter, times }).toEqual({ filter, times: order === 'oldest' ? sorted : sorted.toReversed() });
      expect(new Set(times).size).toBe(sum.calls);
      expect(times.length).toBe(sum.calls);
    }
  }
});

test('calls of a ledger without sums are counted in slices, and those that come meanwhile once', async () => {
  const store = openTestStore();
  playCalls(store, 5, 1200);
  // As the migration finds it: rows, and no sums.
  const Sqlite = loadSqlite();
  const db = new Sqlite(store.file);
  for (const table of ['days', 'months', 'hours', 'chats', 'first_tokens', 'month_first_tokens'])
    db.exec(`DELETE FROM usage_${table}`);
  db.exec('UPDATE usage_progress SET counted_to = 0');
  db.close();

  expect(store.usage.work()).toBe(true);
  // Between two slices: rows counted and not counted change, and new ones come.
  store.recover();
  playCalls(store, 6, 100);
  const reached = query(
    store.file,
    'SELECT counted_to < (SELECT max(seq) FROM call_rows) AS is_between FROM usage_progress',
  );
  expect(reached).toEqual([{ is_between: 1 }]);
  while (store.usage.work());
  const overview = await store.usage.ask('overview', always);
  expect(overview.is_complete).toBe(true);
  expect(rounded(overview.total)).toEqual(sumRows(store.file));
});

test('retention deletes old rows and keeps their sums; deleting all leaves nothing but what runs', async () => {
  let now = new Date('2026-03-10T12:00:00Z');
  const store = openTestStore({ now: () => now });
  for (const day of ['01', '05', '09']) {
    const start = makeStart({ started_at: `2026-03-${day}T12:00:00.000Z` });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id));
  }
  const running = makeStart({ started_at: '2026-03-01T12:00:00.000Z' });
  store.calls.begin(running);
  store.calls.flush();
  expect(store.usage.keepDays()).toBeNull();
  while (store.usage.work());

  store.usage.setKeepDays(3);
  while (store.usage.work());
  const { calls } = await store.usage.ask('page', { filter: {}, order: 'newest', limit: 10 });
  expect(calls.map(call => call.started_at)).toEqual(['2026-03-09T12:00:00.000Z']);
  expect((await store.usage.ask('overview', always)).total).toMatchObject({ calls: 3, cost_usd: 0.75 });

  await store.usage.deleteAll();
  expect((await store.usage.ask('overview', always)).total.calls).toBe(0);
  now = new Date('2026-03-10T12:01:00Z');
  store.calls.end(makeEnd(running.id));
  expect((await store.usage.ask('overview', always)).total.calls).toBe(1);
});

test('calls are counted once also where the numbers of rows begin anew, because the last ones were deleted', async () => {
  let now = new Date('2026-03-10T12:00:00Z');
  const store = openTestStore({ now: () => now });
  const record = (...days: string[]): void => {
    for (const day of days) {
      const start = makeStart({ started_at: `2026-03-${day}T12:00:00.000Z` });
      store.calls.begin(start);
      store.calls.end(makeEnd(start.id));
    }
    store.calls.flush();
  };
  const total = async (): Promise<number> => (await store.usage.ask('overview', always)).total.calls;
  // The last row is the oldest call, so it goes first.
  record('09', '08', '01');
  expect(await total()).toBe(3);
  store.usage.setKeepDays(4);
  while (store.usage.work());
  record('10');
  expect(await total()).toBe(4);
  now = new Date('2026-03-20T12:00:00Z');
  while (store.usage.work());
  expect(query(store.file, 'SELECT * FROM call_rows')).toEqual([]);
  record('20', '20');
  expect(await total()).toBe(6);
  expect(await total()).toBe(6);
});

test('times to the first token come as quantiles, exact to a tenth', async () => {
  const store = openTestStore();
  for (let index = 1; index <= 100; index += 1) {
    const start = makeStart();
    store.calls.begin(start);
    store.calls.end(
      makeEnd(start.id, { first_token_ms: index * 10, duration_ms: index * 10 + 500, output_tokens: 50 }),
    );
  }
  const { total, by_model: models } = await store.usage.ask('overview', always);
  expect(total.tokens_per_second).toBe(100);
  expect(Math.abs((total.first_token_p50_ms ?? 0) / 500 - 1)).toBeLessThan(0.1);
  expect(Math.abs((total.first_token_p95_ms ?? 0) / 950 - 1)).toBeLessThan(0.1);
  expect(models[0]).toMatchObject({ key: 'groq/llama', first_token_p50_ms: total.first_token_p50_ms });
});

test('a call that runs, or is no more, cannot be opened; an answer leads to its chat', async () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null, title: 'Tides' });
  const [running, answer] = [makeStart(), makeStart()];
  store.calls.begin(running);
  store.calls.begin(answer);
  store.calls.end(makeEnd(answer.id));
  const message = makeMessage(chat.id, { call_id: answer.id });
  store.chats.addMessage(message);
  await expect(store.usage.ask('entry', { id: running.id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await store.usage.ask('entry', { id: answer.id })).toMatchObject({
    call: { id: answer.id },
    message: { chat_id: chat.id, message_id: message.id, title: 'Tides' },
  });
});

const berlin = 'Europe/Berlin';
test.each([
  // The clock goes back at 01:00 UTC: the day has 25 hours, and the hour from two to three comes twice.
  [berlin, '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z', 25],
  [berlin, '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z', 23],
  ['Asia/Kathmandu', '2026-05-01', '2026-04-30T18:15:00.000Z', '2026-05-01T18:14:59.999Z', 24],
  ['America/Los_Angeles', '2026-02-28', '2026-02-28T08:00:00.000Z', '2026-03-01T07:59:59.999Z', 24],
])('a day in %s is the one on the wall: %s', async (zone, day, first, last, hours) => {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  const store = openTestStore();
  const call = (time: number): void => {
    const start = makeStart({ started_at: new Date(time).toISOString() });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id));
  };
  // The moment before the day and the one after it, and every half hour between.
  call(Date.parse(first) - 1);
  call(Date.parse(last) + 1);
  for (let time = Date.parse(first); time < Date.parse(last); time += 1_800_000) call(time);

  const overview = await store.usage.ask('overview', { from: day, to: day });
  expect(overview.unit).toBe('hour');
  expect(overview.total.calls).toBe(hours * 2);
  expect(overview.over_time.map(({ calls }) => calls)).toEqual(Array.from({ length: hours }, () => 2));
  for (const { key } of overview.over_time) {
    const { calls } = await store.usage.ask('sum', { hour: key });
    expect({ key, calls }).toEqual({ key, calls: 2 });
  }
  const page = await store.usage.ask('page', { filter: { from: day, to: day }, order: 'oldest', limit: 500 });
  expect(page.calls).toHaveLength(hours * 2);
  expect(page.calls[0]?.started_at).toBe(first);
});

const workerFile = join(import.meta.dirname, '../../electron/store/query-worker.ts');

test('a thread of its own answers the same; where it cannot start, the question is answered without it', async () => {
  const store = openTestStore();
  playCalls(store, 9, 200);
  const expected = await store.usage.ask('overview', always);
  for (const queryWorkerFile of [workerFile, '/nowhere/query-worker.ts']) {
    const { usage } = openTestStore({ file: store.file, queryWorkerFile });
    expect(await usage.ask('overview', always)).toEqual(expected);
    await expect(usage.ask('entry', { id: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
    const both = await Promise.all([usage.ask('names', {}), usage.ask('sum', {})]);
    expect(both[1].calls).toBe(expected.total.calls);
  }
});

test('a thread that is closed while it is asked rejects, and does not hang', async () => {
  const store = openTestStore({ queryWorkerFile: workerFile });
  const asked = store.usage.ask('overview', always);
  store.close();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});

test('exported rows cannot be formulas, and a name with quotes stays one field', async () => {
  const store = openTestStore();
  const start = makeStart({ id: 'one', model_asked: '=HYPERLINK("http://x")', client: 'a,"b"' });
  store.calls.begin(start);
  store.calls.end(makeEnd('one', { model_answered: null, cost_usd: null }));
  const { text, next } = await store.usage.ask('exportPart', { filter: {}, format: 'csv' });
  expect(next).toBeNull();
  expect(text).toContain(`one,2026-03-01T12:00:00.000Z,"a,""b""",groq,"'=HYPERLINK(""http://x"")",,`);
  expect(text).toMatch(/\r\n$/);
});

test('a call whose process is killed is in no sum until it is known to be gone, and then once', async () => {
  const directory = makeDataDir();
  const script = join(import.meta.dirname, 'store-process.ts');
  const child = spawn(process.execPath, [script, directory, 'stream'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const file = join(directory, 'parley.db');
  await vi.waitFor(
    () => expect(query(file, 'SELECT status FROM call_rows')).toEqual([{ status: 'running' }]),
    { timeout: 20_000, interval: 100 },
  );
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;

  const store = openTestStore({ file });
  expect((await store.usage.ask('overview', always)).total.calls).toBe(0);
  store.recover();
  const { total, by_model: models } = await store.usage.ask('overview', always);
  expect(total).toMatchObject({ calls: 1, errors: 0, unknown_tokens_calls: 1, unknown_cost_calls: 1 });
  expect(models.map(({ key, calls }) => [key, calls])).toEqual([['eliza/doctor', 1]]);
}, 30_000);

test('who asks while another program writes does not wait for it', async () => {
  const store = openTestStore({ busyTimeoutMs: 10_000 });
  const start = makeStart();
  store.calls.begin(start);
  store.calls.end(makeEnd(start.id));
  store.calls.flush();
  const Sqlite = loadSqlite();
  const other = new Sqlite(store.file);
  other.exec('BEGIN IMMEDIATE');
  const before = performance.now();
  const overview = await store.usage.ask('overview', always);
  expect(performance.now() - before).toBeLessThan(5000);
  expect(overview).toMatchObject({ is_complete: false, total: { calls: 0 } });
  // The row itself is found, although no sum knows of it.
  const named = { filter: { backend: 'groq' }, order: 'newest', limit: 5 } as const;
  expect((await store.usage.ask('page', named)).calls).toHaveLength(1);
  other.exec('ROLLBACK');
  other.close();
  expect((await store.usage.ask('overview', always)).total.calls).toBe(1);
});
