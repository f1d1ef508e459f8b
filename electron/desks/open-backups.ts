import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { BackupDesk } from '../api/backup-handlers.ts';
import { exportEverything, scriptsWithKeys } from '../backup/export-everything.ts';
import { mergeSnapshot, previewMerge } from '../backup/merge-snapshot.ts';
import { restoreWish, wishRestore } from '../backup/prepare-data-dir.ts';
import { backupsDir, deleteSnapshot, listSnapshots } from '../backup/snapshot-folder.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { describeConfigProblem } from '../config/config-problem.ts';
import { parseConfig } from '../config/parse-config.ts';
import { followLink } from '../config/read-config-file.ts';
import { keychainAccounts, withoutKeys } from '../config/without-keys.ts';
import { writeAtomically } from '../config/write-atomically.ts';
import { AppError } from '../contract/errors.ts';
import type { Keychain } from '../engine/keys/keychain.ts';
import type { OpenData } from '../open-data.ts';

export type BackupParts = {
  dataDir: string;
  data: OpenData;
  config: Pick<ConfigFile, 'current'>;
  keychain: Pick<Keychain, 'get' | 'set'>;
  version: string;
  /** Settings or scripts were replaced. */
  onChange: () => void;
};

export function openBackups(parts: BackupParts): BackupDesk {
  const { dataDir, data, config, keychain, version, onChange } = parts;
  const { store, snapshots } = data;
  return {
    list: () => ({
      snapshots: listSnapshots(dataDir),
      folder: backupsDir(dataDir),
      restore_next: restoreWish(dataDir),
      problem: snapshots.problem(),
    }),
    create: () => snapshots.create('manual'),
    delete: name => deleteSnapshot(dataDir, name),
    restore: name => wishRestore(dataDir, name),
    preview: name => previewMerge(dataDir, name, store.imports),
    merge: (name, chatIds) => mergeSnapshot(dataDir, name, store.imports, chatIds),
    exportAll: wish =>
      exportEverything(
        {
          dataDir,
          store,
          version,
          withoutKeys,
          readKeychain: () => readSecrets(keychainAccounts(config.current()), keychain),
        },
        wish,
        new Date(),
      ),
    scriptsWithKeys: () => scriptsWithKeys(dataDir),
    putSettings: text => putSettings(dataDir, text, () => snapshots.create('restore')),
    async putScript(name, text) {
      const isThere = await putScript(dataDir, name, text);
      onChange();
      return isThere;
    },
    putSecret: (account, secret) => keychain.set(account, secret),
  };
}

/** Replaces parley.yaml, after a snapshot. Throws config_invalid. */
export async function putSettings(
  dataDir: string,
  text: string,
  takeSnapshot: () => Promise<unknown>,
): Promise<void> {
  const parsed = parseConfig(text, 'parley.yaml');
  if (parsed.type === 'bad') {
    const why = describeConfigProblem(parsed.problem);
    throw new AppError(
      'config_invalid',
      `The settings of this export have a mistake and were not taken: ${why}.`,
    );
  }
  await takeSnapshot();
  // The file is watched: it is in force a moment later, as after an edit by hand.
  await writeAtomically(await followLink(join(dataDir, 'parley.yaml')), text);
}

/** False where another one of that name is here, which stays. */
export async function putScript(dataDir: string, name: string, text: string): Promise<boolean> {
  const file = join(dataDir, 'providers', name);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before !== undefined) return before === text;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  return true;
}

/** Secrets the settings name, by account; those the keychain does not hold are left out. */
export async function readSecrets(
  accounts: readonly string[],
  keychain: Pick<Keychain, 'get'>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const account of accounts) {
    const secret = await keychain.get(account);
    if (secret !== undefined) found[account] = secret;
  }
  return found;
}
