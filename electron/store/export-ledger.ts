import { randomUUID } from 'node:crypto';

import type { LedgerFilter, LedgerPosition } from '../contract/usage-calls.ts';
import { csvHead } from './ledger-export.ts';
import type { TextFormat } from './ledger-export.ts';
import type { UsageReader } from './usage-reader.ts';

export const exportFormats = ['csv', 'json', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

type Reader = Pick<UsageReader, 'ask'>;

/** A file of the calls that pass a filter, oldest first: a part at a time, each made while nothing else waits for it. */
export function exportLedger(
  usage: Reader,
  { format, filter }: { format: ExportFormat; filter: LedgerFilter },
): AsyncGenerator<Uint8Array> {
  return format === 'parquet' ? exportParquet(usage, filter) : exportText(usage, { format, filter });
}

async function* exportParquet(usage: Reader, filter: LedgerFilter): AsyncGenerator<Uint8Array> {
  const id = randomUUID();
  let after: LedgerPosition | undefined;
  do {
    const { data, next } = await usage.ask('parquetPart', { id, filter, after });
    after = next ?? undefined;
    if (data.length > 0) yield data;
  } while (after !== undefined);
}

async function* exportText(
  usage: Reader,
  wish: { format: TextFormat; filter: LedgerFilter },
): AsyncGenerator<Uint8Array> {
  const { format } = wish;
  yield Buffer.from(format === 'csv' ? csvHead : '[\n');
  let after: LedgerPosition | undefined;
  // The comma behind a JSON row waits until there is another.
  let comma = '';
  do {
    const { text, next } = await usage.ask('exportPart', { ...wish, after });
    after = next ?? undefined;
    if (text === '') continue;
    const ends = format === 'json' ? ',\n' : '';
    yield Buffer.from(`${comma}${text.slice(0, text.length - ends.length)}`);
    comma = ends;
  } while (after !== undefined);
  if (format === 'json') yield Buffer.from('\n]\n');
}
