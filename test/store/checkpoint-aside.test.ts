import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { countWaitingPages, createCheckpointer } from '../../electron/store/checkpoint-aside.ts';
import type { Database } from '../../electron/store/load-sqlite.ts';
import { openDatabase } from '../../electron/store/open-database.ts';
import { createQueryThread } from '../../electron/store/query-thread.ts';
import { makeDataDir } from './test-store.ts';

const workerFile = join(import.meta.dirname, '../../electron/store/query-worker.ts');

function openFile(): { db: Database; file: string } {
  const file = join(makeDataDir(), 'parley.db');
  const db = openDatabase(file, 1000);
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE filler (bytes BLOB)');
  return { db, file };
}

function writePages(db: Database, count: number): void {
  db.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(count * 4096);
}

test('a long journal is moved into the database by the thread, and our own commits leave it alone', async () => {
  const { db, file } = openFile();
  const thread = createQueryThread(workerFile, file);
  onTestFinished(() => thread.close());
  let time = 0;
  const written = createCheckpointer({ db, thread, now: () => time });
  writePages(db, 2500);
  written();
  const before = countWaitingPages(db);
  expect(before).toBeGreaterThan(2500);
  time += 1000;
  written();
  await vi.waitFor(() => expect(countWaitingPages(db)).toBe(0), { timeout: 5000 });

  // The next long one as well.
  writePages(db, 2500);
  expect(countWaitingPages(db)).toBeGreaterThan(2500);
  time += 1000;
  written();
  await vi.waitFor(() => expect(countWaitingPages(db)).toBe(0), { timeout: 5000 });
});

test('a short journal stays, and the thread is asked once for a long one until it has answered', async () => {
  const { db } = openFile();
  let time = 0;
  let answer = (): void => {};
  const checkpoint = vi.fn(() => new Promise<void>(resolve => (answer = resolve)));
  const written = createCheckpointer({ db, thread: { checkpoint }, now: () => time });
  const writeLater = (pages: number): void => {
    writePages(db, pages);
    time += 1000;
    written();
  };
  writeLater(500);
  expect(checkpoint).not.toHaveBeenCalled();
  writeLater(2000);
  writeLater(1);
  expect(checkpoint).toHaveBeenCalledTimes(1);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  writeLater(1);
  expect(checkpoint).toHaveBeenCalledTimes(2);
});

test('without a thread that works our own commits keep the journal short', async () => {
  const { db, file } = openFile();
  const thread = createQueryThread('/nowhere/query-worker.ts', file);
  onTestFinished(() => thread.close());
  let time = 0;
  const written = createCheckpointer({ db, thread, now: () => time });
  writePages(db, 2500);
  expect(countWaitingPages(db)).toBeGreaterThan(2500);
  time += 1000;
  written();
  await vi.waitFor(() => expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(1000));
  writePages(db, 1);
  expect(countWaitingPages(db)).toBe(0);
});
