/**
 * What keys may do, and what they have used. allowed_models and budget are JSON. key_usage sums ended calls by quarters
 * of an hour since 1970: days and months begin at one in every time zone, so a sum over one is exact and takes no scan
 * of the ledger. It counts by key, because the name of a revoked key may be given to another one.
 */
export const keyLimitsMigration = `
  ALTER TABLE gateway_keys ADD COLUMN allowed_models TEXT;
  ALTER TABLE gateway_keys ADD COLUMN requests_per_minute INTEGER;
  ALTER TABLE gateway_keys ADD COLUMN budget TEXT;
  ALTER TABLE gateway_keys ADD COLUMN expires_at TEXT;

  CREATE TABLE key_usage (
    key_id TEXT NOT NULL REFERENCES gateway_keys (id),
    quarter INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    tokens INTEGER NOT NULL,
    unpriced_calls INTEGER NOT NULL,
    uncounted_calls INTEGER NOT NULL,
    PRIMARY KEY (key_id, quarter)
  ) WITHOUT ROWID;

  INSERT INTO key_usage
    SELECT keys.id,
      CAST(strftime('%s', started_at) AS INTEGER) / 900,
      count(*),
      coalesce(sum(cost_usd), 0),
      coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0),
      count(*) FILTER (WHERE cost_usd IS NULL),
      count(*) FILTER (WHERE input_tokens IS NULL AND output_tokens IS NULL)
    FROM call_rows
    JOIN gateway_keys AS keys ON keys.name = client
      AND started_at >= keys.created_at
      AND (keys.revoked_at IS NULL OR started_at <= keys.revoked_at)
    WHERE status <> 'running'
      AND NOT (status = 'error' AND cost_usd IS NULL AND input_tokens IS NULL AND output_tokens IS NULL)
    GROUP BY 1, 2;
`;
