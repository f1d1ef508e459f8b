import type { Call } from '../contract/calls.ts';
import type { LedgerFilter, LedgerPosition } from '../contract/usage-calls.ts';
import { AppError } from '../contract/errors.ts';
import type { LedgerQueries } from './ledger-queries.ts';
import { createParquetFile, type ParquetFile } from './ledger-parquet.ts';

export type ParquetQuestion = {
  /** The export this is a part of. */
  id: string;
  filter: LedgerFilter;
  after?: LedgerPosition | undefined;
};
export type ParquetPart = { data: Uint8Array; next: LedgerPosition | null };

type Growing = { file: ParquetFile; rows: Call[] };

/** Rows of a group; some MB while they are put together. */
const groupRows = 10_000;
/** Rows looked at in one turn, so that other questions have theirs. */
const turnRows = 2_500;
const mostOpen = 4;

/** Answers part by part; the part that opens a file has no `after`, and the one that ends it no `next`. */
export function createParquetExports(queries: LedgerQueries): (question: ParquetQuestion) => ParquetPart {
  const growing = new Map<string, Growing>();
  const open = (id: string): Growing => {
    const [oldest] = growing.keys();
    if (oldest !== undefined && growing.size >= mostOpen) growing.delete(oldest);
    const begun = { file: createParquetFile(), rows: [] };
    growing.set(id, begun);
    return begun;
  };
  return ({ id, filter, after }) => {
    const found = growing.get(id) ?? (after === undefined ? open(id) : undefined);
    if (!found) throw new AppError('not_found', 'This export was cut off. Start it again.');
    const { calls, next } = queries.page({ filter, order: 'oldest', limit: turnRows, after });
    found.rows.push(...calls);
    const parts: Uint8Array[] = [];
    if (found.rows.length > 0 && (next === null || found.rows.length >= groupRows)) {
      parts.push(found.file.group(found.rows));
      found.rows = [];
    }
    if (next === null) {
      growing.delete(id);
      parts.push(found.file.finish());
    }
    return { data: Buffer.concat(parts), next };
  };
}
