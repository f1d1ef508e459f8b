/**
 * The ledger. The table is ours and may change; the view `calls` is public and only ever grows at its end.
 *
 * Rows of calls that still run (status `running`) are not in the view: a reader counts what the view shows, and a
 * row without tokens, cost or duration would count as a call that was free. They appear once they have ended, or
 * as `interrupted` once their process is known to be gone.
 */
export const callsMigration = `
  CREATE TABLE call_rows (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at TEXT NOT NULL,
    client TEXT NOT NULL,
    backend TEXT NOT NULL,
    model_asked TEXT NOT NULL,
    model_answered TEXT,
    dialect_in TEXT,
    dialect_out TEXT,
    status TEXT NOT NULL,
    http_status INTEGER,
    error_code TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    tokens_origin TEXT NOT NULL DEFAULT 'unknown',
    cost_usd REAL,
    first_token_ms NUMERIC,
    duration_ms NUMERIC,
    attempts INTEGER NOT NULL DEFAULT 0,
    price TEXT
  );
  CREATE INDEX call_rows_by_time ON call_rows (started_at, id);
  CREATE INDEX call_rows_running ON call_rows (status) WHERE status = 'running';

  CREATE VIEW calls AS
    SELECT id, started_at, client, backend, model_asked, model_answered, dialect_in, dialect_out, status,
      http_status, error_code, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
      reasoning_tokens, tokens_origin, cost_usd, first_token_ms, duration_ms, attempts, price
    FROM call_rows
    WHERE status <> 'running';
`;
