import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Replaces a file so that a reader, or a power cut, meets the old or the new text and nothing between. Keeps mode and
 * owner. `isWanted` is asked at the last moment; on false nothing is replaced and the answer is false.
 */
export async function writeAtomically(
  file: string,
  text: string,
  isWanted: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  // The same folder, because a rename works within one file system only.
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.${randomUUID()}.tmp`);
  const before = await stat(file).catch(() => undefined);
  try {
    await writeThrough(temporary, text, before);
    if (!(await isWanted())) return false;
    await replace(temporary, file);
    await syncFolder(dirname(file));
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeThrough(file: string, text: string, like: Stats | undefined): Promise<void> {
  // There may be keys in it: nobody else reads it unless its owner has said so before.
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (like !== undefined) {
      await handle.chmod(like.mode & 0o777);
      // Only root can give a file back to its owner, after `sudo parley …` for one.
      await handle.chown(like.uid, like.gid).catch(() => undefined);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows refuses for a moment while a virus scanner or an editor has the file open. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const mayPass =
        process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!mayPass || attempt === 10) throw error;
      await sleep(attempt * 20);
    }
  }
}

/** Makes the rename itself survive a power cut, where the system can do that to a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
