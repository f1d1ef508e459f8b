import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { exportEverything } from '../backup/export-everything.ts';
import { wishRestore } from '../backup/prepare-data-dir.ts';
import { listSnapshots } from '../backup/snapshot-folder.ts';
import { takeSnapshot } from '../backup/take-snapshot.ts';
import { withoutKeys } from '../config/without-keys.ts';
import type { Snapshot } from '../contract/backups.ts';
import { AppError } from '../contract/errors.ts';
import { findResources } from '../resources.ts';
import { lockDataDir } from '../store/lock-data-dir.ts';
import { formatTable, requireArgument, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { openCommandStore } from './with-store.ts';

const usage = 'backup create | list | restore NAME | export [FILE]';

export const backupCommand: Command = {
  usage,
  summary:
    'Snapshots of chats, ledger, settings and scripts. A restore happens at the next start, and keeps the state before as a snapshot. Export writes everything but the keys into one zip.',
  options: {},
  maxArgs: 2,
  async run(context) {
    const [action] = context.args;
    switch (action) {
      case 'create':
        return createOne(context);
      case 'list':
        return list(context);
      case 'restore':
        return restore(context);
      case 'export':
        return exportAll(context);
      case undefined:
      default:
        throw unknownAction(action, usage);
    }
  },
};

async function createOne(context: CommandContext): Promise<number> {
  const dataDir = context.dataDir();
  const { store, close } = openCommandStore(context);
  try {
    const snapshot = await takeSnapshot(
      { dataDir, copies: store.copies },
      'manual',
      new AbortController().signal,
    );
    context.print(context.json ? JSON.stringify(snapshot) : `Saved as ${snapshot.name}`);
    return 0;
  } finally {
    close();
  }
}

function list(context: CommandContext): number {
  const snapshots = listSnapshots(context.dataDir());
  if (context.json) context.print(JSON.stringify(snapshots));
  else if (snapshots.length === 0) context.print('There is no snapshot yet. parley backup create takes one.');
  else context.print(formatTable(['NAME', 'TAKEN', 'WHY', 'SIZE'], snapshots.map(toRow)));
  return 0;
}

function toRow({ name, taken_at: takenAt, reason, bytes }: Snapshot): string[] {
  return [name, takenAt, reason, `${(bytes / 1024 / 1024).toFixed(1)} MB`];
}

function restore(context: CommandContext): number {
  const dataDir = context.dataDir();
  const name = requireArgument(context, 1, 'The name of a snapshot', usage);
  wishRestore(dataDir, name);
  const lock = lockDataDir(join(dataDir, 'parley.lock'));
  lock?.release();
  const when = lock ? 'when Parley starts next' : 'once the Parley that runs now is ended and starts again';
  context.print(
    context.json
      ? JSON.stringify({ name, running: lock === undefined })
      : `${name} takes the place of everything ${when}. The state before is kept as a snapshot.`,
  );
  return 0;
}

async function exportAll(context: CommandContext): Promise<number> {
  const dataDir = context.dataDir();
  const { store, close } = openCommandStore(context);
  try {
    const { version } = findResources();
    const readKeychain = (): Promise<Record<string, string>> => Promise.resolve({});
    const wish = { passphrase: null, keychain: false };
    const out = exportEverything({ dataDir, store, version, withoutKeys, readKeychain }, wish, new Date());
    const file = resolve(context.args[1] ?? out.file_name);
    if (await exists(file)) {
      throw new AppError('invalid_request', `${file} is there already. Choose another name.`);
    }
    await pipeline(Readable.from(out.parts), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    context.print(context.json ? JSON.stringify({ file }) : `Exported to ${file}, without keys`);
    return 0;
  } finally {
    close();
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
