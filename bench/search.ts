/**
 * Ways to index messages, side by side: `npm run bench -- search`, PARLEY_BENCH_MESSAGES for another number. Sizes and times say which one to take
 * (docs/decisions/0013); the last column of a query is how many it found of those a plain look through all texts finds.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { foldText } from '../electron/contract/fold-text.ts';
import { loadSqlite } from '../electron/store/load-sqlite.ts';
import type { Database } from '../electron/store/load-sqlite.ts';
import { openStore } from '../electron/store/open-store.ts';
import { makeMessages } from './search/messages.ts';
import { time } from './tools/time.ts';

const count = Number(process.env['PARLEY_BENCH_MESSAGES'] ?? 100_000);
const queries = [
  'xylophone4200',
  'gateway',
  'fahrtsges',
  'Übersicht',
  'createSearch',
  'std::vector',
  'the request',
  '人工知能',
  '麒麟',
  '国',
  'C#',
  'nirgendwo',
];
const limit = 30;

const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
const Sqlite = loadSqlite();
const messages = makeMessages(count);
const folded = messages.map(({ text }) => foldText(text));

try {
  const size = Buffer.byteLength(messages.map(({ text }) => text).join('')) / 1e6;
  console.log(`${count} messages, ${size.toFixed(0)} MB of text; queries ask for the newest ${limit}`);
  const ways = [
    measureFts('words (Intl.Segmenter)', 'unicode61', segment, typed =>
      [...segment(typed).matchAll(/\S+/g)].map(([word]) => `"${word.replaceAll('"', '""')}"*`).join(' '),
    ),
    measureFts(
      'trigrams, with positions',
      'trigram case_sensitive 1',
      text => text,
      typed => `"${typed}"`,
    ),
    measureParley(),
    measureScan(),
  ];
  for (const way of ways) {
    console.log(`\n${way.name}: ${way.build}`);
    for (const [query, result] of way.queries) console.log(`  ${query.padEnd(16)} ${result}`);
  }
} finally {
  rmSync(directory, { recursive: true });
}

type Way = { name: string; build: string; queries: [string, string][] };

function measureFts(
  name: string,
  tokenize: string,
  prepare: (text: string) => string,
  ask: (typed: string) => string,
): Way {
  const file = join(directory, `${name}.db`);
  const db = openFast(file);
  db.exec(
    `CREATE VIRTUAL TABLE texts USING fts5(text, content = '', contentless_delete = 1, tokenize = '${tokenize}')`,
  );
  const insert = db.prepare('INSERT INTO texts (rowid, text) VALUES (?, ?)');
  const slices: number[] = [];
  for (let at = 0; at < count; at += 20) {
    slices.push(
      time(() =>
        db.transaction(() => {
          for (const [index, text] of folded.slice(at, at + 20).entries()) {
            insert.run(at + index + 1, prepare(text));
          }
        })(),
      ),
    );
  }
  const search = db
    .prepare('SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?')
    .pluck();
  const results = queries.map((query): [string, string] => {
    const expression = ask(foldText(query));
    return [query, describe(query, () => (expression === '' ? 0 : search.all(expression, limit).length))];
  });
  db.close();
  return { name, build: describeBuild(file, 0, slices), queries: results };
}

/** The real store, in the file it would have: the index is what the file grows by. */
function measureParley(): Way {
  const file = join(directory, 'parley.db');
  const store = openStore({ file });
  const chat = store.chats.create({ model: null, title: 'Bench' });
  store.close();
  fillMessages(file, chat.id);
  const before = statSync(file).size;
  const again = openStore({ file });
  const slices: number[] = [];
  const { index } = again.search;
  const step = (work: () => boolean): boolean => {
    let isMore = false;
    slices.push(
      time(() => {
        isMore = work();
      }),
    );
    return isMore;
  };
  while (step(() => index.indexSlice())) step(() => index.mergeSlice());
  while (step(() => index.mergeSlice()));
  const results = queries.map((query): [string, string] => [
    query,
    describe(query, () => again.search.search({ query, limit }).hits.length),
  ]);
  again.close();
  return { name: 'Parley', build: describeBuild(file, before, slices), queries: results };
}

function measureScan(): Way {
  const file = join(directory, 'parley.db');
  const db = openFast(file);
  const search = db
    .prepare("SELECT seq FROM messages WHERE content LIKE ? ESCAPE '\\' ORDER BY seq DESC LIMIT ?")
    .pluck();
  const results = queries.map((query): [string, string] => [
    query,
    describe(query, () => search.all(`%${query}%`, limit).length),
  ]);
  db.close();
  return { name: 'LIKE, no index', build: 'nothing', queries: results };
}

function fillMessages(file: string, chatId: string): void {
  const db = openFast(file);
  const insert = db.prepare(
    `INSERT INTO messages (id, chat_id, role, content, status, created_at) VALUES (?, ?, 'user', ?, 'complete', '2026-01-01')`,
  );
  db.transaction(() => {
    for (const [index, { text }] of messages.entries()) {
      insert.run(String(index), chatId, JSON.stringify([{ type: 'text', text }]));
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function openFast(file: string): Database {
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  return db;
}

function segment(text: string): string {
  return [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment: word }) => word)
    .join(' ');
}

function describeBuild(file: string, before: number, slices: number[]): string {
  const sorted = slices.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, ms) => sum + ms, 0);
  const quantile = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
  return `${((statSync(file).size - before) / 1e6).toFixed(0)} MB, ${((total / count) * 1000).toFixed(0)} µs a message; a slice p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms`;
}

/** The median of five, and how many of the right messages came. */
function describe(query: string, run: () => number): string {
  const found = run();
  const needle = foldText(query);
  let right = 0;
  for (const text of folded) right += Number(needle.split(' ').every(word => text.includes(word)));
  const times = Array.from({ length: 5 }, () => time(run)).toSorted((a, b) => a - b);
  return `${(times[2] ?? 0).toFixed(1).padStart(7)} ms   ${found} of ${Math.min(limit, right)}`;
}
