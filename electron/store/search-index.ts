import { foldText } from '../contract/fold-text.ts';
import type { Database } from './load-sqlite.ts';
import { maxLookupLength } from './search-query.ts';
import { searchableText, shortTerms } from './search-text.ts';

export type SearchIndex = {
  /** Brings a few messages up to date in one transaction; false when there was nothing to do. */
  indexSlice(): boolean;
  /** Joins a few parts of the index into larger ones; false when there was nothing to do. */
  mergeSlice(): boolean;
  /** Whether an answer is being written, whose next words should not wait for the index. */
  isStreaming(): boolean;
  /** How many messages wait. */
  countWaiting(): number;
};

/** Index rows of one message: seq * piecesPerMessage + piece. */
export const piecesPerMessage = 256;
/** Units of text in one row. What lies beyond the last piece, 2 million units, is not found. */
const pieceLength = 8192;
/** Units of stored content one slice reads: some milliseconds of work, less than a stream's pause between two batches. */
const sliceLength = 12_000;
const sliceRows = 50;
/** Pages. */
const mergeSize = 16;

type Waiting = { seq: number; piece: number; content: string | null };

export function createSearchIndex(db: Database): SearchIndex {
  const statements = prepareStatements(db);

  const indexMessage = ({ seq, piece, content }: Waiting, budget: number): number => {
    const text = content === null ? '' : foldText(searchableText(content));
    const pieces = Math.min(Math.ceil(text.length / pieceLength), piecesPerMessage);
    let next = piece;
    let spent = 0;
    while (next < pieces && spent < budget) {
      const start = next * pieceLength;
      const part = text.slice(start, start + pieceLength + maxLookupLength);
      const row = seq * piecesPerMessage + next;
      statements.addGrams.run(row, part);
      const words = shortTerms(part);
      if (words.size > 0) statements.addWords.run(row, [...words].join(' '));
      spent += part.length;
      next += 1;
    }
    if (next < pieces) statements.goOn.run(next, seq);
    else statements.done.run(seq);
    return spent;
  };

  const slice = db.transaction((): boolean => {
    const waiting = takeSlice(statements);
    // FTS5 writes what it has gathered whenever a row number is lower than the last: first all that goes, then all that comes.
    for (const { seq, piece } of waiting) {
      if (piece > 0) continue;
      const range = [seq * piecesPerMessage, (seq + 1) * piecesPerMessage - 1];
      for (const row of statements.gramRows.all(...range)) statements.removeGrams.run(row);
      for (const row of statements.wordRows.all(...range)) statements.removeWords.run(row);
    }
    let budget = sliceLength;
    for (const message of waiting) {
      budget -= indexMessage(message, Math.max(budget, 1));
    }
    return waiting.length > 0;
  });

  return {
    indexSlice: () => statements.isWaiting.get() !== undefined && slice.immediate(),
    mergeSlice() {
      // One row is the command itself.
      const changes = [statements.mergeGrams, statements.mergeWords].map(
        merge => merge.run(mergeSize).changes,
      );
      return changes.some(count => count > 1);
    },
    isStreaming: () => statements.isStreaming.get() !== undefined,
    countWaiting: () => Number(statements.count.get()),
  };
}

/** The newest that wait, since those are looked for first, in ascending order. */
function takeSlice({ newest }: ReturnType<typeof prepareStatements>): Waiting[] {
  const taken: Waiting[] = [];
  let length = 0;
  for (const row of newest.iterate(sliceRows)) {
    const waiting = row as Waiting; // the columns of the statement
    length += waiting.content?.length ?? 0;
    if (taken.length > 0 && length > sliceLength) break;
    taken.push(waiting);
  }
  return taken.reverse();
}

function prepareStatements(db: Database) {
  return {
    isWaiting: db.prepare('SELECT 1 FROM search_queue LIMIT 1'),
    isStreaming: db.prepare("SELECT 1 FROM messages WHERE status = 'streaming' LIMIT 1"),
    mergeGrams: db.prepare("INSERT INTO message_grams (message_grams, rank) VALUES ('merge', ?)"),
    mergeWords: db.prepare("INSERT INTO message_words (message_words, rank) VALUES ('merge', ?)"),
    count: db.prepare('SELECT count(*) FROM search_queue').pluck(),
    newest: db.prepare(`
      SELECT queue.seq, queue.piece, messages.content
      FROM search_queue AS queue LEFT JOIN messages ON messages.seq = queue.seq AND messages.status <> 'streaming'
      ORDER BY queue.seq DESC LIMIT ?
    `),
    // Row by row: a DELETE of several makes FTS5 write what it has gathered, each time, even where nothing is deleted.
    gramRows: db.prepare('SELECT id FROM message_grams_docsize WHERE id BETWEEN ? AND ?').pluck(),
    wordRows: db.prepare('SELECT id FROM message_words_docsize WHERE id BETWEEN ? AND ?').pluck(),
    removeGrams: db.prepare('DELETE FROM message_grams WHERE rowid = ?'),
    removeWords: db.prepare('DELETE FROM message_words WHERE rowid = ?'),
    addGrams: db.prepare('INSERT INTO message_grams (rowid, text) VALUES (?, ?)'),
    addWords: db.prepare('INSERT INTO message_words (rowid, text) VALUES (?, ?)'),
    goOn: db.prepare('UPDATE search_queue SET piece = ? WHERE seq = ?'),
    done: db.prepare('DELETE FROM search_queue WHERE seq = ?'),
  };
}
