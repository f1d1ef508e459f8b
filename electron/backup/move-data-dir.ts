import { copyFileSync, cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, realpath, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { AppError } from '../contract/errors.ts';
import { findDamage } from '../store/copy-database.ts';
import type { DatabaseCopies } from '../store/copy-database.ts';
import { databaseFile, scriptsFolder, settingsFile } from './snapshot-folder.ts';

/** A copy that is whole, and waits for Parley to end. */
export type CopiedDataDir = {
  from: string;
  to: string;
  /** When it began, in milliseconds: what was written to the old database later may be missing. */
  copied_at: number;
};

/**
 * Of this process, or of the old place alone. Chromium's files are open, and follow at the next start; a pointer in the usual
 * place belongs there.
 */
const left = new Set(['parley.lock', 'parley.running', 'desktop', 'data-dir.json', 'MOVED.txt']);
/** What the system puts into folders unasked. */
const systemFiles = new Set(['.DS_Store', 'desktop.ini', 'Thumbs.db', '.localized', 'lost+found']);
/** What must stay free beside the copy, in bytes. */
const spareBytes = 16 * 1024 * 1024;

/**
 * Copies the data directory to a new, empty folder while it is in use, and looks whether the copy is whole. The old one is
 * not touched. Throws invalid_request for a folder that will not do, disk_full, data_dir_unwritable, database_unusable.
 */
export async function copyDataDir(
  from: string,
  to: string,
  copies: DatabaseCopies,
  signal: AbortSignal,
): Promise<CopiedDataDir> {
  const target = await checkTarget(from, to);
  const copiedAt = Date.now();
  try {
    await mkdir(target, { recursive: true, mode: 0o700 });
    await checkRoom(from, target);
    for (const name of await besideDatabase(from)) {
      await cp(join(from, name), join(target, name), { recursive: true, dereference: true });
    }
    await copies.copyTo(join(target, databaseFile), signal);
    await verify(from, target);
    return { from, to: target, copied_at: copiedAt };
  } catch (error) {
    await empty(target);
    throw toMoveError(error, target);
  }
}

/**
 * The last step, when nobody writes any more: what changed since the copy is copied again, and a note is left in the old
 * folder. Throws where the copy is not whole then; the old one is.
 */
export function finishCopy({ from, to, copied_at: copiedAt }: CopiedDataDir): void {
  const [old, copy] = [join(from, databaseFile), join(to, databaseFile)];
  if (statSync(old).mtimeMs >= copiedAt) copyFileSync(old, copy);
  const damage = findDamage(copy);
  if (damage !== undefined) throw damagedCopy(to, damage);
  for (const name of [settingsFile, scriptsFolder]) {
    if (existsSync(join(from, name)))
      cpSync(join(from, name), join(to, name), { recursive: true, dereference: true, force: true });
  }
  const note = `Parley’s data is in ${to} since ${new Date().toISOString()}.\nWhat is here is what was here before; delete it when all is well there.\n`;
  writeFileSync(join(from, 'MOVED.txt'), note, { mode: 0o600 });
}

/** Chromium's files of the window, such as colours and keys that were chosen, where the old ones are there and no new ones. */
export function bringWindowFiles(from: string, to: string): void {
  const [old, next] = [join(from, 'desktop'), join(to, 'desktop')];
  if (!existsSync(old) || existsSync(next)) return;
  mkdirSync(next, { recursive: true, mode: 0o700 });
  cpSync(old, next, {
    recursive: true,
    filter: path => !/^(Singleton|.*Cache$|Crashpad$)/.test(basename(path)),
  });
}

async function checkTarget(from: string, to: string): Promise<string> {
  if (!isAbsolute(to)) throw unfit(`${to} is no whole path; choose a folder.`);
  const [old, target] = [await realpath(from), await realPlace(resolve(to))];
  if (target === old) throw unfit(`The data is in ${target} already; choose another folder.`);
  if (isInside(target, old))
    throw unfit(`${target} is inside the folder the data is in now; choose one outside of it.`);
  const info = await stat(target).catch(() => undefined);
  if (info === undefined) return target;
  if (!info.isDirectory()) throw unfit(`${target} is a file; choose a folder.`);
  const names = await readdir(target).catch((cause: unknown) => {
    throw toMoveError(cause, target);
  });
  if (names.every(name => systemFiles.has(name) || name === 'data-dir.json')) return target;
  throw unfit(`There are files in ${target} already; choose an empty folder.`);
}

/** Links followed as far as there is anything. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

async function besideDatabase(from: string): Promise<string[]> {
  const names = await readdir(from);
  return names.filter(name => !left.has(name) && !name.startsWith(databaseFile) && !systemFiles.has(name));
}

async function checkRoom(from: string, target: string): Promise<void> {
  const names = [...(await besideDatabase(from)), databaseFile, `${databaseFile}-wal`];
  const sizes = await Promise.all(names.map(name => sizeOf(join(from, name))));
  const { bavail, bsize } = await statfs(target);
  if (bavail * bsize >= sizes.reduce((sum, size) => sum + size, spareBytes)) return;
  throw new AppError(
    'disk_full',
    `There is no room for Parley’s data in ${target}; free some space or choose another folder.`,
  );
}

/** Written while the copy is made. */
const growing = new Set(['logs', 'inspector']);

/** Every file is there with its size, and the database is whole. */
async function verify(from: string, to: string): Promise<void> {
  const damage = findDamage(join(to, databaseFile));
  if (damage !== undefined) throw damagedCopy(to, damage);
  for (const name of await besideDatabase(from)) {
    if (growing.has(name)) continue;
    const [old, copy] = [await sizeOf(join(from, name)), await sizeOf(join(to, name))];
    if (old !== copy) throw damagedCopy(to, `${name} is not the same`);
  }
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isDirectory()) return info?.size ?? 0;
  const names = await readdir(path);
  const sizes = await Promise.all(names.map(name => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** It was empty before. */
async function empty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (systemFiles.has(name) || name === 'data-dir.json') continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function unfit(message: string): AppError {
  return new AppError('invalid_request', message);
}

function damagedCopy(to: string, damage: string): AppError {
  const message = `The copy in ${to} is not whole (${damage}), and everything stays where it is; try another disk.`;
  return new AppError('database_unusable', message);
}

function toMoveError(error: unknown, target: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk of ${target} is full, and everything stays where it is; choose another folder.`;
    return new AppError('disk_full', message, { cause: error });
  }
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new AppError(
    'data_dir_unwritable',
    `${target} cannot be written (${code}); choose another folder.`,
    {
      cause: error,
    },
  );
}
