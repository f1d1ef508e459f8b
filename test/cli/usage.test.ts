import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { openStore } from '../../electron/store/open-store.ts';
import { makeDataDir, removeDir, runParley } from '../support/start-parley.ts';
import { makeEnd, makeStart } from '../store/test-store.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const dataDir = makeDataDir();
const emptyDir = makeDataDir();

beforeAll(() => {
  const store = openStore({ file: join(dataDir, 'parley.db') });
  const add = (start: object, end: object): void => {
    const begun = makeStart(start);
    store.calls.begin(begun);
    store.calls.end(makeEnd(begun.id, end));
  };
  const tokens = { input_tokens: 10, output_tokens: 2, cache_read_tokens: null, reasoning_tokens: null };
  add(
    { started_at: '2026-03-01T12:00:00.000Z', client: 'editor', backend: 'a', model_asked: 'a/one' },
    { ...tokens, cost_usd: 0.5 },
  );
  add(
    { started_at: '2026-03-02T12:00:00.000Z', client: 'editor', backend: 'a', model_asked: 'a/one' },
    { ...tokens, cost_usd: 0.25 },
  );
  add(
    {
      started_at: '2026-03-02T12:00:00.000Z',
      client: '=cmd|calc',
      backend: 'b',
      model_asked: 'b/"two", three',
    },
    {
      status: 'error',
      input_tokens: null,
      output_tokens: null,
      cache_read_tokens: null,
      reasoning_tokens: null,
      tokens_origin: 'unknown',
      cost_usd: null,
    },
  );
  const recent = new Date(Date.now() - 3_600_000).toISOString();
  add(
    { started_at: recent, client: 'editor', backend: 'a', model_asked: 'a/recent' },
    { ...tokens, cost_usd: 1 },
  );
  store.close();
});

afterAll(() => {
  removeDir(dataDir);
  removeDir(emptyDir);
});

async function summarize(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runParley(['usage', '--json', ...args], { dataDir });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

describe('usage', () => {
  it('sums by model unless told otherwise, and leaves what is unknown unknown', async () => {
    expect(await summarize()).toEqual([
      expect.objectContaining({
        key: 'a/one',
        calls: 2,
        errors: 0,
        input_tokens: 20,
        output_tokens: 4,
        cache_read_tokens: null,
        cost_usd: 0.75,
      }),
      expect.objectContaining({ key: 'a/recent', calls: 1 }),
      expect.objectContaining({
        key: 'b/"two", three',
        calls: 1,
        errors: 1,
        input_tokens: null,
        output_tokens: null,
        cost_usd: null,
        unknown_tokens_calls: 1,
      }),
    ]);
  });

  it('sums by backend, client and day', async () => {
    const [backend, client, day] = await Promise.all([
      summarize('--by', 'backend'),
      summarize('--by', 'client'),
      summarize('--by', 'day'),
    ]);
    expect(backend.map(row => [row['key'], row['calls']])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(client.map(row => [row['key'], row['calls']])).toEqual([
      ['editor', 3],
      ['=cmd|calc', 1],
    ]);
    expect(day.slice(0, 2).map(row => [row['key'], row['calls']])).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 2],
    ]);
  });

  it('begins at a date or a span ago', async () => {
    const [date, span, none] = await Promise.all([
      summarize('--since', '2026-03-02T00:00:00Z', '--by', 'backend'),
      summarize('--since', '2h'),
      summarize('--since', '2999-01-01'),
    ]);
    expect(date.map(row => [row['key'], row['calls']])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(span.map(row => row['key'])).toEqual(['a/recent']);
    expect(none).toEqual([]);
  });

  it('writes CSV that a spreadsheet reads, and that cannot become a formula', async () => {
    const [models, clients] = await Promise.all([
      runParley(['usage', '--csv'], { dataDir }),
      runParley(['usage', '--csv', '--by', 'client'], { dataDir }),
    ]);
    expect(models.stdout.split('\n')).toEqual([
      'model,calls,errors,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_usd',
      'a/one,2,0,20,4,,,,0.750000',
      'a/recent,1,0,10,2,,,,1.000000',
      '"b/""two"", three",1,1,,,,,,',
      '',
    ]);
    expect(clients.stdout).toContain("\n'=cmd|calc,1,");
  });

  it('is a table for people, empty where there was no call', async () => {
    const [full, empty] = await Promise.all([
      runParley(['usage'], { dataDir }),
      runParley(['usage'], { dataDir: emptyDir }),
    ]);
    expect(full.stdout).toMatch(/^MODEL\s+CALLS\s+ERRORS\s+INPUT/);
    expect(full.stdout).toMatch(/^a\/one\s+2\s+0\s+20\s+4\s+0\.750000$/m);
    expect(empty).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^MODEL .*\n$/) as string,
    });
  });
});
