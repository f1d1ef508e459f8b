/**
 * What made writing a call dear. The indexes of cost and duration are by blocks of 4096 rows now: a new entry goes to one of
 * some dozen pages that were just written to, and no longer to any page of the whole index. sorted-page.ts merges the blocks.
 *
 * Numbers of rows begin anew where the last ones were deleted. So that a new call is never among the counted ones, counted_to
 * follows the deleted rows down, instead of a trigger for each call that is written. It is the number of a row, or 0.
 */
export const cheapRowsMigration = `
  DROP INDEX call_rows_by_cost_usd;
  DROP INDEX call_rows_by_duration_ms;
  CREATE INDEX call_rows_by_cost_usd ON call_rows (seq >> 12, cost_usd) WHERE status <> 'running';
  CREATE INDEX call_rows_by_duration_ms ON call_rows (seq >> 12, duration_ms) WHERE status <> 'running';

  DROP TRIGGER usage_of_new_call;
  UPDATE usage_progress SET counted_to = (SELECT coalesce(max(seq), 0) FROM call_rows WHERE seq <= counted_to);
  CREATE TRIGGER usage_of_deleted_call AFTER DELETE ON call_rows
  WHEN old.seq = (SELECT counted_to FROM usage_progress) BEGIN
    UPDATE usage_progress SET counted_to = (SELECT coalesce(max(seq), 0) FROM call_rows WHERE seq < old.seq);
  END;
`;
