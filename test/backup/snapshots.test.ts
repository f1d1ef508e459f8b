import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test, vi } from 'vitest';

import { openSnapshots } from '../../electron/backup/daily-snapshots.ts';
import { mergeSnapshot, previewMerge } from '../../electron/backup/merge-snapshot.ts';
import { deleteSnapshot, listSnapshots, removePartials } from '../../electron/backup/snapshot-folder.ts';
import { snapshotBeforeMigration, takeSnapshot } from '../../electron/backup/take-snapshot.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { migrate } from '../../electron/store/migrate.ts';
import { migrations } from '../../electron/store/migrations/migrations.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { makeDataDir, makeMessage, openTestStore } from '../store/test-store.ts';

const signal = new AbortController().signal;

/** A data directory with a chat, settings and a script. */
function makeFilled() {
  const dataDir = makeDataDir();
  mkdirSync(join(dataDir, 'providers'));
  writeFileSync(join(dataDir, 'parley.yaml'), '# mine\nllm: {}\n');
  writeFileSync(join(dataDir, 'providers', 'own.lua'), 'return {}');
  const store = openTestStore({ file: join(dataDir, 'parley.db') });
  const chat = store.chats.create({ model: null, title: 'Tides' });
  store.chats.addMessage(makeMessage(chat.id));
  return { dataDir, store, chat };
}

test('a snapshot holds database, settings and scripts, and the database is whole by itself', async () => {
  const { dataDir, store, chat } = makeFilled();
  const now = () => new Date('2026-03-01T10:20:30.400Z');
  const snapshot = await takeSnapshot({ dataDir, copies: store.copies, now }, 'manual', signal);
  expect(snapshot).toMatchObject({
    name: `2026-03-01T102030Z-v${migrations.length}-manual`,
    reason: 'manual',
    schema: migrations.length,
  });
  const dir = join(dataDir, 'backups', snapshot.name);
  expect(readdirSync(dir).sort()).toEqual(['parley.db', 'parley.yaml', 'providers', 'snapshot.json']);
  expect(readFileSync(join(dir, 'parley.yaml'), 'utf8')).toBe('# mine\nllm: {}\n');
  expect(readFileSync(join(dir, 'providers', 'own.lua'), 'utf8')).toBe('return {}');
  const copy = openStore({ file: join(dir, 'parley.db') });
  expect(copy.chats.get(chat.id).messages).toHaveLength(1);
  copy.close();
  expect(listSnapshots(dataDir)).toEqual([snapshot]);
});

test('seven daily ones are kept, and those a person asked for until they are deleted', async () => {
  const { dataDir, store } = makeFilled();
  const take = (reason: 'daily' | 'manual', day: number) =>
    takeSnapshot(
      { dataDir, copies: store.copies, now: () => new Date(Date.UTC(2026, 0, day)) },
      reason,
      signal,
    );
  const own = await take('manual', 1);
  for (let day = 2; day <= 10; day += 1) await take('daily', day);
  const days = listSnapshots(dataDir).map(({ taken_at: takenAt }) => Number(takenAt.slice(8, 10)));
  expect(days).toEqual([10, 9, 8, 7, 6, 5, 4, 1]);
  deleteSnapshot(dataDir, own.name);
  expect(listSnapshots(dataDir)).toHaveLength(7);
});

test('one a day is taken, not two, and a failure is told once and ends nothing', async () => {
  const { dataDir, store } = makeFilled();
  let time = Date.UTC(2026, 0, 1);
  const onProblem = vi.fn();
  const snapshots = openSnapshots({
    dataDir,
    copies: store.copies,
    daily: true,
    onProblem,
    now: () => new Date(time),
    pauses: { first: 1, next: 5 },
  });
  await vi.waitFor(() => expect(listSnapshots(dataDir)).toHaveLength(1));
  await new Promise(resolve => setTimeout(resolve, 40));
  expect(listSnapshots(dataDir)).toHaveLength(1);
  time += 25 * 60 * 60 * 1000;
  await vi.waitFor(() => expect(listSnapshots(dataDir)).toHaveLength(2));
  rmSync(join(dataDir, 'backups'), { recursive: true });
  writeFileSync(join(dataDir, 'backups'), 'in the way');
  time += 25 * 60 * 60 * 1000;
  await vi.waitFor(() => expect(snapshots.problem()).not.toBeNull());
  await new Promise(resolve => setTimeout(resolve, 40));
  expect(onProblem).toHaveBeenCalledOnce();
  expect(store.chats.list()).toHaveLength(1);
  await snapshots.close();
});

test('a full disk and a folder that refuses are one sentence, and leave nothing behind', async context => {
  const { dataDir, store } = makeFilled();
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const copies = { ...store.copies, copyTo: () => Promise.reject(full) };
  await expect(takeSnapshot({ dataDir, copies }, 'daily', signal)).rejects.toMatchObject({
    code: 'disk_full',
    message: expect.stringMatching(/no room for a snapshot/) as string,
  });
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
  context.skip(process.getuid?.() === 0 || process.platform === 'win32', 'SKIPPED: root may write anywhere');
  chmodSync(join(dataDir, 'backups'), 0o500);
  await expect(takeSnapshot({ dataDir, copies: store.copies }, 'daily', signal)).rejects.toBeInstanceOf(
    AppError,
  );
});

test('a backups folder that is a file is said so', async () => {
  const { dataDir, store } = makeFilled();
  writeFileSync(join(dataDir, 'backups'), '');
  await expect(takeSnapshot({ dataDir, copies: store.copies }, 'daily', signal)).rejects.toMatchObject({
    code: 'data_dir_unwritable',
  });
});

test('an older database is kept as it was before it is changed; failing to does not stop the start', () => {
  const dataDir = makeDataDir();
  const file = join(dataDir, 'parley.db');
  const Sqlite = loadSqlite();
  const makeOld = (): void => {
    rmSync(file, { force: true });
    const old = new Sqlite(file);
    migrate(old, file, 2);
    old.close();
  };
  makeOld();
  const onProblem = vi.fn();
  openStore({ file, beforeMigration: snapshotBeforeMigration(dataDir, onProblem) }).close();
  openStore({ file, beforeMigration: snapshotBeforeMigration(dataDir, onProblem) }).close();
  expect(listSnapshots(dataDir)).toMatchObject([{ reason: 'migration', schema: 2 }]);
  const name = listSnapshots(dataDir)[0]?.name ?? '';
  const kept = new Sqlite(join(dataDir, 'backups', name, 'parley.db'), { readonly: true });
  expect(kept.pragma('user_version', { simple: true })).toBe(2);
  kept.close();

  makeOld();
  rmSync(join(dataDir, 'backups'), { recursive: true });
  writeFileSync(join(dataDir, 'backups'), '');
  expect(onProblem).not.toHaveBeenCalled();
  openStore({ file, beforeMigration: snapshotBeforeMigration(dataDir, onProblem) }).close();
  expect(onProblem).toHaveBeenCalledOnce();
});

test('a kill in the middle leaves nothing that looks like a snapshot', async () => {
  const { dataDir, store } = makeFilled();
  store.close();
  const script = fileURLToPath(new URL('snapshot-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise(resolve => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise(resolve => child.once('exit', resolve));
  expect(listSnapshots(dataDir)).toEqual([]);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([expect.stringMatching(/^\.partial-/)]);
  removePartials(dataDir);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
});

test('chats of a snapshot come back one by one, and overwrite nothing', async () => {
  const { dataDir, store, chat } = makeFilled();
  const lost = store.chats.create({ model: null, title: 'Lost' });
  store.chats.addMessage(makeMessage(lost.id));
  const { name } = await takeSnapshot({ dataDir, copies: store.copies }, 'manual', signal);
  store.chats.rename(chat.id, 'Renamed since');
  store.chats.delete(lost.id);
  const preview = await previewMerge(dataDir, name, store.imports);
  expect(preview.chats.map(({ title, state }) => `${title}: ${state}`).sort()).toEqual([
    'Lost: new',
    'Tides: known',
  ]);
  expect(store.chats.list()).toHaveLength(1);
  expect(await mergeSnapshot(dataDir, name, store.imports, null)).toMatchObject({
    new_chats: 1,
    known_chats: 1,
  });
  expect(
    store.chats
      .list()
      .map(({ title }) => title)
      .sort(),
  ).toEqual(['Lost', 'Renamed since']);
});

test('a name that leads elsewhere, or to something half, is no snapshot', () => {
  const { dataDir } = makeFilled();
  mkdirSync(join(dataDir, 'backups', 'half'), { recursive: true });
  writeFileSync(join(dataDir, 'backups', 'half', 'snapshot.json'), '{"name":');
  expect(listSnapshots(dataDir)).toEqual([]);
  for (const name of ['..', '../backups/half', 'half', '/etc', '']) {
    expect(() => deleteSnapshot(dataDir, name)).toThrow(/There is no snapshot/);
  }
  expect(existsSync(join(dataDir, 'parley.db'))).toBe(true);
});
