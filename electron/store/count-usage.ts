import type { Database } from './load-sqlite.ts';
import { bucketOf, chatOf, defineShares, placeOf, sumsOf } from './migrations/0009-usage.ts';

/** Adds calls to the sums of the ledger that are not in them yet. */
export type UsageCounter = {
  /** One slice; false where nothing waited. */
  count(): boolean;
  /** All that waits, unless it takes longer than that; returns whether all is counted. */
  countFor(ms: number): boolean;
};

// Some milliseconds of work.
const sliceRows = 500;

const names = Object.keys(sumsOf('new'));
const sums = names.map(name => `sum(${name})`).join(', ');
const added = names.map(name => `${name} = ${name} + excluded.${name}`).join(', ');
const month = 'substr(day, 1, 7)';
const parts = 'backend, model, client, status';
const real = 'WHERE NOT only_for_chat';

/** Each adds the slice to one table, in as few rows as it makes there. */
const addSql = [
  `INSERT INTO usage_days (day, ${parts}, ${names.join(', ')}, first_at, last_at)
    SELECT day, ${parts}, ${sums}, min(started_at), max(last_at) FROM temp.usage_slice ${real} GROUP BY day, ${parts}
    ON CONFLICT (day, ${parts}) DO UPDATE SET ${added},
      first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
  `INSERT INTO usage_months (month, ${parts}, ${names.join(', ')})
    SELECT ${month}, ${parts}, ${sums} FROM temp.usage_slice ${real} GROUP BY ${month}, ${parts}
    ON CONFLICT (month, ${parts}) DO UPDATE SET ${added}`,
  `INSERT INTO usage_hours (day, hour, ${names.join(', ')})
    SELECT day, hour, ${sums} FROM temp.usage_slice ${real} GROUP BY day, hour
    ON CONFLICT (day, hour) DO UPDATE SET ${added}`,
  `INSERT INTO usage_chats (day, chat_id, ${names.join(', ')})
    SELECT day, chat_id, ${sums} FROM temp.usage_slice WHERE chat_id IS NOT NULL GROUP BY day, chat_id
    ON CONFLICT (day, chat_id) DO UPDATE SET ${added}`,
  `INSERT INTO usage_first_tokens (day, backend, model, bucket, calls)
    SELECT day, backend, model, bucket, sum(calls) FROM temp.usage_slice ${real} AND bucket IS NOT NULL
    GROUP BY day, backend, model, bucket
    ON CONFLICT (day, backend, model, bucket) DO UPDATE SET calls = calls + excluded.calls`,
  `INSERT INTO usage_month_first_tokens (month, backend, model, bucket, calls)
    SELECT ${month}, backend, model, bucket, sum(calls) FROM temp.usage_slice ${real} AND bucket IS NOT NULL
    GROUP BY ${month}, backend, model, bucket
    ON CONFLICT (month, backend, model, bucket) DO UPDATE SET calls = calls + excluded.calls`,
];

export function createUsageCounter(db: Database): UsageCounter {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS usage_slice (${defineShares()}, last_at TEXT)`);
  const isWaiting = db.prepare(uncountedSql).pluck();
  const place = db
    .prepare(`SELECT counted_to, (SELECT max(seq) FROM (
      SELECT seq FROM call_rows WHERE seq > counted_to ORDER BY seq LIMIT ${sliceRows})) FROM usage_progress`)
    .raw();
  const late = db
    .prepare(`SELECT max(seq) FROM (SELECT seq FROM usage_late ORDER BY seq LIMIT ${sliceRows})`)
    .pluck();
  const takeNew = db.prepare(takeSql("seq > ? AND seq <= ? AND status <> 'running'"));
  const takeLate = db.prepare(takeSql('seq IN (SELECT seq FROM usage_late WHERE seq <= ?)'));
  const forgetLate = db.prepare('DELETE FROM usage_late WHERE seq <= ?');
  const takeCorrections = db.prepare(
    'INSERT INTO temp.usage_slice SELECT *, started_at FROM usage_corrections',
  );
  const forgetCorrections = db.prepare('DELETE FROM usage_corrections');
  const advance = db.prepare('UPDATE usage_progress SET counted_to = ?');
  const empty = db.prepare('DELETE FROM temp.usage_slice');
  const add = addSql.map(sql => db.prepare(sql));

  const countSlice = db.transaction((): void => {
    empty.run();
    const [from, to] = place.get() as [number, number | null]; // the only row
    const lateTo = late.get();
    takeLate.run(lateTo);
    forgetLate.run(lateTo);
    takeCorrections.run();
    forgetCorrections.run();
    if (to !== null) {
      takeNew.run(from, to);
      advance.run(to);
    }
    for (const statement of add) statement.run();
  });
  const count = (): boolean => {
    // Without a lock on the file where there is nothing to do.
    if (isWaiting.get() === 0) return false;
    countSlice.immediate();
    return true;
  };

  return {
    count,
    countFor(ms) {
      const started = performance.now();
      while (count()) if (performance.now() - started > ms) return isWaiting.get() === 0;
      return true;
    },
  };
}

/**
 * Calls of one minute that are alike in all else become one row: each of the tables then adds some rows instead of all calls,
 * and a day is told from a time once a minute.
 */
function takeSql(where: string): string {
  const { day, hour } = placeOf('first_at');
  const own = Object.entries(sumsOf('call_rows')).map(([name, sql]) => `sum(${sql}) AS ${name}`);
  return `INSERT INTO temp.usage_slice
    SELECT ${day}, ${hour}, backend, model_asked, client, status, first_at, chat_id, 0, bucket, ${names.join(', ')}, last_at
    FROM (SELECT min(started_at) AS first_at, max(started_at) AS last_at, backend, model_asked, client, status,
        ${chatOf('call_rows')} AS chat_id, ${bucketOf('call_rows')} AS bucket, ${own.join(', ')}
      FROM call_rows WHERE ${where}
      GROUP BY substr(started_at, 1, 16), backend, model_asked, client, status, chat_id, bucket)`;
}

/** 1 where calls wait to be counted. */
export const uncountedSql = `SELECT EXISTS (SELECT 1 FROM call_rows, usage_progress WHERE seq > counted_to)
  OR EXISTS (SELECT 1 FROM usage_late) OR EXISTS (SELECT 1 FROM usage_corrections)`;
