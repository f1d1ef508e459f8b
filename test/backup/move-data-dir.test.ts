import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { bringWindowFiles, copyDataDir, finishCopy } from '../../electron/backup/move-data-dir.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { makeDataDir, makeMessage, openTestStore } from '../store/test-store.ts';

const { signal } = new AbortController();

function makeFilled() {
  const from = makeDataDir();
  mkdirSync(join(from, 'providers'));
  mkdirSync(join(from, 'desktop', 'Local Storage'), { recursive: true });
  writeFileSync(join(from, 'providers', 'own.lua'), 'return {}');
  writeFileSync(join(from, 'parley.yaml'), '# mine\n');
  writeFileSync(join(from, 'parley.running'), '1');
  writeFileSync(join(from, 'desktop', 'Local Storage', 'leveldb'), 'colours');
  const store = openTestStore({ file: join(from, 'parley.db') });
  const chat = store.chats.create({ model: null, title: 'Tides' });
  store.chats.addMessage(makeMessage(chat.id));
  return { from, store };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-move-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function titlesIn(dir: string): string[] {
  const store = openStore({ file: join(dir, 'parley.db') });
  const titles = store.chats.list().map(({ title }) => title);
  store.close();
  return titles;
}

test('everything is there afterwards, also what was written while it was copied', async () => {
  const { from, store } = makeFilled();
  const to = join(makeFolder(), 'new', 'place');
  const copied = await copyDataDir(from, to, store.copies, signal);
  expect(readdirSync(copied.to).sort()).toEqual(['parley.db', 'parley.yaml', 'providers']);
  store.chats.create({ model: null, title: 'Written later' });
  writeFileSync(join(from, 'parley.yaml'), '# later\n');
  store.close();
  finishCopy(copied);
  expect(titlesIn(copied.to).sort()).toEqual(['Tides', 'Written later']);
  expect(readFileSync(join(copied.to, 'parley.yaml'), 'utf8')).toBe('# later\n');
  expect(readFileSync(join(copied.to, 'providers', 'own.lua'), 'utf8')).toBe('return {}');
  // The old folder stays, and says where everything went.
  expect(titlesIn(from)).toHaveLength(2);
  expect(readFileSync(join(from, 'MOVED.txt'), 'utf8')).toContain(copied.to);
});

test('settings that are a link become a file of their own', async () => {
  const { from, store } = makeFilled();
  const kept = join(makeFolder(), 'dotfiles.yaml');
  writeFileSync(kept, '# kept elsewhere\n');
  rmSync(join(from, 'parley.yaml'));
  symlinkSync(kept, join(from, 'parley.yaml'));
  const { to } = await copyDataDir(from, join(makeFolder(), 'x'), store.copies, signal);
  rmSync(kept);
  expect(readFileSync(join(to, 'parley.yaml'), 'utf8')).toBe('# kept elsewhere\n');
});

test('a folder that will not do is refused in one sentence, and left as it was', async () => {
  const { from, store } = makeFilled();
  const full = makeFolder();
  writeFileSync(join(full, 'a-file'), 'mine');
  const link = join(makeFolder(), 'link');
  symlinkSync(from, link);
  const refusals: [string, RegExp][] = [
    [full, /There are files in .*; choose an empty folder\.$/],
    [join(full, 'a-file'), /is a file; choose a folder\.$/],
    [from, /is in .* already; choose another folder\.$/],
    [link, /is in .* already; choose another folder\.$/],
    [join(from, 'inside', 'deep'), /is inside the folder the data is in now; choose one outside of it\.$/],
    [join(link, 'inside'), /is inside the folder/],
    ['relative', /is no whole path; choose a folder\.$/],
  ];
  for (const [to, sentence] of refusals) {
    const error = await copyDataDir(from, to, store.copies, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).message).toMatch(sentence);
  }
  expect(readFileSync(join(full, 'a-file'), 'utf8')).toBe('mine');
  expect(existsSync(join(from, 'inside'))).toBe(false);
});

test('a copy that breaks off leaves an empty folder', async () => {
  const { from, store } = makeFilled();
  const to = join(makeFolder(), 'x');
  const broken = {
    ...store.copies,
    copyTo: async () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
  };
  const error = await copyDataDir(from, to, broken, signal).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'disk_full' });
  expect(readdirSync(to)).toEqual([]);
});

test('a damaged copy is noticed', async () => {
  const { from, store } = makeFilled();
  const to = join(makeFolder(), 'x');
  const damaged = {
    ...store.copies,
    copyTo: async (file: string) => writeFileSync(file, 'this is no database, and long enough '.repeat(99)),
  };
  const error = await copyDataDir(from, to, damaged, signal).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'database_unusable' });
  expect(readdirSync(to)).toEqual([]);
});

test('the window’s own files follow once, without what Chromium makes anew', () => {
  const from = makeFolder();
  const to = makeFolder();
  mkdirSync(join(from, 'desktop', 'Local Storage'), { recursive: true });
  mkdirSync(join(from, 'desktop', 'Code Cache'));
  writeFileSync(join(from, 'desktop', 'SingletonLock'), '');
  writeFileSync(join(from, 'desktop', 'Local Storage', 'leveldb'), 'colours');
  bringWindowFiles(from, to);
  expect(readdirSync(join(to, 'desktop'))).toEqual(['Local Storage']);
  writeFileSync(join(from, 'desktop', 'Local Storage', 'leveldb'), 'older');
  bringWindowFiles(from, to);
  expect(readFileSync(join(to, 'desktop', 'Local Storage', 'leveldb'), 'utf8')).toBe('colours');
});
