import type { Database } from './load-sqlite.ts';

/** Notices what other processes (and other connections) commit; our own commits do not count. */
export type ForeignCommits = {
  /** Grows with every look that found something new. Looks at most every 10 ms, or at once where `now` is set. */
  count(now?: boolean): number;
};

// A look costs 2 µs. What another process has revoked works no longer than this.
const lookEveryMs = 10;

export function watchForeignCommits(db: Database): ForeignCommits {
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  let version: unknown = dataVersion.get();
  let lookedAt = performance.now();
  let found = 0;
  return {
    count(now = false) {
      const time = performance.now();
      if (!now && time - lookedAt < lookEveryMs) return found;
      lookedAt = time;
      const seen = dataVersion.get();
      if (seen !== version) found += 1;
      version = seen;
      return found;
    },
  };
}
