import { randomUUID } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { snapshotSchema } from '../contract/backups.ts';
import type { Snapshot, SnapshotReason } from '../contract/backups.ts';
import { AppError } from '../contract/errors.ts';

/** What of a data directory is in a snapshot, beside the database. */
export const settingsFile = 'parley.yaml';
export const scriptsFolder = 'providers';
export const databaseFile = 'parley.db';
const aboutFile = 'snapshot.json';

/** Each reason but `manual`, which a person asked for, keeps this many. */
const kept = 7;

/** Until it is whole, a snapshot has a name nobody takes for one. */
const partialPrefix = '.partial-';

export function backupsDir(dataDir: string): string {
  return join(dataDir, 'backups');
}

/** A snapshot on its way: fill `dir` with the database, then `finish`, or `giveUp`. */
export type OpenSnapshot = {
  dir: string;
  /** Adds settings and scripts, and gives it its name. */
  finish(schema: number): Snapshot;
  giveUp(): void;
};

/** Throws data_dir_unwritable or disk_full. */
export function openSnapshot(dataDir: string, reason: SnapshotReason, now: Date): OpenSnapshot {
  const folder = backupsDir(dataDir);
  const dir = join(folder, `${partialPrefix}${randomUUID()}`);
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw toBackupError(error, folder);
    }
  };
  guard(() => mkdirSync(dir, { recursive: true, mode: 0o700 }));
  return {
    dir,
    finish: schema =>
      guard(() => {
        copyBeside(dataDir, dir);
        const time = now.toISOString();
        const stem = `${time.slice(0, 19).replaceAll(':', '')}Z-v${schema}-${reason}`;
        const name = freeName(folder, stem);
        const about = { name, taken_at: time, reason, schema, bytes: sizeOf(dir) };
        const file = join(dir, aboutFile);
        writeFileSync(file, JSON.stringify(about), { mode: 0o600 });
        syncPath(file);
        renameSync(dir, join(folder, name));
        syncPath(folder);
        prune(dataDir, reason);
        return about;
      }),
    giveUp: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Newest first. A folder that is none of ours, or not whole, is no snapshot. */
export function listSnapshots(dataDir: string): Snapshot[] {
  const folder = backupsDir(dataDir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map(name => readSnapshot(dataDir, name))
    .filter(snapshot => snapshot !== undefined)
    .sort((one, other) => compare(other.taken_at, one.taken_at) || compare(other.name, one.name));
}

/** Throws not_found. */
export function findSnapshot(dataDir: string, name: string): Snapshot & { dir: string } {
  const snapshot = readSnapshot(dataDir, name);
  if (snapshot) return { ...snapshot, dir: join(backupsDir(dataDir), name) };
  throw new AppError('not_found', `There is no snapshot ${name}; parley backup list shows all there are.`);
}

export function deleteSnapshot(dataDir: string, name: string): void {
  const { dir } = findSnapshot(dataDir, name);
  // Under a name that is no snapshot's first: a deletion that is cut off leaves no half one.
  const aside = join(backupsDir(dataDir), `${partialPrefix}${randomUUID()}`);
  renameSync(dir, aside);
  rmSync(aside, { recursive: true, force: true });
}

/** What a process that was killed left behind. Only for the owner of the data directory. */
export function removePartials(dataDir: string): void {
  const folder = backupsDir(dataDir);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(partialPrefix)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** One sentence for what the disk refused. */
export function toBackupError(error: unknown, folder: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `There is no room for a snapshot in ${folder}. Free some space; nothing else is affected.`;
    return new AppError('disk_full', message, { cause: error });
  }
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new AppError(
    'data_dir_unwritable',
    `No snapshot could be written to ${folder} (${code}). Make it writable; nothing else is affected.`,
    { cause: error },
  );
}

function readSnapshot(dataDir: string, name: string): Snapshot | undefined {
  // A name may come from the command line and leads nowhere else.
  if (!/^[0-9A-Za-z][0-9A-Za-z.-]*$/.test(name)) return undefined;
  try {
    const text = readFileSync(join(backupsDir(dataDir), name, aboutFile), 'utf8');
    return { ...snapshotSchema.parse(JSON.parse(text)), name };
  } catch {
    return undefined;
  }
}

function copyBeside(dataDir: string, dir: string): void {
  for (const name of [settingsFile, scriptsFolder]) {
    const from = join(dataDir, name);
    // As files: what a link leads to may be gone when the snapshot is needed.
    if (existsSync(from)) cpSync(from, join(dir, name), { recursive: true, dereference: true });
  }
}

function prune(dataDir: string, reason: SnapshotReason): void {
  if (reason === 'manual') return;
  const alike = listSnapshots(dataDir).filter(snapshot => snapshot.reason === reason);
  for (const { name } of alike.slice(kept)) deleteSnapshot(dataDir, name);
}

function freeName(folder: string, stem: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

function sizeOf(dir: string): number {
  return readdirSync(dir, { withFileTypes: true })
    .map(entry =>
      entry.isDirectory() ? sizeOf(join(dir, entry.name)) : statSync(join(dir, entry.name)).size,
    )
    .reduce((sum, size) => sum + size, 0);
}

function syncPath(path: string): void {
  // Windows cannot sync a folder.
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // Nor on Windows a file that is open for reading.
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(handle);
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
