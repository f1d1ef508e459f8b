import type { ParseKeys } from 'i18next';

import type { Call } from '../../../electron/contract/calls.ts';
import { groupedColumns, indexedColumns } from '../../../electron/contract/usage-calls.ts';
import type { SortColumn } from '../../../electron/contract/usage-calls.ts';
import { formatCost, formatCount, formatDuration, formatTime } from '../../ui/format.ts';
import { readStored, writeStored } from '../../ui/stored.ts';

type ColumnName = ParseKeys<'usage'> & `column.${string}`;

export type LedgerColumn = {
  id: string;
  /** What rows are sorted by with it; null for time. */
  sort: SortColumn | null;
  name: ColumnName;
  /** CSS pixels it needs. */
  width: number;
  isNumber: boolean;
  text: (call: Call) => string;
};

const count = (
  id: keyof Call &
    (
      | 'input_tokens'
      | 'output_tokens'
      | 'cache_read_tokens'
      | 'cache_write_tokens'
      | 'reasoning_tokens'
      | 'attempts'
      | 'http_status'
    ),
  width = 90,
): LedgerColumn => ({
  id,
  sort: id,
  name: `column.${id}`,
  width,
  isNumber: true,
  text: call => formatCount(call[id]),
});

const word = (
  id: 'model_answered' | 'dialect_in' | 'dialect_out' | 'tokens_origin' | 'error_code',
  width: number,
): LedgerColumn => ({
  id,
  sort: id,
  name: `column.${id}`,
  width,
  isNumber: false,
  text: call => call[id] ?? '—',
});

/** In the order they stand in. */
export const ledgerColumns: LedgerColumn[] = [
  {
    id: 'time',
    sort: null,
    name: 'column.time',
    width: 168,
    isNumber: false,
    text: call => formatTime(call.started_at),
  },
  {
    id: 'client',
    sort: 'client',
    name: 'column.client',
    width: 98,
    isNumber: false,
    text: call => call.client,
  },
  {
    id: 'backend',
    sort: 'backend',
    name: 'column.backend',
    width: 98,
    isNumber: false,
    text: call => call.backend,
  },
  {
    id: 'model',
    sort: 'model_asked',
    name: 'column.model',
    width: 180,
    isNumber: false,
    text: call => call.model_asked,
  },
  {
    id: 'status',
    sort: 'status',
    name: 'column.status',
    width: 92,
    isNumber: false,
    text: call => call.status,
  },
  count('input_tokens'),
  count('output_tokens'),
  {
    id: 'cost',
    sort: 'cost_usd',
    name: 'column.cost',
    width: 84,
    isNumber: true,
    text: call => formatCost(call.cost_usd),
  },
  {
    id: 'first_token',
    sort: 'first_token_ms',
    name: 'column.first_token',
    width: 94,
    isNumber: true,
    text: call => formatDuration(call.first_token_ms),
  },
  {
    id: 'duration',
    sort: 'duration_ms',
    name: 'column.duration',
    width: 86,
    isNumber: true,
    text: call => formatDuration(call.duration_ms),
  },
  count('cache_read_tokens', 100),
  count('cache_write_tokens', 100),
  count('reasoning_tokens', 100),
  word('tokens_origin', 90),
  word('model_answered', 170),
  word('error_code', 140),
  count('http_status', 74),
  count('attempts', 84),
  word('dialect_in', 150),
  word('dialect_out', 150),
];

const first = [
  'time',
  'client',
  'backend',
  'model',
  'status',
  'input_tokens',
  'output_tokens',
  'cost',
  'first_token',
  'duration',
];
/** Which ones go first where there is no room for all that were chosen; what goes is in the details of a call. */
const importance = [
  'time',
  'model',
  'status',
  'cost',
  'output_tokens',
  'input_tokens',
  'client',
  'backend',
  'duration',
  'first_token',
];
const storageKey = 'parley.ledger-columns';

export function readColumns(): string[] {
  const stored = readStored(storageKey)
    ?.split(',')
    .filter(id => ledgerColumns.some(column => column.id === id));
  return stored && stored.length > 0 ? stored : first;
}

export function writeColumns(ids: readonly string[]): void {
  writeStored(storageKey, ids.join(','));
}

/** Chosen columns as far as they fit into a width, the time always. */
export function fitColumns(chosen: readonly string[], width: number): LedgerColumn[] {
  const wanted = ledgerColumns.filter(({ id }) => chosen.includes(id) || id === 'time');
  const byRank = wanted.toSorted((a, b) => rankOf(a.id) - rankOf(b.id));
  let room = width;
  const fitting = new Set<string>();
  for (const column of byRank) {
    room -= column.width;
    if (room < 0 && fitting.size > 0) break;
    fitting.add(column.id);
  }
  return wanted.filter(({ id }) => fitting.has(id));
}

/** Whether rows can be sorted by a column: by some only where the period has few of them. */
export function canSort({ sort }: LedgerColumn, isSmall: boolean): boolean {
  const always: readonly string[] = [...indexedColumns, ...groupedColumns];
  return isSmall || sort === null || always.includes(sort);
}

function rankOf(id: string): number {
  const place = importance.indexOf(id);
  return place < 0 ? importance.length : place;
}
