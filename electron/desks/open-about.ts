import { join } from 'node:path';

import type { AboutDesk } from '../api/about-handlers.ts';
import type { EventHub } from '../api/event-hub.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { setUpdates } from '../config/edit-config.ts';
import type { UpdateDesk, UpdateState } from '../contract/about-calls.ts';
import { readCrashes, readLogTail } from '../logs/crash-log.ts';

export type AboutParts = {
  dataDir: string;
  config: Pick<ConfigFile, 'current' | 'update'>;
  hub: EventHub;
  /** What only the desktop app has. */
  updates: UpdateDesk | undefined;
  openFolder: ((path: string) => Promise<void>) | undefined;
};

const shownCrashes = 20;
const shownLines = 200;

export function openAbout({ dataDir, config, hub, updates = noUpdates, openFolder }: AboutParts): AboutDesk {
  const folder = join(dataDir, 'logs');
  updates.onChange(() => hub.emit('updates.changed', {}));
  return {
    updates,
    mode: () => config.current().updates,
    setMode: async mode => {
      await config.update(document => setUpdates(document, mode));
    },
    problems: () => ({
      crashes: readCrashes(folder, shownCrashes),
      log: readLogTail(join(folder, 'parley.log'), shownLines),
      folder,
    }),
    openFolder,
  };
}

const unavailable: UpdateState = {
  status: 'unavailable',
  version: null,
  progress: null,
  checked_at: null,
  installs: false,
  reason: 'Only the installed app looks for newer versions.',
};

const noUpdates: UpdateDesk = {
  state: () => unavailable,
  check: () => Promise.resolve(unavailable),
  download: () => Promise.resolve(unavailable),
  install: () => undefined,
  onChange: () => undefined,
};
