import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test, type TestContext, vi } from 'vitest';

import type { AppError } from '../../electron/contract/errors.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { lockDataDir } from '../../electron/store/lock-data-dir.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { catchError, makeDataDir, makeEnd, makeMessage, makeStart, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();

/** Mounts a small disk in memory; skips the test where that is not allowed. */
function mountSmallDisk(context: TestContext, size: string): string {
  const directory = join(makeDataDir(), 'disk');
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    context.skip('SKIPPED: a full or read-only disk can only be made here by root, on Linux');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
  return directory;
}

function fillDisk(directory: string): { free(): void } {
  const filler = join(directory, 'filler');
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for pieces of this size.
    }
  }
  return { free: () => rmSync(filler) };
}

/** A database with a chat of some pages, closed. */
function makeFilledDatabase(file = join(makeDataDir(), 'parley.db')): string {
  const store = openStore({ file });
  const chat = store.chats.create({ model: null });
  for (let index = 0; index < 50; index++) {
    store.chats.addMessage(makeMessage(chat.id, { content: [{ type: 'text', text: 'x'.repeat(2000) }] }));
  }
  store.close();
  return file;
}

test.each([
  ['text', (file: string) => writeFileSync(file, 'These are not the rows you are looking for. '.repeat(100))],
  ['cut in the middle', (file: string) => truncateSync(makeFilledDatabase(file), 20_000)],
  [
    'overwritten at its beginning',
    (file: string) => {
      const bytes = readFileSync(makeFilledDatabase(file));
      writeFileSync(file, bytes.fill(0xee, 100, 4096));
    },
  ],
])('a database file that is %s is refused, named, and left as it is', (_, damage) => {
  const file = join(makeDataDir(), 'parley.db');
  damage(file);
  const before = readFileSync(file);
  const error = catchError(() => openStore({ file }));
  expect(error.code).toBe('database_unusable');
  expect(error.message).toContain(`${file} cannot be used`);
  expect(error.message).toContain('move it away');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('damage met later is one clear error, and the rest can still be read', () => {
  const file = makeFilledDatabase();
  const store = openTestStore({ file });
  const intact = store.chats.create({ model: null });
  store.close();
  const damaged = readFileSync(file);
  const marker = damaged.indexOf('x'.repeat(1000));
  // A page of messages and the next ones.
  const start = Math.floor(marker / 4096) * 4096;
  writeFileSync(file, damaged.fill(0, start, start + 8 * 4096));
  const again = openTestStore({ file });
  const error = catchError(() => again.chats.list().map(chat => again.chats.get(chat.id)));
  expect(error.code).toBe('database_unusable');
  expect(error.message).toContain(file);
  expect(again.chats.list().some(chat => chat.id === intact.id)).toBe(true);
});

test('a file another program has locked for itself is refused once the patience is over', () => {
  const file = makeFilledDatabase();
  const other = new Sqlite(file);
  onTestFinished(() => void other.close());
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE; DELETE FROM messages WHERE seq = 1; COMMIT');
  const error = catchError(() => openStore({ file, busyTimeoutMs: 100 }));
  expect(error.code).toBe('database_unusable');
  expect(error.message).toBe(`${file} is locked by another program. Close that program and try again.`);
});

test("another program's write lock fails one write, not the store", () => {
  const store = openTestStore({ busyTimeoutMs: 100 });
  const chat = store.chats.create({ model: null });
  const other = new Sqlite(store.file);
  other.exec('BEGIN IMMEDIATE');
  const error = catchError(() => store.chats.rename(chat.id, 'Locked'));
  expect(error.code).toBe('database_unusable');
  expect(error.message).toContain('is locked by another program');
  expect(store.chats.list()).toEqual([chat]);
  other.close();
  expect(store.chats.rename(chat.id, 'Free').title).toBe('Free');
});

test('a folder or file that may not be written is said so', context => {
  if (process.getuid?.() === 0 || process.platform === 'win32') {
    context.skip('SKIPPED: root may write everything; the read-only disk below stands for it');
  }
  const directory = makeDataDir();
  chmodSync(directory, 0o555);
  expect(catchError(() => openStore({ file: join(directory, 'parley.db') })).code).toBe(
    'data_dir_unwritable',
  );
  const file = makeFilledDatabase();
  chmodSync(file, 0o444);
  const error = catchError(() => openStore({ file }));
  expect(error.code).toBe('data_dir_unwritable');
  expect(error.message).toContain(file);
});

test('a read-only disk is said so, with and without a database on it', context => {
  const directory = mountSmallDisk(context, '4m');
  copyFileSync(makeFilledDatabase(), join(directory, 'old.db'));
  execFileSync('mount', ['-o', 'remount,ro', directory]);
  for (const file of [
    join(directory, 'old.db'),
    join(directory, 'new.db'),
    join(directory, 'sub', 'new.db'),
  ]) {
    const error = catchError(() => openStore({ file }));
    expect(error.code).toBe('data_dir_unwritable');
    expect(error.message).toBe(
      `Parley may not write ${file}. Make it and its folder writable, or choose another folder with --data-dir.`,
    );
  }
  expect(catchError(() => lockDataDir(join(directory, 'parley.lock'))).code).toBe('data_dir_unwritable');
});

test('a path that leads through a file, or to a folder, is said so', () => {
  const directory = makeDataDir();
  writeFileSync(join(directory, 'file'), '');
  mkdirSync(join(directory, 'parley.db'));
  for (const file of [join(directory, 'file', 'parley.db'), join(directory, 'parley.db')]) {
    expect(catchError(() => openStore({ file })).code).toBe('data_dir_unwritable');
  }
});

test('on a full disk writes fail whole, reads go on, and everything works again once there is space', async context => {
  const directory = mountSmallDisk(context, '8m');
  const problems: AppError[] = [];
  const store = openTestStore({
    file: join(directory, 'parley.db'),
    onProblem: error => problems.push(error),
  });
  const chat = store.chats.create({ model: null });
  const message = makeMessage(chat.id);
  store.chats.addMessage(message);
  const before = store.chats.get(chat.id);
  const disk = fillDisk(directory);

  const big = makeMessage(chat.id, {
    parent_id: message.id,
    content: [{ type: 'text', text: 'x'.repeat(300_000) }],
  });
  const error = catchError(() => store.chats.addMessage(big));
  expect(error.code).toBe('disk_full');
  expect(error.message).toContain(store.file);
  expect(catchError(() => store.chats.saveMessage(message.id, { content: big.content })).code).toBe(
    'disk_full',
  );
  expect(store.chats.get(chat.id)).toEqual(before);
  for (let index = 0; index < 2000; index++) {
    const start = makeStart();
    store.calls.begin(start);
    store.calls.end(makeEnd(start.id));
  }
  store.calls.flush();
  await vi.waitFor(() => expect(problems.map(problem => problem.code)).toEqual(['disk_full']));
  expect(store.calls.list({ limit: 1 }).calls).toEqual([]);

  disk.free();
  expect(store.calls.summarize()[0]?.calls).toBe(2000);
  store.chats.addMessage(big);
  expect(store.chats.get(chat.id).messages).toEqual([message, big]);
  store.close();
  const db = new Sqlite(store.file);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  expect(problems).toHaveLength(1);
});

test('a store that is opened on a full disk says so, and opens once there is space', context => {
  const directory = mountSmallDisk(context, '4m');
  const file = join(directory, 'parley.db');
  const old = makeFilledDatabase(join(directory, 'old.db'));
  const disk = fillDisk(directory);
  for (const path of [file, old, join(directory, 'sub', 'parley.db')]) {
    expect(catchError(() => openStore({ file: path })).code).toBe('disk_full');
  }
  disk.free();
  expect(openTestStore({ file }).chats.list()).toEqual([]);
  expect(openTestStore({ file: old }).chats.list()).toHaveLength(1);
});

test('closing on a full disk does not throw, says what is lost, and keeps what was saved', async context => {
  const directory = mountSmallDisk(context, '1m');
  const problems: AppError[] = [];
  const store = openTestStore({
    file: join(directory, 'parley.db'),
    onProblem: error => problems.push(error),
  });
  const chat = store.chats.create({ model: null });
  const disk = fillDisk(directory);
  for (let index = 0; index < 1000; index++) store.calls.end(makeEnd(`call ${index}`));
  store.close();
  disk.free();
  await vi.waitFor(() => expect(problems.map(problem => problem.code)).toContain('disk_full'));
  expect(openTestStore({ file: store.file }).chats.list()).toEqual([chat]);
});

test.skipIf(process.platform === 'win32')('the database is for its owner only', () => {
  const { file } = openTestStore();
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o077).toBe(0);
});
