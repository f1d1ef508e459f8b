import type { Database } from './load-sqlite.ts';
import type { QueryThread } from './query-thread.ts';

/** Pages of 4 KB in the journal from which on they are worth moving. */
const enoughPages = 2000;
/** From here on the next commit moves them: the other thread does not keep up. */
const mostPages = 8000;
const sqlitesOwnPages = 1000;
const lookEveryMs = 1000;

type Options = {
  db: Database;
  thread: Pick<QueryThread, 'checkpoint'>;
  now?: () => number;
};

/**
 * Moves what was written from the journal into the database on another thread: it waits for the disk, which would hold up
 * every answer that streams on this one. Returns what is to be called after a write.
 */
export function createCheckpointer({ db, thread, now = () => performance.now() }: Options): () => void {
  db.pragma(`wal_autocheckpoint = ${mostPages}`);
  let lookedAt = now();
  let isStopped = false;

  const move = async (): Promise<void> => {
    isStopped = true;
    try {
      await thread.checkpoint();
      isStopped = false;
    } catch {
      // Whatever is wrong, our own commits meet it as well, and say so.
      if (db.open) db.pragma(`wal_autocheckpoint = ${sqlitesOwnPages}`);
    }
  };

  return () => {
    const time = now();
    if (isStopped || time - lookedAt < lookEveryMs) return;
    lookedAt = time;
    if (countWaitingPages(db) >= enoughPages) void move();
  };
}

/** Pages that are in the journal and not in the database. */
export function countWaitingPages(db: Database): number {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }]; // as SQLite documents it
  return state.log - state.checkpointed;
}
