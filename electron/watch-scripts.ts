import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export type WatchScriptsOptions = {
  /** Milliseconds of quiet after which a change counts as finished: an editor saves in several steps. */
  quietMs?: number;
  /** Milliseconds between two looks at the folder, which find what the system does not report. */
  pollMs?: number;
};

/** Folders below `providers/` that hold no script in use. */
const setAside = 'removed';
const deepest = 3;

/**
 * Calls `onChange` once the folder of scripts or a folder in it has changed: scripts, lists of models, grants. It may be
 * gone, unreadable, or come back.
 */
export function watchScripts(
  dir: string,
  onChange: () => void,
  { quietMs = 150, pollMs = 2_000 }: WatchScriptsOptions = {},
): { close(): void } {
  const watchers = new Map<string, { inode: number; watcher: FSWatcher }>();
  let timer: NodeJS.Timeout | undefined;
  let seen: string | undefined;
  let closed = false;

  const touch = (): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(onChange, quietMs).unref();
  };

  async function look(): Promise<void> {
    const folders = new Map<string, number>();
    const now = (await describeFolder(dir, folders)).join('\n');
    if (closed) return;
    if (seen !== undefined && now !== seen) touch();
    seen = now;
    follow(folders);
  }

  /** A folder that was deleted and made again is another one, of which the old watcher hears nothing. */
  function follow(folders: ReadonlyMap<string, number>): void {
    for (const [path, { inode, watcher }] of watchers) {
      if (folders.get(path) === inode) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const [path, inode] of folders) {
      const watcher = watchers.has(path) ? undefined : watchFolder(path, touch);
      if (watcher) watchers.set(path, { inode, watcher });
    }
  }

  void look();
  const poll = setInterval(() => void look(), pollMs).unref();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const { watcher } of watchers.values()) watcher.close();
    },
  };
}

function watchFolder(path: string, touch: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, touch);
    // The folder is gone, or the system is out of watches: the looks go on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** One line a file, other once it has changed; notes the folders with what tells one from another. */
async function describeFolder(dir: string, folders: Map<string, number>, depth = 1): Promise<string[]> {
  const here = await stat(dir).catch(() => undefined);
  if (!here?.isDirectory()) return [];
  folders.set(dir, here.ino);
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const lines = entries.map(async entry => {
    const path = join(dir, entry.name);
    if (/\.(?:lua|json)$/i.test(entry.name)) return [await describeFile(path)];
    const isFolder = entry.isDirectory() || entry.isSymbolicLink();
    const isOurs = isFolder && !entry.name.startsWith('.') && entry.name !== setAside;
    return isOurs && depth < deepest ? describeFolder(path, folders, depth + 1) : [];
  });
  return [`${dir} ${String(here.mode)}`, ...(await Promise.all(lines)).flat()];
}

async function describeFile(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  return info === undefined
    ? path
    : `${path} ${String(info.ino)} ${String(info.size)} ${String(info.mtimeMs)}`;
}
