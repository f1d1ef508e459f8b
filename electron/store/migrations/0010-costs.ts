/**
 * Costs that were computed anew, with what they were at the call beside them; what somebody was told of their budgets; and
 * an index for cost and for duration, by which the ledger can be sorted however many rows there are. Each makes writing a
 * call a third dearer, so there are no more. A call that runs is in none: it would be written to each of them twice.
 */
export const costsMigration = `
  ALTER TABLE call_rows ADD COLUMN original_cost_usd REAL;
  ALTER TABLE call_rows ADD COLUMN original_price TEXT;
  -- When cost_usd and price were computed anew; null: they are those of the call.
  ALTER TABLE call_rows ADD COLUMN recomputed_at TEXT;

  DROP VIEW calls;
  CREATE VIEW calls AS
    SELECT id, started_at, client, backend, model_asked, model_answered, dialect_in, dialect_out, status,
      http_status, error_code, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
      reasoning_tokens, tokens_origin, cost_usd, first_token_ms, duration_ms, attempts, price,
      original_cost_usd, original_price, recomputed_at
    FROM call_rows
    WHERE status <> 'running';

  CREATE INDEX call_rows_by_cost_usd ON call_rows (cost_usd) WHERE status <> 'running';
  CREATE INDEX call_rows_by_duration_ms ON call_rows (duration_ms) WHERE status <> 'running';

  -- One row for each share of a budget somebody was told of; since: when its day or month began.
  CREATE TABLE budget_notices (
    budget TEXT NOT NULL,
    since TEXT NOT NULL,
    percent INTEGER NOT NULL,
    PRIMARY KEY (budget, since, percent)
  ) WITHOUT ROWID;
`;
