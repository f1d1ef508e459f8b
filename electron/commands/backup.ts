import { join } from 'node:path';

import { mergeSnapshot, previewMerge } from '../backup/merge-snapshot.ts';
import { wishRestore } from '../backup/prepare-data-dir.ts';
import { deleteSnapshot, listSnapshots } from '../backup/snapshot-folder.ts';
import { takeSnapshot } from '../backup/take-snapshot.ts';
import type { Snapshot } from '../contract/backups.ts';
import { AppError } from '../contract/errors.ts';
import { lockDataDir } from '../store/lock-data-dir.ts';
import { exportAll, importAll } from './backup-file.ts';
import { describePreview, describeResult } from './chats.ts';
import { formatTable, requireArgument, unknownAction } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { openCommandStore } from './with-store.ts';

const usage =
  'backup create | list | restore NAME | merge NAME [--preview] | delete NAME | export [FILE] [--with-keys] [--keychain] | import FILE [--preview] [--settings] [--with-keys]';

type Action = (context: CommandContext, usage: string) => Promise<number> | number;

/** Options that belong to some of the actions only. */
const actions: Record<string, { run: Action; options: readonly string[] }> = {
  create: { run: createOne, options: [] },
  list: { run: list, options: [] },
  restore: { run: restore, options: [] },
  merge: { run: merge, options: ['preview'] },
  delete: { run: deleteOne, options: [] },
  export: { run: exportAll, options: ['with-keys', 'keychain'] },
  import: { run: importAll, options: ['preview', 'settings', 'with-keys'] },
};

export const backupCommand: Command = {
  usage,
  summary:
    'Snapshots of chats, ledger, settings and scripts: a restore happens at the next start and keeps the state before, merge takes chats back and overwrites nothing. Export writes everything into one zip; --with-keys also the keys, under a passphrase that is asked for, read from standard input, or taken from PARLEY_PASSPHRASE. Import adds its chats and scripts, with --settings also its settings in place of yours.',
  options: {
    preview: { type: 'boolean' },
    settings: { type: 'boolean' },
    'with-keys': { type: 'boolean' },
    keychain: { type: 'boolean' },
  },
  maxArgs: 2,
  async run(context) {
    const [name] = context.args;
    const action = Object.entries(actions).find(([each]) => each === name)?.[1];
    if (action === undefined) throw unknownAction(name, usage);
    const asked = Object.keys(backupCommand.options).filter(option => context.options[option] === true);
    const other = asked.find(option => !action.options.includes(option));
    if (other !== undefined) {
      throw new AppError('invalid_request', `--${other} is not for backup ${name}. Use: parley ${usage}`);
    }
    return action.run(context, usage);
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

async function merge(context: CommandContext): Promise<number> {
  const name = requireArgument(context, 1, 'The name of a snapshot', usage);
  const dataDir = context.dataDir();
  const { store, close } = openCommandStore(context);
  try {
    if (context.options['preview'] === true) {
      const preview = await previewMerge(dataDir, name, store.imports);
      context.print(context.json ? JSON.stringify(preview) : describePreview(preview));
    } else {
      const result = await mergeSnapshot(dataDir, name, store.imports, null);
      context.print(context.json ? JSON.stringify(result) : describeResult(result));
    }
    return 0;
  } finally {
    close();
  }
}

function deleteOne(context: CommandContext): number {
  const name = requireArgument(context, 1, 'The name of a snapshot', usage);
  deleteSnapshot(context.dataDir(), name);
  context.print(context.json ? JSON.stringify({ name, deleted: true }) : `Deleted ${name}`);
  return 0;
}
