import type { CallEnd, CallStart } from '../contract/calls.ts';

const startNames = [
  'id',
  'started_at',
  'client',
  'backend',
  'model_asked',
  'dialect_in',
  'dialect_out',
] as const;
const endNames = [
  'status',
  'model_answered',
  'http_status',
  'error_code',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'tokens_origin',
  'cost_usd',
  'price',
  'first_token_ms',
  'duration_ms',
  'attempts',
] as const;

export type Column = string | number | null;

/** Of a call that has ended. */
const allNames = [...startNames, ...endNames];

/** The row of a call that has begun and not ended; an end that came first is kept. Takes `runningValues`. */
export const insertRunningSql = `
  INSERT INTO call_rows (${startNames.join(', ')}, status)
  VALUES (${startNames.map(() => '?').join(', ')}, 'running')
  ON CONFLICT (id) DO NOTHING
`;

/** The row of a call that has ended, whether or not its beginning was written. The last end counts. Takes `endedValues`. */
export const saveEndedSql = `
  INSERT INTO call_rows (${allNames.join(', ')})
  VALUES (${allNames.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET
    backend = coalesce(?, backend),
    dialect_out = coalesce(?, dialect_out),
    ${endNames.map(name => `${name} = excluded.${name}`).join(',\n    ')}
`;

/** Rows of calls of which the same is known, unless there are rows of them. Takes what is known of each, in their order. */
export function insertAlikeSql(shape: number, rows: number): string {
  const names = allNames.filter((_, at) => (shape & (1 << at)) !== 0);
  const row = `(${names.map(() => '?').join(', ')})`;
  return `INSERT OR IGNORE INTO call_rows (${names.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`;
}

// A tool may send any text as a model's name; the ledger needs enough of it to recognise it.
const nameLimit = 500;

// By position, not by name: binding 24 names costs a row half as much again. So does an object on the way there.
export function runningValues(start: CallStart): Column[] {
  return startColumns(start, start.backend, start.dialect_out ?? null);
}

export function endedValues(start: CallStart, end: CallEnd): Column[] {
  const columns = endedColumns(start, end);
  columns.push(end.backend ?? null, end.dialect_out ?? null);
  return columns;
}

/** In the order of `allNames`. */
export function endedColumns(start: CallStart, end: CallEnd): Column[] {
  const dialect = end.dialect_out ?? start.dialect_out ?? null;
  const columns = startColumns(start, end.backend ?? start.backend, dialect);
  addEndColumns(columns, end);
  return columns;
}

/** Which of `endedColumns` are known, a bit for each. */
export function shapeOf(columns: readonly Column[]): number {
  let shape = 0;
  for (let at = 0; at < columns.length; at += 1) if (columns[at] !== null) shape |= 1 << at;
  return shape;
}

/** What can be said of the beginning of a call of which only the end is known. */
export function guessStart(end: CallEnd, now: Date): CallStart {
  const started = new Date(now.getTime() - Math.max(0, toNumber(end.duration_ms) ?? 0));
  return {
    id: end.id,
    started_at: (Number.isNaN(started.getTime()) ? now : started).toISOString(),
    client: 'unknown',
    backend: end.backend ?? 'unknown',
    model_asked: end.model_answered ?? 'unknown',
    dialect_in: null,
    dialect_out: end.dialect_out ?? null,
  };
}

/** In the order of `startNames`. */
function startColumns(start: CallStart, backend: string, dialectOut: string | null): Column[] {
  return [
    start.id,
    start.started_at,
    clip(start.client),
    clip(backend),
    clip(start.model_asked),
    start.dialect_in ?? null,
    dialectOut,
  ];
}

/** In the order of `endNames`. */
function addEndColumns(columns: Column[], end: CallEnd): void {
  columns.push(
    end.status,
    end.model_answered ? clip(end.model_answered) : null,
    toNumber(end.http_status),
    end.error_code ?? null,
    toNumber(end.input_tokens),
    toNumber(end.output_tokens),
    toNumber(end.cache_read_tokens),
    toNumber(end.cache_write_tokens),
    toNumber(end.reasoning_tokens),
    end.tokens_origin,
    toNumber(end.cost_usd),
    end.price ?? null,
    toNumber(end.first_token_ms),
    toNumber(end.duration_ms),
    toNumber(end.attempts) ?? 0,
  );
}

function clip(text: string): string {
  return text.length > nameLimit ? `${text.slice(0, nameLimit)}…` : text;
}

/** Numbers come from upstreams: what is none counts as unknown. */
function toNumber(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
