import { callSchema } from '../contract/calls.ts';
import type { Call } from '../contract/calls.ts';
import type { LedgerFilter, LedgerPosition } from '../contract/usage-calls.ts';
import type { LedgerQueries } from './ledger-queries.ts';

export type TextFormat = 'csv' | 'json';

export type ExportQuestion = {
  filter: LedgerFilter;
  format: TextFormat;
  after?: LedgerPosition | undefined;
};
/** Some rows as text, as they stand in the file; a JSON row has its comma behind it, which the last one must lose. */
export type ExportPart = { text: string; next: LedgerPosition | null };

const names = Object.keys(callSchema.shape) as (keyof Call)[]; // the names of the very schema
const partRows = 2000;

export const csvHead = `${names.join(',')}\r\n`;

/** Oldest first, so that a longer export begins like a shorter one. */
export function exportPart(queries: LedgerQueries, { filter, format, after }: ExportQuestion): ExportPart {
  const { calls, next } = queries.page({ filter, order: 'oldest', limit: partRows, after });
  const toText = format === 'csv' ? toCsvRow : (call: Call) => `${JSON.stringify(call)},\n`;
  return { text: calls.map(toText).join(''), next };
}

function toCsvRow(call: Call): string {
  return `${names.map(name => toCsvField(call[name])).join(',')}\r\n`;
}

/** RFC 4180. What is unknown is empty. */
function toCsvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A tool may call its model "=1+1", and a spreadsheet would compute that.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
