import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export type WatchOptions = {
  /** Milliseconds of quiet after which a change counts as finished. */
  quietMs?: number;
  /** Milliseconds between two looks at the file; the way on file systems that report nothing. */
  pollMs?: number;
  /** False leaves only the looks. */
  useEvents?: boolean;
};

/**
 * Calls `onTouched` some time after one of the files may have changed; may call without a change. The folders are
 * watched, not the files, because most editors replace a file by another one.
 */
export function watchFiles(
  files: readonly string[],
  onTouched: () => void,
  { quietMs = 100, pollMs = 5000, useEvents = true }: WatchOptions = {},
): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const touch = () => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(onTouched, quietMs).unref();
  };

  const watchers = useEvents ? files.flatMap(file => watchFolderOf(file, touch)) : [];
  let seen: string | undefined;
  const look = async () => {
    const now = (await Promise.all(files.map(describeState))).join('|');
    if (seen !== undefined && now !== seen) touch();
    seen = now;
  };
  void look();
  const poll = setInterval(() => void look(), pollMs).unref();

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(poll);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolderOf(file: string, touch: () => void): FSWatcher[] {
  const name = basename(file);
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) touch();
    });
    // The folder is gone, or the system is out of watches: the looks go on.
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

/** What changes whenever the file does; empty while there is none. */
async function describeState(file: string): Promise<string> {
  const info = await stat(file).catch(() => undefined);
  return info === undefined ? '' : `${info.ino} ${info.size} ${info.mtimeMs}`;
}
