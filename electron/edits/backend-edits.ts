import type { ConfigFile } from '../config/config-file.ts';
import {
  addBackendKey,
  duplicateBackend,
  putBackBackend,
  readKeys,
  removeBackendKey,
  reorderBackends,
  takeBackend,
} from '../config/edit-backends.ts';
import type { RemovedBackend } from '../config/edit-backends.ts';
import { setBackendKey, updateBackend } from '../config/edit-config.ts';
import { removeAlias, setAlias, setHidden } from '../config/edit-models.ts';
import type { BackendConfig } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import type { Keychain } from '../engine/keys/keychain.ts';
import { parseKeyValue } from '../engine/keys/parse-key-value.ts';
import { accountOfBackend } from '../engine/script-grants.ts';

/** Edits of backends, their keys, and aliases: parley.yaml and the keychain. */
export type BackendEdits = {
  removeBackend(name: string): Promise<void>;
  /** Undoes the last removal of a backend of this name. Throws not_found. */
  restoreBackend(name: string): Promise<void>;
  updateBackend(name: string, patch: { enabled?: boolean; url?: string | null }): Promise<void>;
  duplicateBackend(name: string, copy: string): Promise<void>;
  reorderBackends(names: readonly string[]): Promise<void>;
  /** Switches all backends of a type on or off. */
  enableType(type: string, enabled: boolean): Promise<void>;
  /** Puts a key into the OS keychain and the reference to it into parley.yaml: over the key that is there, beside those of a list. */
  saveKey(backend: string, key: string): Promise<void>;
  /** One more key. */
  addKey(backend: string, key: string, where: 'keychain' | 'settings'): Promise<void>;
  addReference(backend: string, reference: string): Promise<void>;
  removeKey(backend: string, place: { number: number; count: number }): Promise<void>;
  saveAlias(alias: { name: string; targets: readonly string[]; before: string | null }): Promise<void>;
  removeAlias(name: string): Promise<void>;
  hideModel(id: string, hidden: boolean): Promise<void>;
  /** Targets of every alias, as parley.yaml has them. */
  aliases(): Readonly<Record<string, readonly string[]>>;
};

type EditDeps = { config: ConfigFile; keychain: Keychain; onChange: () => void };

export function createBackendEdits(deps: EditDeps): BackendEdits {
  const { config } = deps;
  const removed = new Map<string, RemovedBackend>();
  return {
    async removeBackend(name) {
      // An edit may run again, on newer content: what the last run took out counts.
      let taken: RemovedBackend | undefined;
      await config.update(document => {
        taken = takeBackend(document, name);
      });
      if (taken) removed.set(name, taken);
    },
    async restoreBackend(name) {
      const taken = removed.get(name);
      if (!taken) throw new AppError('not_found', `${name} cannot be brought back any more; add it anew.`);
      await config.update(document => putBackBackend(document, name, taken));
      removed.delete(name);
    },
    async updateBackend(name, { enabled, url }) {
      // Switched on is what a backend is without a word.
      const patch = { enabled: enabled === true ? null : enabled, url };
      await config.update(document => updateBackend(document, name, dropUndefined(patch)));
    },
    async duplicateBackend(name, copy) {
      await config.update(document => duplicateBackend(document, name, copy));
    },
    async reorderBackends(names) {
      await config.update(document => reorderBackends(document, names));
    },
    async enableType(type, enabled) {
      const names = config.current().llm.backends.filter(line => line.type === type);
      await config.update(document => {
        for (const { name } of names) updateBackend(document, name, { enabled: enabled ? null : false });
      });
    },
    ...keyEdits(deps),
    async saveAlias(alias) {
      await config.update(document => setAlias(document, alias));
    },
    async removeAlias(name) {
      await config.update(document => removeAlias(document, name));
    },
    async hideModel(id, hidden) {
      await config.update(document => setHidden(document, id, hidden));
    },
    aliases: () => config.current().llm.aliases,
  };
}

type KeyEdits = Pick<BackendEdits, 'saveKey' | 'addKey' | 'addReference' | 'removeKey'>;

function keyEdits({ config, keychain, onChange }: EditDeps): KeyEdits {
  const linesNow = (): readonly BackendConfig[] => config.current().llm.backends;
  return {
    async saveKey(name, key) {
      const line = requireLine(linesNow(), name);
      const account = accountOfBackend(name);
      const reference = `keychain:${account}`;
      await keychain.set(account, key);
      await config.update(document => {
        if (!Array.isArray(line.api_key)) return setBackendKey(document, name, reference);
        if (!readKeys(document, name).includes(reference)) addBackendKey(document, name, reference);
      });
      onChange();
    },
    async addKey(name, key, where) {
      requireLine(linesNow(), name);
      if (where === 'settings') checkLiteral(key);
      const value = where === 'settings' ? key : `keychain:${freeAccount(name, linesNow())}`;
      if (where === 'keychain') await keychain.set(value.slice('keychain:'.length), key);
      await config.update(document => addBackendKey(document, name, value));
      onChange();
    },
    async addReference(name, reference) {
      const parsed = parseKeyValue(reference, 'settings');
      if (parsed.type === 'literal' || parsed.type === 'nothing') {
        throw new AppError(
          'invalid_request',
          'This names no place of a key. Write env:NAME or keychain:ACCOUNT.',
        );
      }
      await config.update(document => addBackendKey(document, name, reference));
    },
    async removeKey(name, place) {
      let value = '';
      await config.update(document => {
        value = removeBackendKey(document, name, place);
      });
      const account = value.startsWith('keychain:') ? value.slice('keychain:'.length).trim() : '';
      const isUsed = linesNow().some(line => keysOf(line).includes(value));
      // Reported to nobody: the key is out of use, and a keychain that cannot be asked keeps it to itself.
      if (isOwnAccount(account, name) && !isUsed) await keychain.remove(account).catch(() => false);
      onChange();
    },
  };
}

function requireLine(lines: readonly BackendConfig[], name: string): BackendConfig {
  const line = lines.find(each => each.name === name);
  if (line) return line;
  throw new AppError(
    'unknown_backend',
    `There is no backend named "${name}" in parley.yaml. Add it first, then its key.`,
  );
}

/** A key that reads like a reference would be one. */
function checkLiteral(key: string): void {
  if (parseKeyValue(key, 'settings').type === 'literal') return;
  throw new AppError(
    'invalid_request',
    'This is a reference, not a key. Add it as env:NAME or keychain:ACCOUNT.',
  );
}

/** No backend has `#` in its name, so the accounts of two never meet. */
function freeAccount(name: string, lines: readonly BackendConfig[]): string {
  const used = new Set(lines.flatMap(keysOf));
  const first = accountOfBackend(name);
  if (!used.has(`keychain:${first}`)) return first;
  let number = 2;
  while (used.has(`keychain:${first}#${String(number)}`)) number += 1;
  return `${first}#${String(number)}`;
}

function isOwnAccount(account: string, name: string): boolean {
  const own = accountOfBackend(name);
  return account === own || account.startsWith(`${own}#`);
}

function keysOf({ api_key: key }: BackendConfig): string[] {
  return Array.isArray(key) ? key : key === undefined ? [] : [key];
}

function dropUndefined<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  // Safe: what is left of the fields is not undefined.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
