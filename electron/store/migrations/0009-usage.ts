/**
 * Sums of the ledger, so that a period is added up from some rows a day, or a month, instead of from every call.
 * count-usage.ts adds calls to them in slices: counted are all ended rows up to counted_to but those in usage_late, which
 * ended after they were passed. What was counted and changes again (a second end) leaves its old numbers, negated, in
 * usage_corrections. So writing a call costs next to nothing, nothing is forgotten or counted twice whenever a process
 * ends, and the ledger of an older version is counted like any other. Sums outlive the rows that retention deletes.
 *
 * Days and hours are those of the clock on the wall where the call was counted; an hour is named by the second it began, so
 * that the hour a clock repeats in autumn is two.
 */
export const usageMigration = `
  CREATE TABLE usage_days (
    day TEXT NOT NULL, backend TEXT NOT NULL, model TEXT NOT NULL, client TEXT NOT NULL, status TEXT NOT NULL,
    ${defineSums()},
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (day, backend, model, client, status)
  ) WITHOUT ROWID;
  CREATE TABLE usage_months (
    month TEXT NOT NULL, backend TEXT NOT NULL, model TEXT NOT NULL, client TEXT NOT NULL, status TEXT NOT NULL,
    ${defineSums()},
    PRIMARY KEY (month, backend, model, client, status)
  ) WITHOUT ROWID;
  CREATE TABLE usage_hours (
    day TEXT NOT NULL, hour INTEGER NOT NULL,
    ${defineSums()},
    PRIMARY KEY (day, hour)
  ) WITHOUT ROWID;
  CREATE TABLE usage_chats (
    day TEXT NOT NULL, chat_id TEXT NOT NULL,
    ${defineSums()},
    PRIMARY KEY (day, chat_id)
  ) WITHOUT ROWID;
  -- Times to the first token; a bucket is an eighth of a doubling of milliseconds.
  CREATE TABLE usage_first_tokens (
    day TEXT NOT NULL, backend TEXT NOT NULL, model TEXT NOT NULL, bucket INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (day, backend, model, bucket)
  ) WITHOUT ROWID;
  CREATE TABLE usage_month_first_tokens (
    month TEXT NOT NULL, backend TEXT NOT NULL, model TEXT NOT NULL, bucket INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (month, backend, model, bucket)
  ) WITHOUT ROWID;

  CREATE TABLE usage_progress (counted_to INTEGER NOT NULL);
  INSERT INTO usage_progress VALUES (0);
  CREATE TABLE usage_late (seq INTEGER PRIMARY KEY);
  CREATE TABLE usage_corrections (${defineShares()});
  -- Days that rows are kept; null keeps all.
  CREATE TABLE ledger_settings (keep_days INTEGER);
  INSERT INTO ledger_settings VALUES (NULL);

  -- Also where the numbers of rows begin anew, because all were deleted.
  CREATE TRIGGER usage_of_new_call AFTER INSERT ON call_rows
  WHEN new.status <> 'running' AND new.seq <= (SELECT counted_to FROM usage_progress) BEGIN
    INSERT OR IGNORE INTO usage_late VALUES (new.seq);
  END;
  CREATE TRIGGER usage_of_ended_call AFTER UPDATE ON call_rows
  WHEN old.status = 'running' AND new.status <> 'running' AND new.seq <= (SELECT counted_to FROM usage_progress) BEGIN
    INSERT OR IGNORE INTO usage_late VALUES (new.seq);
  END;
  CREATE TRIGGER usage_of_changed_call AFTER UPDATE ON call_rows
  WHEN old.status <> 'running' AND ${isCounted('new')} BEGIN
    INSERT INTO usage_corrections SELECT ${shareOf('old', -1)};
    INSERT OR IGNORE INTO usage_late VALUES (new.seq);
  END;
  CREATE TRIGGER usage_of_chat_call AFTER INSERT ON chat_calls BEGIN
    INSERT INTO usage_corrections SELECT ${shareOf('call_rows', 1, 1)} FROM call_rows
      WHERE id = new.call_id AND status <> 'running' AND ${isCounted('call_rows')};
  END;
`;

type Row = 'new' | 'old' | 'call_rows';

/** What one call adds to the sums, in the order of the columns of usage_corrections. */
export function shareOf(row: Row, sign: 1 | -1, isOnlyForChat: 0 | 1 = 0): string {
  const { day, hour } = placeOf(`${row}.started_at`);
  const same = `${row}.backend, ${row}.model_asked, ${row}.client, ${row}.status, ${row}.started_at`;
  const values = Object.values(sumsOf(row)).map(sql => (sign === 1 ? sql : `-(${sql})`));
  return `${day}, ${hour}, ${same}, ${chatOf(row)}, ${isOnlyForChat}, ${bucketOf(row)}, ${values.join(', ')}`;
}

/** The day and the hour a time belongs to. */
export function placeOf(startedAt: string): { day: string; hour: string } {
  return {
    day: `coalesce(date(${startedAt}, 'localtime'), '1970-01-01')`,
    hour: `coalesce(unixepoch(${startedAt}) - unixepoch(${startedAt}, 'localtime') % 3600, 0)`,
  };
}

export function bucketOf(row: Row): string {
  const firstTokenMs = `${row}.first_token_ms`;
  return `iif(${firstTokenMs} >= 0, CAST(round(8 * log2(max(1, ${firstTokenMs}))) AS INTEGER), NULL)`;
}

export function chatOf(row: Row): string {
  return `(SELECT chat_id FROM chat_calls WHERE call_id = ${row}.id)`;
}

/** Columns of usage_corrections. */
export function defineShares(): string {
  return `day TEXT, hour INTEGER, backend TEXT, model TEXT, client TEXT, status TEXT, started_at TEXT, chat_id TEXT,
    only_for_chat INTEGER, bucket INTEGER, ${defineSums()}`;
}

/** Names of the sums, each with what a call adds to it. */
export function sumsOf(row: Row): Record<string, string> {
  const isUncounted = `${row}.input_tokens IS NULL AND ${row}.output_tokens IS NULL`;
  const isError = `${row}.status = 'error'`;
  const isTimed = `${row}.status = 'ok' AND ${row}.output_tokens > 0 AND ${row}.duration_ms > ${row}.first_token_ms`;
  const cost = `coalesce(${row}.cost_usd, 0)`;
  return {
    calls: '1',
    errors: `(${isError})`,
    input_tokens: `coalesce(${row}.input_tokens, 0)`,
    output_tokens: `coalesce(${row}.output_tokens, 0)`,
    cache_read_tokens: `coalesce(${row}.cache_read_tokens, 0)`,
    cache_write_tokens: `coalesce(${row}.cache_write_tokens, 0)`,
    reasoning_tokens: `coalesce(${row}.reasoning_tokens, 0)`,
    cost_usd: cost,
    estimated_cost_usd: `iif(${row}.tokens_origin = 'estimated', ${cost}, 0)`,
    estimated_calls: `(${row}.tokens_origin = 'estimated')`,
    // A call that failed before it used anything is neither a cost nor an unknown one.
    unknown_tokens_calls: `(${isUncounted} AND NOT ${isError})`,
    unknown_cost_calls: `(${row}.cost_usd IS NULL AND NOT (${isError} AND ${isUncounted}))`,
    generated_tokens: `iif(${isTimed}, ${row}.output_tokens, 0)`,
    generating_ms: `iif(${isTimed}, ${row}.duration_ms - ${row}.first_token_ms, 0)`,
  };
}

function defineSums(): string {
  return Object.keys(sumsOf('new'))
    .map(name => `${name} NUMERIC NOT NULL`)
    .join(', ');
}

function isCounted(row: Row): string {
  return `${row}.seq <= (SELECT counted_to FROM usage_progress)
    AND NOT EXISTS (SELECT 1 FROM usage_late WHERE seq = ${row}.seq)`;
}
