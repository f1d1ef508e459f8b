import { expect, test } from 'vitest';

import { makeDataDir, makeEnd, makeStart, openTestStore } from './test-store.ts';

const at = (time: string) => new Date(time).toISOString();
const total = (calls: number, cost: number, tokens: number) => ({
  calls,
  cost_usd: cost,
  tokens,
  unpriced_calls: 0,
  uncounted_calls: 0,
  running: 0,
});

function spendingStore(file = `${makeDataDir()}/parley.db`) {
  const clock = { time: '2026-03-31T12:00:00' };
  const store = openTestStore({ file, now: () => new Date(clock.time) });
  const call = (changes: Parameters<typeof makeStart>[0] = {}, end: Parameters<typeof makeEnd>[1] = {}) => {
    const start = makeStart({ started_at: at(clock.time), ...changes });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id, end));
  };
  return { store, call, clock };
}

test('calls count at once, for all, for their backend and for their client', () => {
  const { store, call } = spendingStore();
  call({ backend: 'groq', client: 'chat' });
  call({ backend: 'work', client: 'chat' }, { cost_usd: 1 });
  call({ backend: 'groq', client: 'tool' });
  expect(store.spend.total({}, 'month')).toEqual(total(3, 1.5, 360));
  expect(store.spend.total({ backend: 'groq' }, 'month')).toEqual(total(2, 0.5, 240));
  expect(store.spend.total({ client: 'chat' }, 'day')).toEqual(total(2, 1.25, 240));
  expect(store.spend.total({ client: 'nobody' }, 'day')).toEqual(total(0, 0, 0));
});

test('sums are the same before and after calls are written, counted, and read by another process', () => {
  const { store, call, clock } = spendingStore();
  const other = openTestStore({ file: store.file, now: () => new Date(clock.time) });
  expect(other.spend.total({}, 'month')).toEqual(total(0, 0, 0));
  call();
  expect(store.spend.total({}, 'month')).toEqual(total(1, 0.25, 120));
  store.calls.flush();
  call();
  expect(store.spend.total({}, 'month')).toEqual(total(2, 0.5, 240));
  store.calls.flush();
  while (store.usage.work());
  expect(store.spend.total({}, 'month')).toEqual(total(2, 0.5, 240));
  const third = openTestStore({ file: store.file, now: () => new Date(clock.time) });
  expect(third.spend.total({ backend: 'groq' }, 'day')).toEqual(total(2, 0.5, 240));
});

test('a call of another process is seen beside those that are not written yet', async () => {
  const { store, call, clock } = spendingStore();
  call();
  expect(store.spend.total({}, 'day').calls).toBe(1);
  const other = openTestStore({ file: store.file, now: () => new Date(clock.time) });
  const start = makeStart({ started_at: at(clock.time) });
  other.calls.begin(start);
  other.calls.end(makeEnd(start.id));
  other.calls.flush();
  // Whether another process wrote is looked up at most every 10 ms.
  await new Promise(resolve => void setTimeout(resolve, 15));
  expect(store.spend.total({}, 'day')).toEqual(total(2, 0.5, 240));
});

test('a day and a month begin at nothing, and a call counts where it began', () => {
  const { store, call, clock } = spendingStore();
  call();
  const late = makeStart({ started_at: at(clock.time) });
  store.calls.begin(late);
  expect(store.spend.total({}, 'day').running).toBe(1);
  clock.time = '2026-04-01T00:00:01';
  expect(store.spend.total({}, 'day')).toEqual({ ...total(0, 0, 0), running: 1 });
  store.calls.end(makeEnd(late.id));
  call();
  expect(store.spend.total({}, 'day')).toEqual(total(1, 0.25, 120));
  expect(store.spend.total({}, 'month')).toEqual(total(1, 0.25, 120));
});

test('failed calls without numbers cost nothing, all others without them nobody knows what', () => {
  const { store, call } = spendingStore();
  const unknown = { cost_usd: null, price: null, input_tokens: null, output_tokens: null };
  call({}, { ...unknown, status: 'error', error_code: 'http_error' });
  call({}, unknown);
  expect(store.spend.total({}, 'month')).toEqual({
    ...total(1, 0, 0),
    unpriced_calls: 1,
    uncounted_calls: 1,
  });
});

test('a deleted ledger leaves nothing spent', async () => {
  const { store, call, clock } = spendingStore();
  call();
  expect(store.spend.total({}, 'month').calls).toBe(1);
  store.calls.flush();
  clock.time = '2026-03-31T12:00:01';
  await store.usage.deleteAll();
  expect(store.spend.total({}, 'month')).toEqual(total(0, 0, 0));
});

test('a share of a budget is told of once, also in another process', () => {
  const { store } = spendingStore();
  expect(store.spend.note('all usd month 10', '2026-03-01', 80)).toBe(true);
  expect(store.spend.note('all usd month 10', '2026-03-01', 80)).toBe(false);
  expect(openTestStore({ file: store.file }).spend.note('all usd month 10', '2026-03-01', 80)).toBe(false);
  expect(store.spend.note('all usd month 10', '2026-03-01', 100)).toBe(true);
  expect(store.spend.note('all usd month 10', '2026-04-01', 80)).toBe(true);
});
