import type { ApiParsedInput, ApiOutput } from '../contract/api.ts';
import type { SearchHit } from '../contract/finding-calls.ts';
import { foldText } from '../contract/fold-text.ts';
import type { Database, Statement } from './load-sqlite.ts';
import { excerptOf } from './search-excerpt.ts';
import { piecesPerMessage, type SearchIndex } from './search-index.ts';
import { parseSearchQuery, type SearchQuery } from './search-query.ts';
import { searchableText, writtenText } from './search-text.ts';

export type MessageSearch = {
  search(input: ApiParsedInput<'messages.search'>): ApiOutput<'messages.search'>;
  /** Messages of the shown branch that hold the text, with how often, from the first message on. */
  find(chatId: string, query: string): ApiOutput<'messages.find'>;
  /** What `start` does step by step, for programs that do it at their own pace. */
  index: SearchIndex;
  /** Keeps the index up to date in the background, a few milliseconds at a time. */
  start(): void;
};

/** Candidates read from the index at once, and how many texts one search compares at most: it answers in time either way. */
const pageSize = 200;
const maxCompared = 2000;
/** What has just been saved is found at once, if it is not too much. */
const slicesFirst = 3;

type Row = Omit<SearchHit, 'excerpt' | 'marks' | 'is_archived'> & {
  content: string;
  archived_at: string | null;
};

type Keeper = { start(): void };

export function createMessageSearch(db: Database, index: SearchIndex, keeper: Keeper): MessageSearch {
  const select = db.prepare(`
    SELECT messages.id AS message_id, chat_id, chats.title AS chat_title, archived_at, role,
      messages.created_at, content
    FROM messages JOIN chats ON chats.id = chat_id
    WHERE messages.seq = ? AND chats.deleted_at IS NULL
  `);
  const candidates = prepareCandidates(db);
  const findInBranch = createBranchFinder(db);

  const read = (seq: number, query: SearchQuery): SearchHit | null => {
    const row = select.get(seq) as Row | undefined; // the columns of the statement
    if (row === undefined) return null;
    const { content, archived_at: archivedAt, ...hit } = row;
    const found = excerptOf(searchableText(content), query.patterns);
    return found && { ...hit, is_archived: archivedAt !== null, ...found };
  };

  return {
    search({ query: typed, limit, before }) {
      for (let slice = 0; slice < slicesFirst; slice += 1) index.indexSlice();
      const query = parseSearchQuery(typed);
      const hits: SearchHit[] = [];
      let compared = 0;
      let last = before ?? Number.MAX_SAFE_INTEGER;
      let page: number[];
      do {
        page = candidates(query, last);
        for (const seq of page) {
          last = seq;
          compared += 1;
          const hit = read(seq, query);
          if (hit) hits.push(hit);
          if (hits.length === limit) return { hits, next: last, waiting: index.countWaiting() };
        }
      } while (page.length > 0 && compared < maxCompared);
      return { hits, next: page.length > 0 ? last : null, waiting: index.countWaiting() };
    },
    find: findInBranch,
    index,
    start: () => keeper.start(),
  };
}

/** Messages older than `before` that may hold the query, newest first, each once. */
function prepareCandidates(db: Database): (query: SearchQuery, before: number) => number[] {
  const fromIndex = (name: string): Statement =>
    db
      .prepare(`SELECT rowid FROM ${name} WHERE ${name} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`)
      .pluck();
  const grams = fromIndex('message_grams');
  const words = fromIndex('message_words');
  const newest = db
    .prepare("SELECT seq FROM messages WHERE seq < ? AND status <> 'streaming' ORDER BY seq DESC LIMIT ?")
    .pluck();
  return ({ match, patterns }, before) => {
    if (patterns.length === 0) return [];
    // What no index knows is looked for in the newest texts.
    if (match === null) return newest.all(before, pageSize) as number[]; // one column of numbers
    const rows = (match.index === 'message_grams' ? grams : words).all(
      match.expression,
      Math.min(before * piecesPerMessage, Number.MAX_SAFE_INTEGER),
      pageSize,
    ) as number[]; // one column of numbers
    return [...new Set(rows.map(row => Math.floor(row / piecesPerMessage)))];
  };
}

type BranchRow = { id: string; parent_id: string | null; content: string };

function createBranchFinder(db: Database): MessageSearch['find'] {
  const leafOf = db.prepare('SELECT leaf_id FROM chats WHERE id = ? AND deleted_at IS NULL').pluck();
  const rowsOf = db.prepare('SELECT id, parent_id, content FROM messages WHERE chat_id = ?');
  return (chatId, query) => {
    const needle = foldText(query);
    const rows = rowsOf.all(chatId) as BranchRow[]; // the columns of the statement
    const byId = new Map(rows.map(row => [row.id, row]));
    const found: ApiOutput<'messages.find'> = [];
    let id = leafOf.get(chatId) as string | null | undefined; // one column
    while (typeof id === 'string') {
      const row = byId.get(id);
      byId.delete(id); // a damaged tree with a cycle must not hang the core
      const count = row ? foldText(writtenText(row.content)).split(needle).length - 1 : 0;
      if (count > 0) found.push({ message_id: id, count });
      id = row?.parent_id;
    }
    return found.reverse();
  };
}
