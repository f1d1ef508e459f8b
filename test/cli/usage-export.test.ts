import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';

import type { CommandContext } from '../../electron/commands/command.ts';
import { usageCommand } from '../../electron/commands/usage.ts';
import { makeDataDir, makeEnd, makeStart, openTestStore } from '../store/test-store.ts';

function contextFor(dataDir: string, args: string[], options: CommandContext['options']) {
  const lines: string[] = [];
  const context: CommandContext = {
    dataDir: () => dataDir,
    env: {},
    json: true,
    options,
    args,
    print: line => void lines.push(line),
    warn: line => void lines.push(line),
  };
  return { context, lines };
}

function fill(dataDir: string): void {
  const store = openTestStore({ file: join(dataDir, 'parley.db') });
  for (const started_at of ['2025-06-15T12:00:00.000Z', '2026-03-01T12:00:00.000Z']) {
    const start = makeStart({ started_at });
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id));
  }
  store.close();
}

test('the ledger leaves in each format, from a day on where one is named', async () => {
  const dataDir = makeDataDir();
  fill(dataDir);
  const file = (name: string) => join(dataDir, name);
  const run = async (name: string, options: CommandContext['options']) => {
    const { context, lines } = contextFor(dataDir, ['export', file(name)], options);
    expect(await usageCommand.run(context)).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ file: file(name) });
    return readFileSync(file(name));
  };
  expect((await run('a.csv', {})).toString().trim().split('\r\n')).toHaveLength(3);
  const rows = JSON.parse(
    (await run('a.json', { format: 'json', since: '2026-01-01' })).toString(),
  ) as object[];
  expect(rows).toMatchObject([{ started_at: '2026-03-01T12:00:00.000Z' }]);
  const parquet = new Uint8Array(await run('a.parquet', { format: 'parquet' })).buffer;
  expect((await parquetReadObjects({ file: parquet })).map(row => row['cost_usd'])).toEqual([0.25, 0.25]);
});

test('no file is written over, and what is not known is refused', async () => {
  const dataDir = makeDataDir();
  fill(dataDir);
  const run = (args: string[], options: CommandContext['options'] = {}) =>
    usageCommand.run(contextFor(dataDir, args, options).context);
  await expect(run(['export', join(dataDir, 'parley.db')])).rejects.toThrow('is there already');
  await expect(run(['export', join(dataDir, 'x')], { format: 'xlsx' })).rejects.toThrow(
    '--format takes one of',
  );
  await expect(run(['exprot'])).rejects.toThrow('There is no "exprot" here');
});
