import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import {
  markEnded,
  prepareDataDir,
  restoreWish,
  wishRestore,
} from '../../electron/backup/prepare-data-dir.ts';
import { listSnapshots } from '../../electron/backup/snapshot-folder.ts';
import { takeSnapshot } from '../../electron/backup/take-snapshot.ts';
import { openData } from '../../electron/open-data.ts';
import { findResources } from '../../electron/resources.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { catchError, makeDataDir, makeMessage } from '../store/test-store.ts';

const resources = findResources();

const fail = (error: unknown): void => {
  throw error;
};

function titles(dataDir: string): string[] {
  const store = openStore({ file: join(dataDir, 'parley.db') });
  const found = store.chats.list().map(({ title }) => title);
  store.close();
  return found.sort();
}

function addChat(dataDir: string, title: string): void {
  const store = openStore({ file: join(dataDir, 'parley.db') });
  const chat = store.chats.create({ model: null, title });
  store.chats.addMessage(makeMessage(chat.id));
  store.close();
}

async function makeSnapshot(dataDir: string): Promise<string> {
  const store = openStore({ file: join(dataDir, 'parley.db') });
  const taken = await takeSnapshot({ dataDir, copies: store.copies }, 'manual', new AbortController().signal);
  store.close();
  return taken.name;
}

/** One chat in a snapshot, another one beside it since. */
async function makeHistory() {
  const dataDir = makeDataDir();
  mkdirSync(join(dataDir, 'providers'));
  writeFileSync(join(dataDir, 'parley.yaml'), '# old\n');
  writeFileSync(join(dataDir, 'providers', 'old.lua'), 'return {}');
  addChat(dataDir, 'Before');
  const name = await makeSnapshot(dataDir);
  addChat(dataDir, 'After');
  writeFileSync(join(dataDir, 'parley.yaml'), '# new\n');
  rmSync(join(dataDir, 'providers', 'old.lua'));
  writeFileSync(join(dataDir, 'providers', 'new.lua'), 'return {}');
  return { dataDir, name };
}

/** As a bad disk does: the head is whole, the pages behind it are not. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096, Math.min(bytes.length, 4096 * 12));
  writeFileSync(file, bytes);
}

test('a restore puts everything back at the next start, once, and the state before is a snapshot', async () => {
  const { dataDir, name } = await makeHistory();
  wishRestore(dataDir, name);
  expect(restoreWish(dataDir)).toBe(name);
  expect(titles(dataDir)).toEqual(['After', 'Before']);
  expect(prepareDataDir(dataDir, fail)).toEqual([expect.stringMatching(/Everything is as it was on/)]);
  expect(titles(dataDir)).toEqual(['Before']);
  expect(readFileSync(join(dataDir, 'parley.yaml'), 'utf8')).toBe('# old\n');
  expect(readdirSync(join(dataDir, 'providers'))).toEqual(['old.lua']);
  const saved = listSnapshots(dataDir).find(({ reason }) => reason === 'restore');
  expect(saved).toBeDefined();

  markEnded(dataDir);
  addChat(dataDir, 'Later');
  expect(prepareDataDir(dataDir, fail)).toEqual([]);
  expect(titles(dataDir)).toEqual(['Before', 'Later']);
  wishRestore(dataDir, saved?.name ?? '');
  prepareDataDir(dataDir, fail);
  expect(titles(dataDir)).toEqual(['After', 'Before']);
  expect(readFileSync(join(dataDir, 'parley.yaml'), 'utf8')).toBe('# new\n');
});

test('a wish can be taken back, and one for what is not there is refused', async () => {
  const { dataDir, name } = await makeHistory();
  wishRestore(dataDir, name);
  wishRestore(dataDir, null);
  expect(prepareDataDir(dataDir, fail)).toEqual([]);
  expect(titles(dataDir)).toEqual(['After', 'Before']);
  expect(catchError(() => wishRestore(dataDir, 'nothing')).code).toBe('not_found');
});

test('a damaged snapshot is not restored, and everything stays', async () => {
  const { dataDir, name } = await makeHistory();
  damage(join(dataDir, 'backups', name, 'parley.db'));
  wishRestore(dataDir, name);
  const onProblem = vi.fn();
  expect(prepareDataDir(dataDir, onProblem)).toEqual([expect.stringMatching(/is damaged .* as it was/)]);
  expect(onProblem).toHaveBeenCalledOnce();
  expect(titles(dataDir)).toEqual(['After', 'Before']);
  expect(restoreWish(dataDir)).toBeNull();
});

test('after a crash a damaged database is moved aside for the newest whole snapshot', async () => {
  const { dataDir } = await makeHistory();
  const broken = await makeSnapshot(dataDir);
  damage(join(dataDir, 'backups', broken, 'parley.db'));
  writeFileSync(join(dataDir, 'parley.running'), '1');
  damage(join(dataDir, 'parley.db'));
  const bytes = readFileSync(join(dataDir, 'parley.db'));
  expect(prepareDataDir(dataDir, fail)).toEqual([
    expect.stringMatching(/^The database was damaged .* was moved to .*The snapshot of .* is in its place/),
  ]);
  expect(titles(dataDir)).toEqual(['Before']);
  expect(readFileSync(join(dataDir, 'parley.yaml'), 'utf8')).toBe('# new\n');
  const aside = readdirSync(join(dataDir, 'backups')).find(each => each.startsWith('damaged-')) ?? '';
  expect(readFileSync(join(dataDir, 'backups', aside, 'parley.db')).equals(bytes)).toBe(true);
});

test('after a crash without a snapshot Parley begins anew, and deletes nothing', () => {
  const dataDir = makeDataDir();
  addChat(dataDir, 'Before');
  writeFileSync(join(dataDir, 'parley.running'), '1');
  damage(join(dataDir, 'parley.db'));
  expect(prepareDataDir(dataDir, fail)).toEqual([expect.stringMatching(/begins with an empty one/)]);
  expect(titles(dataDir)).toEqual([]);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([expect.stringMatching(/^damaged-/)]);
});

test('after a crash a whole database stays as it is', () => {
  const dataDir = makeDataDir();
  addChat(dataDir, 'Before');
  writeFileSync(join(dataDir, 'parley.running'), '1');
  expect(prepareDataDir(dataDir, fail)).toEqual([]);
  expect(titles(dataDir)).toEqual(['Before']);
});

test('a clean end leaves no mark, a crash does, and two owners there are not', async () => {
  const dataDir = makeDataDir();
  const onProblem = vi.fn();
  const data = openData(dataDir, resources, onProblem);
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(true);
  const second = openData(dataDir, resources, onProblem);
  await second.close();
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(true);
  await data.close();
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(false);
  expect(onProblem).not.toHaveBeenCalled();
});

test('what is no database is replaced where there is a snapshot, and left alone where there is none', async () => {
  const { dataDir } = await makeHistory();
  writeFileSync(
    join(dataDir, 'parley.db'),
    'somebody else wrote this, and it is no database at all'.repeat(40),
  );
  const onProblem = vi.fn();
  const data = openData(dataDir, resources, onProblem);
  expect(data.notices).toEqual([expect.stringMatching(/moved to/)]);
  expect(data.store.chats.list().map(({ title }) => title)).toEqual(['Before']);
  await data.close();

  const bare = makeDataDir();
  writeFileSync(join(bare, 'parley.db'), 'no database'.repeat(100));
  expect(catchError(() => openData(bare, resources, onProblem)).code).toBe('database_unusable');
  expect(readFileSync(join(bare, 'parley.db'), 'utf8')).toMatch(/^no database/);
});
