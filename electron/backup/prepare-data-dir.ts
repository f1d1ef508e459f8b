import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { AppError, toAppError } from '../contract/errors.ts';
import { copyDatabaseFile, findDamage, isDamage } from '../store/copy-database.ts';
import { eraseAsWished } from './erase-data.ts';
import {
  backupsDir,
  databaseFile,
  findSnapshot,
  listSnapshots,
  removePartials,
  scriptsFolder,
  settingsFile,
  toBackupError,
} from './snapshot-folder.ts';
import { takeSnapshotNow } from './take-snapshot.ts';

/** Stands in the data directory while Parley owns it; one that is found at the start tells of a crash. */
const runningFile = 'parley.running';

const wishSchema = z.object({
  name: z.string(),
  /** The state before is a snapshot already; this start goes on with one that was cut off. */
  saved: z.boolean(),
});
type Wish = z.infer<typeof wishSchema>;

/** Asks for a snapshot in place of everything at the next start; null takes that back. Throws not_found. */
export function wishRestore(dataDir: string, name: string | null): void {
  if (name === null) return rmSync(wishFile(dataDir), { force: true });
  findSnapshot(dataDir, name);
  writeWish(dataDir, { name, saved: false });
}

export function restoreWish(dataDir: string): string | null {
  return readWish(dataDir)?.name ?? null;
}

/**
 * What has to happen before the database is opened, by the owner of the data directory: a restore somebody asked for,
 * and after a crash a look whether the database is whole. Returns what the person should know of it. Never throws.
 */
export function prepareDataDir(dataDir: string, onProblem: (error: unknown) => void): string[] {
  const notices: string[] = [];
  const attempt = (work: () => string | undefined): void => {
    try {
      const notice = work();
      if (notice !== undefined) notices.push(notice);
    } catch (error) {
      const told = toAppError(toBackupError(error, backupsDir(dataDir)));
      notices.push(told.message);
      onProblem(told);
    }
  };
  attempt(() => eraseAsWished(dataDir));
  attempt(() => {
    removePartials(dataDir);
    return undefined;
  });
  attempt(() => restoreAsWished(dataDir));
  attempt(() => checkAfterCrash(dataDir));
  markRunning(dataDir);
  return notices;
}

function markRunning(dataDir: string): void {
  try {
    writeFileSync(join(dataDir, runningFile), String(process.pid), { mode: 0o600 });
  } catch {
    // Where nothing can be written opening the database says so, and better.
  }
}

/** The counterpart at a clean end. */
export function markEnded(dataDir: string): void {
  rmSync(join(dataDir, runningFile), { force: true });
}

/**
 * Puts the newest whole snapshot's database in the place of a damaged one, which is moved aside. Returns what to tell;
 * undefined where there is no whole one and `orEmpty` is false: then nothing is touched.
 */
export function replaceDamaged(dataDir: string, damage: string, orEmpty: boolean): string | undefined {
  const good = listSnapshots(dataDir).find(({ name }) => isWhole(dataDir, name));
  if (!good && !orEmpty) return undefined;
  const aside = moveAside(dataDir);
  const begin = `The database was damaged (${damage}) and was moved to ${aside}.`;
  if (!good) return `${begin} There is no snapshot to go back to, so Parley begins with an empty one.`;
  putDatabase(dataDir, join(findSnapshot(dataDir, good.name).dir, databaseFile));
  return `${begin} The snapshot of ${good.taken_at} is in its place; what came later is in the damaged one alone.`;
}

function checkAfterCrash(dataDir: string): string | undefined {
  const file = join(dataDir, databaseFile);
  if (!existsSync(join(dataDir, runningFile)) || !existsSync(file)) return undefined;
  const damage = findDamage(file);
  return damage === undefined ? undefined : replaceDamaged(dataDir, damage, true);
}

function restoreAsWished(dataDir: string): string | undefined {
  const wish = readWish(dataDir);
  if (!wish) return undefined;
  try {
    const { dir, taken_at: takenAt } = findSnapshot(dataDir, wish.name);
    const damage = findDamage(join(dir, databaseFile));
    if (damage !== undefined) {
      throw new AppError(
        'database_unusable',
        `The snapshot ${wish.name} is damaged (${damage}) and was not restored; everything is as it was. Choose another one.`,
      );
    }
    if (!wish.saved) saveBefore(dataDir);
    // From here on a start that is cut off is gone on with, until all of it is in place.
    writeWish(dataDir, { ...wish, saved: true });
    putDatabase(dataDir, join(dir, databaseFile));
    putBeside(dataDir, dir);
    wishRestore(dataDir, null);
    return `Everything is as it was on ${takenAt}. What was here before is a snapshot, too.`;
  } catch (error) {
    wishRestore(dataDir, null);
    throw error;
  }
}

/** The state before is kept, as a snapshot or, where it is damaged, as the files it was. */
function saveBefore(dataDir: string): void {
  const file = join(dataDir, databaseFile);
  if (!existsSync(file)) return;
  try {
    takeSnapshotNow(dataDir, 'restore', target => copyDatabaseFile(file, target));
  } catch (error) {
    if (!isDamage(error)) throw error;
    moveAside(dataDir);
  }
}

function isWhole(dataDir: string, name: string): boolean {
  try {
    return findDamage(join(findSnapshot(dataDir, name).dir, databaseFile)) === undefined;
  } catch {
    return false;
  }
}

function moveAside(dataDir: string): string {
  const folder = join(backupsDir(dataDir), `damaged-${new Date().toISOString().replaceAll(':', '')}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of databaseFiles) {
    const from = join(dataDir, name);
    if (existsSync(from)) renameSync(from, join(folder, name));
  }
  return folder;
}

const databaseFiles = [databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`];

function putDatabase(dataDir: string, from: string): void {
  const file = join(dataDir, databaseFile);
  const next = `${file}.restoring`;
  copyFileSync(from, next);
  // The journal belongs to the file that goes, and would be applied to the one that comes.
  for (const name of databaseFiles.slice(1)) rmSync(join(dataDir, name), { force: true });
  renameSync(next, file);
}

function putBeside(dataDir: string, dir: string): void {
  const settings = join(dir, settingsFile);
  // Copied over, not renamed: the file may be a link to where its owner keeps it.
  if (existsSync(settings)) copyFileSync(settings, join(dataDir, settingsFile));
  const scripts = join(dataDir, scriptsFolder);
  for (const name of existsSync(scripts) ? readdirSync(scripts) : [])
    rmSync(join(scripts, name), { recursive: true, force: true });
  if (existsSync(join(dir, scriptsFolder))) cpSync(join(dir, scriptsFolder), scripts, { recursive: true });
}

function wishFile(dataDir: string): string {
  return join(backupsDir(dataDir), 'restore.json');
}

function readWish(dataDir: string): Wish | undefined {
  try {
    return wishSchema.parse(JSON.parse(readFileSync(wishFile(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

function writeWish(dataDir: string, wish: Wish): void {
  const file = wishFile(dataDir);
  writeFileSync(`${file}.tmp`, JSON.stringify(wish), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
