import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { lockDataDir } from '../../electron/store/lock-data-dir.ts';
import { makeDataDir, makeEnd, openTestStore } from './test-store.ts';

const Sqlite = loadSqlite();
const script = fileURLToPath(new URL('./store-process.ts', import.meta.url));

type StoreProcess = { child: ChildProcess; lines: AsyncIterator<string>; ended: Promise<unknown> };

function startProcess(...parameters: string[]): StoreProcess {
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, lines, ended: once(child, 'exit') };
}

async function readLine({ lines }: StoreProcess): Promise<string> {
  return String((await lines.next()).value);
}

async function killNow({ child, ended }: StoreProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

test('kill -9 in the middle of a stream loses nothing that was saved, and recovery shows it as interrupted', async () => {
  const directory = makeDataDir();
  const other = startProcess(directory, 'stream');
  let last = '';
  while (!/^owned \d\d/.test(last)) last = await readLine(other);
  await vi.waitFor(() => {
    const db = new Sqlite(join(directory, 'parley.db'), { readonly: true });
    const row = db.prepare('SELECT status FROM call_rows').get();
    db.close();
    expect(row).toEqual({ status: 'running' });
  });
  await killNow(other);
  for (let next = await other.lines.next(); !next.done; next = await other.lines.next()) last = next.value;

  const store = openTestStore({ file: join(directory, 'parley.db') });
  expect(store.recover()).toEqual({ calls: 1, messages: 1 });
  expect(store.calls.list({ limit: 10 }).calls).toMatchObject([{ id: 'running', status: 'interrupted' }]);
  const [chat] = store.chats.list();
  const [answer] = store.chats.get(chat?.id ?? '').messages;
  expect(answer?.status).toBe('interrupted');
  const words = JSON.stringify(answer?.content).split('word').length - 1;
  // It may have saved one more than it had the time to say.
  expect(words - Number(last.split(' ')[1])).toBeOneOf([0, 1]);
  store.close();
  const db = new Sqlite(store.file);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
});

test('several processes may open a new database at once and all write', async () => {
  const directory = makeDataDir();
  const others = Array.from({ length: 5 }, () => startProcess(directory, 'write'));
  expect(await Promise.all(others.map(readLine))).toEqual(others.map(() => 'done'));
  const store = openTestStore({ file: join(directory, 'parley.db') });
  expect(store.chats.list()).toHaveLength(250);
  expect(store.recover().calls).toBe(250);
});

test('keys made and revoked by another process count within a second', async () => {
  const directory = makeDataDir();
  const store = openTestStore({ file: join(directory, 'parley.db') });
  expect(store.gatewayKeys.verify('parley-wrong')).toBeUndefined();
  const key = await readLine(startProcess(directory, 'create-key', 'editor'));
  expect(store.gatewayKeys.verify(key)?.name).toBe('editor');
  expect(await readLine(startProcess(directory, 'revoke-key', 'editor'))).toBe('revoked');
  await new Promise(resolve => setTimeout(resolve, 1000));
  expect(store.gatewayKeys.verify(key)).toBeUndefined();
});

test("a call that ends in one process stays ended after another one's recovery", () => {
  const owner = openTestStore();
  const command = openTestStore({ file: owner.file });
  command.calls.end(makeEnd('done'));
  command.calls.flush();
  expect(owner.recover().calls).toBe(0);
  expect(owner.calls.list({ limit: 1 }).calls[0]?.status).toBe('ok');
});

test('a data directory has one owner, until it lets go', () => {
  const file = join(makeDataDir(), 'parley.lock');
  const lock = lockDataDir(file);
  expect(lock).toBeDefined();
  expect(lockDataDir(file)).toBeUndefined();
  lock?.release();
  const next = lockDataDir(file);
  expect(next).toBeDefined();
  next?.release();
});

test('an owner that is killed leaves nothing in the way of the next one', async () => {
  const directory = makeDataDir();
  const file = join(directory, 'parley.lock');
  const owner = startProcess(directory, 'lock');
  expect(await readLine(owner)).toBe('locked');
  expect(lockDataDir(file)).toBeUndefined();
  expect(await readLine(startProcess(directory, 'lock'))).toBe('taken');
  await killNow(owner);
  const lock = lockDataDir(file);
  expect(lock).toBeDefined();
  lock?.release();
  expect(existsSync(`${file}-journal`)).toBe(false);
});
