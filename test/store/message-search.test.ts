import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { migrate } from '../../electron/store/migrate.ts';
import { migrations } from '../../electron/store/migrations/migrations.ts';
import { newId } from '../../electron/contract/new-id.ts';
import type { Store } from '../../electron/store/open-store.ts';
import { makeDataDir, makeMessage, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

function addTexts(store: Store, ...texts: string[]): string {
  const chat = store.chats.create({ model: null, title: 'Talk' });
  for (const text of texts) {
    store.chats.addMessage(makeMessage(chat.id, { content: [{ type: 'text', text }] }));
  }
  return chat.id;
}

function indexAll({ search }: Pick<Store, 'search'>): void {
  while (search.index.indexSlice());
}

/** The excerpts found, the marked places in brackets. */
function find(store: Pick<Store, 'search'>, query: string): string[] {
  return store.search.search({ query, limit: 30 }).hits.map(({ excerpt, marks }) => {
    let shown = '';
    let last = 0;
    for (const [start, end] of marks) {
      shown += `${excerpt.slice(last, start)}[${excerpt.slice(start, end)}]`;
      last = end;
    }
    return shown + excerpt.slice(last);
  });
}

test.each([
  [
    'part of a word',
    'Die Donaudampfschifffahrtsgesellschaft',
    'fahrtsGes',
    'Die Donaudampfschiff[fahrtsges]ellschaft',
  ],
  ['without accents', 'Über Zürich', 'uber zuri', '[Über] [Züri]ch'],
  ['with accents for text without', 'Uber Zurich', 'Zürich', 'Uber [Zurich]'],
  ['decomposed text', 'Zu\u0308rich', 'zürich', '[Zürich]'],
  ['code', 'const x = createSearchIndex(db);', 'SearchIndex(db', 'const x = create[SearchIndex(db]);'],
  ['signs', 'std::vector<int> a', '::vec', 'std[::vec]tor<int> a'],
  ['bold letters', 'It is **very** important', 'very', 'It is [very] important'],
  ['bold letters by their signs', 'It is **very** important', '**very', 'It is [**very]** important'],
  ['powers', 'Compare 2**8 and 3**2', 'and', 'Compare 2**8 [and] 3**2'],
  ['a short name', 'I like C# a lot', 'c#', 'I like [C#] a lot'],
  ['a short word as a whole', 'going to go home', 'go', 'going to [go] home'],
  ['one Chinese character', '为什么天空是蓝色的', '蓝', '为什么天空是[蓝]色的'],
  ['two Chinese characters', '为什么天空是蓝色的', '天空', '为什么[天空]是蓝色的'],
  ['four Chinese characters', '人工智能改变世界', '工智能改', '人[工智能改]变世界'],
  ['two Japanese characters', 'これはデータベースです', 'デー', 'これは[デー]タベースです'],
  ['one Korean syllable', '안녕하세요', '녕', '안[녕]하세요'],
  ['full-width letters', 'ＡＢＣについて', 'abc', '[ＡＢＣ]について'],
  ['Chinese beside Latin', '用Go写的A型', 'a型', '用Go写的[A型]'],
  ['an emoji', 'well done 🎉 you', '🎉', 'well done [🎉] you'],
  ['several words in any order', 'the quick brown fox', 'fox quick', 'the [quick] brown [fox]'],
  ['Greek sigma', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς', '[ΟΔΥΣΣΕΥΣ]'],
])('finds %s', (_, text, query, shown) => {
  const store = openTestStore();
  addTexts(store, 'Nothing of interest.', text);
  expect(find(store, query)).toEqual([shown]);
});

test.each([
  '"',
  '""',
  '"un',
  'AND',
  'NOT x',
  'a OR b',
  'NEAR(',
  '*',
  'text:',
  '^',
  '(',
  "'; DROP",
  '\\',
  '%',
  '[a-z',
  '\0\0\0',
])('reads %j as text, not as syntax', query => {
  const store = openTestStore();
  addTexts(store, 'nothing like it', `before ${query} after`);
  const hits = store.search.search({ query, limit: 30 }).hits;
  const isFound = hits.some(hit => hit.excerpt === `before ${query} after`);
  expect(isFound).toBe(!query.startsWith('\0'));
});

test('quotes ask for the words as they stand', () => {
  const store = openTestStore();
  addTexts(store, 'brown quick fox', 'a quick brown fox');
  expect(find(store, '"quick brown"')).toEqual(['a [quick brown] fox']);
});

test('trigrams that occur, but not in one row, are no hit', () => {
  const store = openTestStore();
  addTexts(store, 'tab stable able');
  expect(find(store, 'table')).toEqual(['tab s[table] able']);
  addTexts(store, 'tab able');
  expect(find(store, 'table')).toHaveLength(1);
});

test('hits come newest first, page by page, each once', () => {
  const store = openTestStore();
  addTexts(store, ...Array.from({ length: 25 }, (_, index) => `needle ${index}`));
  indexAll(store);
  const texts: string[] = [];
  let before: number | undefined;
  for (let page = 0; page < 5; page += 1) {
    const { hits, next } = store.search.search({ query: 'needle', limit: 10, before });
    texts.push(...hits.map(hit => hit.excerpt));
    if (next === null) break;
    before = next;
  }
  expect(texts).toEqual(Array.from({ length: 25 }, (_, index) => `needle ${24 - index}`));
});

test('a deleted chat is not found until it is restored', () => {
  const store = openTestStore();
  const chat = addTexts(store, 'hovercraft');
  store.chats.delete(chat);
  expect(find(store, 'hovercraft')).toEqual([]);
  store.chats.restore(chat);
  expect(find(store, 'hovercraft')).toEqual(['[hovercraft]']);
});

test('text is found once it is final, not while it streams, and as it is now', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const message = makeMessage(chat.id, { status: 'streaming', content: [] });
  store.chats.addMessage(message);
  store.chats.saveMessage(message.id, {
    content: [{ type: 'text', text: 'half an ans' }],
    status: 'streaming',
  });
  expect(store.search.search({ query: 'half', limit: 1 })).toMatchObject({ hits: [], waiting: 0 });
  store.chats.saveMessage(message.id, {
    content: [{ type: 'text', text: 'half an answer' }],
    status: 'complete',
  });
  expect(find(store, 'answer')).toEqual(['half an [answer]']);
  store.chats.saveMessage(message.id, { content: [{ type: 'text', text: 'another text' }] });
  expect(find(store, 'half')).toEqual([]);
  expect(find(store, 'another')).toEqual(['[another] text']);
});

test('saving what does not change the text costs the index nothing', () => {
  const store = openTestStore();
  addTexts(store, 'same');
  indexAll(store);
  const [chat] = store.chats.list();
  const [message] = store.chats.get(chat?.id ?? '').messages;
  store.chats.saveMessage(message?.id ?? '', {
    content: message?.content ?? [],
    status: 'complete',
    call_id: 'x',
  });
  expect(store.search.index.indexSlice()).toBe(false);
});

test('a long text is indexed in several slices and found at its end and where two pieces meet', () => {
  const store = openTestStore();
  const filler = 'x'.repeat(8185);
  const long = `${filler} borderline ${'lorem ipsum '.repeat(40_000)} finale`;
  addTexts(store, long, 'small');
  let slices = 0;
  while (store.search.index.indexSlice()) slices += 1;
  expect(slices).toBeGreaterThan(20);
  expect(find(store, 'borderline')).toHaveLength(1);
  expect(find(store, 'finale')[0]).toMatch(/^….* \[finale\]$/);
  expect(find(store, 'lorem')).toHaveLength(1);
});

test('a database of an earlier version is indexed in the background, newest messages first', async () => {
  const file = join(makeDataDir(), 'parley.db');
  const db = new Sqlite(file);
  migrate(
    db,
    file,
    migrations.findIndex(({ name }) => name === '0006-finding'),
  );
  const time = '2025-01-01T00:00:00.000Z';
  db.prepare('INSERT INTO chats (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)').run(
    'c',
    'Old',
    time,
    time,
  );
  const insert = db.prepare(
    "INSERT INTO messages (id, chat_id, role, content, status, created_at) VALUES (?, 'c', 'user', ?, 'complete', ?)",
  );
  for (let index = 0; index < 2000; index += 1) {
    insert.run(
      String(index),
      JSON.stringify([{ type: 'text', text: `needle${index} ${'words '.repeat(20)}` }]),
      time,
    );
  }
  db.close();
  const store = openTestStore({ file });
  const first = store.search.search({ query: 'needle1999', limit: 5 });
  expect(first.hits).toHaveLength(1);
  expect(first.waiting).toBeGreaterThan(1000);
  store.search.start();
  await vi.waitFor(
    () => expect(store.search.search({ query: 'needle7', limit: 200 }).waiting).toBe(0),
    20_000,
  );
  expect(find(store, 'needle77')).toHaveLength(11);
});

test('kill -9 while messages are indexed leaves nothing out and nothing twice', async () => {
  const directory = makeDataDir();
  const script = fileURLToPath(new URL('./search-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    said = Number(line);
    if (said === 150) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');

  const store = openTestStore({ file: join(directory, 'parley.db') });
  indexAll(store);
  const { hits } = store.search.search({ query: 'common', limit: 200 });
  const [chat] = store.chats.list();
  const { messages } = store.chats.get(chat?.id ?? '');
  expect(hits.map(hit => hit.message_id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  expect(messages.length - said).toBeOneOf([0, 1]);
  expect(find(store, `word${said - 1}x`)).toHaveLength(1);
  store.close();
  const db = new Sqlite(store.file);
  for (const table of ['message_grams', 'message_words']) {
    db.prepare(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`).run();
    expect(db.prepare(`SELECT count(*) FROM ${table}_docsize`).pluck().get()).toBe(messages.length);
  }
  db.close();
});

test('what is purged for good leaves the index', () => {
  let time = new Date('2026-01-01T00:00:00Z');
  const store = openTestStore({ now: () => time });
  store.chats.delete(addTexts(store, 'gone soon'));
  indexAll(store);
  time = new Date('2026-03-01T00:00:00Z');
  store.recover();
  indexAll(store);
  const db = new Sqlite(store.file, { readonly: true });
  expect(db.prepare('SELECT count(*) FROM message_grams_docsize').pluck().get()).toBe(0);
  db.close();
  // The number of its row is free again.
  addTexts(store, 'a new one');
  expect(find(store, 'gone')).toEqual([]);
  expect(find(store, 'new one')).toEqual(['a [new] [one]']);
});

test('an answer that streams keeps the merging of the index waiting', () => {
  const store = openTestStore();
  const chat = addTexts(store, 'hello');
  expect(store.search.index.isStreaming()).toBe(false);
  store.chats.addMessage(makeMessage(chat, { id: newId(), status: 'streaming' }));
  expect(store.search.index.isStreaming()).toBe(true);
});

test('finds places in the shown branch only, in reading order', () => {
  const store = openTestStore();
  const chat = store.chats.create({ model: null });
  const add = (parent: string | null, text: string): string => {
    const message = makeMessage(chat.id, { parent_id: parent, content: [{ type: 'text', text }] });
    store.chats.addMessage(message);
    return message.id;
  };
  const question = add(null, 'Needle in the question');
  add(question, 'needle in another version');
  const answer = add(question, 'a needle, a NEEDLE');
  expect(store.search.find(chat.id, 'needle')).toEqual([
    { message_id: question, count: 1 },
    { message_id: answer, count: 2 },
  ]);
  expect(store.search.find(chat.id, 'a needle, a')).toEqual([{ message_id: answer, count: 1 }]);
  expect(store.search.find('nowhere', 'needle')).toEqual([]);
});
