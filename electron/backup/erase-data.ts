import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const wishFile = 'parley.erase';

/** Held open by those who run: the lock, and Chromium's own files, which hold nothing of Parley's but the window. */
const inUse = new Set(['parley.lock', 'desktop', 'logs']);

export function wishErase(dataDir: string, wanted: boolean): void {
  if (wanted) writeFileSync(join(dataDir, wishFile), '', { mode: 0o600 });
  else rmSync(join(dataDir, wishFile), { force: true });
}

export function isErasing(dataDir: string): boolean {
  return existsSync(join(dataDir, wishFile));
}

/** Deletes everything somebody wished to be gone, snapshots included. Before anything is opened. */
export function eraseAsWished(dataDir: string): string | undefined {
  if (!isErasing(dataDir)) return undefined;
  for (const name of readdirSync(dataDir)) {
    // The wish goes last, so that a start that is cut off goes on with it.
    if (!inUse.has(name) && name !== wishFile) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  mkdirSync(join(dataDir, 'providers'), { recursive: true, mode: 0o700 });
  const logs = join(dataDir, 'logs');
  for (const name of existsSync(logs) ? readdirSync(logs) : []) writeFileSync(join(logs, name), '');
  wishErase(dataDir, false);
  return 'Everything was deleted, as you asked. Keys that are in the keychain of this system are there still.';
}
