import { join } from 'node:path';

import { expect, test } from 'vitest';

import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { migrate } from '../../electron/store/migrate.ts';
import { migrations } from '../../electron/store/migrations/migrations.ts';
import { catchError, makeDataDir, makeEnd, makeMessage, makeStart, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

/** A database as the version of the app with this many migrations left it. */
function makeDatabase(version: number): string {
  const file = join(makeDataDir(), 'parley.db');
  const db = new Sqlite(file);
  migrate(db, file, version);
  db.close();
  return file;
}

function readSchema(file: string): unknown {
  const db = new Sqlite(file);
  const schema = db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
  const version = db.pragma('user_version', { simple: true });
  db.close();
  return { schema, version };
}

test('migrations are numbered without gaps', () => {
  expect(migrations.map(migration => migration.name.slice(0, 5))).toEqual(
    migrations.map((_, index) => `${String(index + 1).padStart(4, '0')}-`),
  );
});

test.each(migrations.map((_, version) => version))('a database of version %i opens and works', version => {
  const file = makeDatabase(version);
  const store = openTestStore({ file });
  const start = makeStart();
  store.calls.begin(start);
  store.calls.end(makeEnd(start.id));
  const chat = store.chats.create({ model: null });
  store.chats.addMessage(makeMessage(chat.id));
  const { key } = store.gatewayKeys.create('tool');

  expect(store.calls.list({ limit: 10 }).calls).toHaveLength(1);
  expect(store.chats.get(chat.id).messages).toHaveLength(1);
  expect(store.gatewayKeys.verify(key)?.name).toBe('tool');
  store.close();
  expect(readSchema(file)).toEqual(readSchema(makeDatabase(migrations.length)));
});

test('rows written by an earlier version survive the later migrations', () => {
  const file = makeDatabase(1);
  const db = new Sqlite(file);
  db.exec(`INSERT INTO call_rows (id, started_at, client, backend, model_asked, status)
    VALUES ('old', '2025-01-01T00:00:00.000Z', 'chat', 'groq', 'groq/llama', 'ok')`);
  db.close();
  expect(openTestStore({ file }).calls.list({ limit: 10 }).calls[0]).toMatchObject({
    id: 'old',
    attempts: 0,
  });
});

test('calls are counted where an earlier version had counted rows that are no more', async () => {
  const file = makeDatabase(10);
  const db = new Sqlite(file);
  db.exec('UPDATE usage_progress SET counted_to = 5');
  db.close();
  const store = openTestStore({ file });
  const start = makeStart();
  store.calls.begin(start);
  store.calls.end(makeEnd(start.id));
  const { total } = await store.usage.ask('overview', { from: '2026-01-01', to: '2026-12-31' });
  expect(total.calls).toBe(1);
});

test('a database newer than the app is refused and left alone', () => {
  const file = makeDatabase(migrations.length);
  const db = new Sqlite(file);
  db.pragma(`user_version = ${migrations.length + 1}`);
  db.close();
  const error = catchError(() => openTestStore({ file }));
  expect(error.code).toBe('database_unusable');
  expect(error.message).toContain(`${file} was written by a newer Parley`);
  expect(readSchema(file)).toMatchObject({ version: migrations.length + 1 });
});

test("another program's database is refused and left alone", () => {
  const file = join(makeDataDir(), 'parley.db');
  const db = new Sqlite(file);
  db.exec('CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 2');
  db.close();
  const before = readSchema(file);
  expect(catchError(() => openTestStore({ file })).message).toContain('belongs to another program');
  expect(readSchema(file)).toEqual(before);
});

test('a migration that fails leaves the version before it', () => {
  const file = makeDatabase(1);
  const db = new Sqlite(file);
  db.exec('CREATE TABLE messages (id TEXT)');
  expect(() => migrate(db, file)).toThrow('messages already exists');
  expect(db.pragma('user_version', { simple: true })).toBe(1);
  expect(db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'chats'").get()).toBeUndefined();
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  db.close();
});

test('the file is set up for several processes', () => {
  const { file } = openTestStore();
  const db = new Sqlite(file);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  db.close();
});
