import { z } from 'zod';

import type { EverythingWish, ExportFile, SealedKeys } from '../backup/export-everything.ts';
import { unseal } from '../backup/seal.ts';
import type { ApiOutput } from '../contract/api.ts';
import type { backupCalls } from '../contract/backup-calls.ts';
import type { Snapshot } from '../contract/backups.ts';
import { AppError } from '../contract/errors.ts';
import type { ImportPreview, ImportResult } from '../contract/transfer.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';
import type { ExportDesk } from './transfer/export-desk.ts';
import type { ImportDesk } from './transfer/import-desk.ts';
import { readEverything } from './transfer/read-everything.ts';

/** Snapshots and the import of everything; built in the composition root. */
export type BackupDesk = {
  list(): ApiOutput<'backups.list'>;
  create(): Promise<Snapshot>;
  delete(name: string): void;
  restore(name: string | null): void;
  preview(name: string): Promise<ImportPreview>;
  merge(name: string, chatIds: readonly string[] | null): Promise<ImportResult>;
  exportAll(wish: EverythingWish): ExportFile;
  /** Names of scripts that hold a key themselves: an export without a passphrase leaves them out. */
  scriptsWithKeys(): Promise<string[]>;
  /** Replaces parley.yaml, after a snapshot. Throws config_invalid. */
  putSettings(text: string): Promise<void>;
  /** False where another one of that name is here, which stays. */
  putScript(name: string, text: string): Promise<boolean>;
  putSecret(account: string, secret: string): Promise<void>;
};

type BackupDeps = { backups: BackupDesk; imports: ImportDesk; exports: ExportDesk; hub: EventHub };

export function createBackupHandlers(deps: BackupDeps): Pick<ApiHandlers, keyof typeof backupCalls> {
  const { backups, imports, exports, hub } = deps;
  const changed = <T>(value: T): T => {
    hub.emit('backups.changed', {});
    return value;
  };
  return {
    'backups.list': () => backups.list(),
    'backups.create': async () => changed(await backups.create()),
    'backups.delete'({ name }) {
      backups.delete(name);
      return changed({});
    },
    'backups.restore'({ name }) {
      backups.restore(name);
      return changed({});
    },
    'backups.preview': ({ name }) => backups.preview(name),
    async 'backups.merge'({ name, chat_ids: chatIds }) {
      try {
        return await backups.merge(name, chatIds);
      } finally {
        // Also where it ended half way: what was added is there.
        hub.emit('chats.changed', {});
      }
    },
    'backups.keys_in_scripts': async () => ({ scripts: await backups.scriptsWithKeys() }),
    'backups.export'(wish) {
      const file = backups.exportAll(wish);
      const { file_name, media_type } = file;
      return { id: exports.add(file), file_name, media_type };
    },
    async 'backups.look'({ id }) {
      const { exported_at, app_version, settings, scripts, sealed } = await readEverything(
        imports.fileOf(id),
      );
      const has_keys = sealed !== undefined;
      return {
        exported_at,
        app_version,
        has_keys,
        settings: settings !== undefined || has_keys,
        scripts: [...scripts.keys()],
      };
    },
    async 'backups.take'({ id, ...wish }) {
      const result = await takeEverything(imports.fileOf(id), wish, backups);
      hub.emit('backends.changed', {});
      return changed(result);
    },
  };
}

/** One file name and nothing that leads anywhere else. */
const providerFile = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.(?:lua|json)$/);

const keysSchema = z.object({
  settings: z.string().nullable(),
  keychain: z.record(z.string(), z.string()),
  // An older export has none.
  scripts: z.record(providerFile, z.string()).default({}),
}) satisfies z.ZodType<SealedKeys>;

/** Settings, scripts and keys of an export. A wrong passphrase is refused before anything is written. */
export async function takeEverything(
  path: string,
  wish: { settings: boolean; scripts: boolean; passphrase: string | null },
  backups: Pick<BackupDesk, 'putSettings' | 'putScript' | 'putSecret'>,
): Promise<ApiOutput<'backups.take'>> {
  const found = await readEverything(path);
  const keys = wish.passphrase === null ? undefined : await openKeys(found.sealed, wish.passphrase);
  const settings = keys?.settings ?? found.settings;
  const result = { settings: false, scripts: 0, kept_scripts: [] as string[], keys: 0 };
  if (wish.settings && settings !== undefined) {
    await backups.putSettings(settings);
    result.settings = true;
  }
  const scripts = [...found.scripts, ...Object.entries(keys?.scripts ?? {})];
  for (const [name, text] of wish.scripts ? scripts : []) {
    if (await backups.putScript(name, text)) result.scripts += 1;
    else result.kept_scripts.push(name);
  }
  for (const [account, secret] of Object.entries(keys?.keychain ?? {})) {
    await backups.putSecret(account, secret);
    result.keys += 1;
  }
  return result;
}

async function openKeys(
  sealed: Parameters<typeof unseal>[0] | undefined,
  passphrase: string,
): Promise<SealedKeys> {
  if (sealed) return readKeys(await unseal(sealed, passphrase));
  throw new AppError('invalid_request', 'This export holds no keys. Import it without a passphrase.');
}

function readKeys(text: string): SealedKeys {
  try {
    return keysSchema.parse(JSON.parse(text));
  } catch (cause) {
    const message = 'This is no export of everything by Parley: what is sealed in it is something else.';
    throw new AppError('invalid_request', message, { cause });
  }
}
