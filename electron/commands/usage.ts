import { AppError } from '../contract/errors.ts';
import type { UsageSummary } from '../store/call-queries.ts';
import { formatTable, textOption, unknownAction } from './command.ts';
import type { Command } from './command.ts';
import { exportUsage } from './usage-export.ts';
import { withStore } from './with-store.ts';

const groups = ['model', 'backend', 'client', 'day'] as const;
type Group = (typeof groups)[number];

export const usageCommand: Command = {
  usage:
    'usage [--since DATE|7d] [--by model|backend|client|day] [--csv] | export [FILE] [--since DATE|7d] [--format csv|json|parquet]',
  summary:
    'Sum the ledger: calls, tokens and cost. What is unknown is left empty, never counted as 0. With export: every call, into a new file.',
  options: {
    since: { type: 'string' },
    by: { type: 'string' },
    csv: { type: 'boolean' },
    format: { type: 'string' },
  },
  maxArgs: 2,
  async run(context) {
    const since = readSince(textOption(context, 'since'), new Date());
    if (context.args[0] === 'export') return exportUsage(context, since);
    if (context.args.length > 0) throw unknownAction(context.args[0], usageCommand.usage);
    const by = readGroup(textOption(context, 'by'));
    const rows = withStore(context, store =>
      store.calls.summarize({ by, ...(since === undefined ? {} : { since }) }),
    );
    if (context.json) context.print(JSON.stringify(rows));
    else if (context.options.csv === true) context.print(formatCsv(rows, by));
    else context.print(formatTable(headings(by), rows.map(toCells)));
    return 0;
  },
};

function readGroup(text: string | undefined): Group {
  const group = groups.find(each => each === (text ?? 'model'));
  if (group) return group;
  throw new AppError('invalid_request', `--by takes one of ${groups.join(', ')}, not "${text ?? ''}".`);
}

/** `7d`, `24h`, or a date as ISO 8601 has them. */
function readSince(text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const span = /^(\d{1,5})([hdwm])$/.exec(text);
  if (span) {
    const hours = { h: 1, d: 24, w: 24 * 7, m: 24 * 30 }[span[2] as 'h' | 'd' | 'w' | 'm']; // the pattern allows no other
    return new Date(now.getTime() - Number(span[1]) * hours * 3_600_000).toISOString();
  }
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new AppError(
    'invalid_request',
    `--since takes a date such as 2026-01-31 or a span such as 7d, not "${text}".`,
  );
}

function headings(by: Group): string[] {
  return [
    by.toUpperCase(),
    'CALLS',
    'ERRORS',
    'INPUT',
    'OUTPUT',
    'CACHE READ',
    'CACHE WRITE',
    'REASONING',
    'COST USD',
  ];
}

function toCells(row: UsageSummary): string[] {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens } = row;
  const tokens = [input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens];
  const cost = row.cost_usd === null ? '' : row.cost_usd.toFixed(6);
  return [
    row.key,
    String(row.calls),
    String(row.errors),
    ...tokens.map(count => (count === null ? '' : String(count))),
    cost,
  ];
}

function formatCsv(rows: UsageSummary[], by: Group): string {
  const head = [
    by,
    'calls',
    'errors',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'reasoning_tokens',
    'cost_usd',
  ];
  return [head, ...rows.map(toCells)].map(cells => cells.map(quoteCsv).join(',')).join('\n');
}

function quoteCsv(cell: string): string {
  // A cell that begins like a formula must not become one in a spreadsheet.
  const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
