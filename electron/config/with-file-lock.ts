import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: who holds a lock this long has forgotten it, and who waits this long goes on without. */
const longestHold = 30_000;
const longestWait = 40_000;

/**
 * Runs `work` while no other process does so for the same file. Only programs that ask this way wait for each other: an
 * editor does not, so what is written is compared all the same.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dirname(file), `.${basename(file)}.lock`);
  const mark = `${process.pid} ${randomUUID()}`;
  const isHeld = await take(lock, mark);
  try {
    return await work();
  } finally {
    // A lock that was taken from us is somebody else's by now.
    if (isHeld && (await readMark(lock)) === mark) await rm(lock, { force: true });
  }
}

/** False where there can be no lock: then `work` says what is wrong with the folder. */
async function take(lock: string, mark: string): Promise<boolean> {
  const until = Date.now() + longestWait;
  // Complete before it can be seen: a lock without its mark would look forgotten.
  const own = `${lock}.${randomUUID()}`;
  try {
    await writeFile(own, mark, { flag: 'wx', mode: 0o600 });
    while (Date.now() < until) {
      if (await tryLink(own, lock)) return true;
      const held = await readMark(lock);
      if (held !== undefined && (await isForgotten(lock, held))) await putAway(lock, held);
      else await sleep(2 + Math.random() * 15);
    }
    return false;
  } catch {
    return false;
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

async function tryLink(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readMark(lock: string): Promise<string | undefined> {
  return readFile(lock, 'utf8').catch(() => undefined);
}

async function isForgotten(lock: string, held: string): Promise<boolean> {
  const pid = Number.parseInt(held, 10);
  try {
    if (pid > 0) process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true;
  }
  const info = await stat(lock).catch(() => undefined);
  return info !== undefined && Math.abs(Date.now() - info.mtimeMs) > longestHold;
}

/** Of two who find the same lock forgotten the second would take the first one's new lock away: it puts that back. */
async function putAway(lock: string, held: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
    if ((await readMark(aside)) !== held) await link(aside, lock);
  } catch {
    // Somebody else was faster.
  } finally {
    await rm(aside, { force: true });
  }
}
