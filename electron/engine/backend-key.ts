import { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { BackendDeps, BackendLine } from './backend-registry.ts';
import { resolveKey } from './keys/resolve-key.ts';
import type { KeySources, KeyTierValues, ResolvedKey } from './keys/resolve-key.ts';
import type { LoadedScript } from './lua/script-host.ts';
import type { ProviderDescription } from './provider-description.ts';
import { checkKeyNames } from './script-grants.ts';
import type { ScriptGrants } from './script-grants.ts';

export type KeyAsked = {
  line: BackendLine;
  description: ProviderDescription;
  script: LoadedScript;
  /** null: a script shipped with the app, which may name what it declares. */
  grants: ScriptGrants | null;
  callKey?: Json | undefined;
  /** Which of several keys in the settings; the first that can be had where nobody says. */
  keyIndex?: number | undefined;
};

/** The key of the first tier that says something; null where the provider wants none and none is set. */
export async function resolveBackendKey(asked: KeyAsked, deps: BackendDeps): Promise<ResolvedKey | null> {
  const { api_key: keys } = asked.line;
  if (asked.keyIndex !== undefined || !Array.isArray(keys)) return resolveOne(asked, deps);
  for (let keyIndex = 0; keyIndex < keys.length - 1; keyIndex += 1) {
    try {
      return await resolveOne({ ...asked, keyIndex }, deps);
    } catch {
      // The last one's error is told.
    }
  }
  return resolveOne({ ...asked, keyIndex: keys.length - 1 }, deps);
}

async function resolveOne(asked: KeyAsked, deps: BackendDeps): Promise<ResolvedKey | null> {
  const { line, description, callKey, keyIndex } = asked;
  const script = scriptTier(asked);
  const tiers: KeyTierValues = {
    call: callKey,
    settings: keyAt(line, keyIndex),
    ...(script === undefined ? {} : { script }),
    checkScript: value => checkScriptKey(value, asked),
  };
  try {
    return await resolveKey(tiers, keySources(line, deps));
  } catch (error) {
    const isUnset = !callKey && !line.api_key && script === undefined;
    const needsNone = description.auth.type === 'none' || description.keyOptional;
    if (needsNone && isUnset && error instanceof AppError && error.code === 'no_api_key') return null;
    throw error;
  }
}

/** What `config.api_key` holds while the script's table is built; a key that cannot be had is reported by the call. */
export async function settingsKey(line: BackendLine, deps: BackendDeps): Promise<string> {
  return (await findSettingsKey(line, deps)) ?? '';
}

/** "" where there is none; undefined where that cannot be told at the moment. */
export async function findSettingsKey(line: BackendLine, deps: BackendDeps): Promise<string | undefined> {
  const settings = keyAt(line);
  if (settings === undefined) return '';
  try {
    return (await resolveKey({ settings }, keySources(line, deps))).key;
  } catch (error) {
    return error instanceof AppError && error.code === 'keychain_unavailable' ? undefined : '';
  }
}

/** Whether the key of the settings may become another one while the settings stay the same: the keychain is the person's. */
export function mayKeyChange(line: BackendLine): boolean {
  return keyAt(line)?.trim().startsWith('keychain:') === true;
}

function keyAt({ api_key: key }: BackendLine, index = 0): string | undefined {
  return Array.isArray(key) ? (key[index] ?? key[0]) : key;
}

function scriptTier({ description, script }: KeyAsked): KeyTierValues['script'] {
  const own = description.key;
  if (own === null) return undefined;
  if (own.type === 'value') return own.value;
  return async () => (await script.call(own.hook, []))[0] ?? null;
}

function checkScriptKey(value: Json, { description, grants, line }: KeyAsked): void {
  if (!grants) return;
  const isFunction = description.key?.type === 'function';
  checkKeyNames(value, { grants, type: line.type, backend: line.name, isFunction });
}

function keySources(line: BackendLine, { env, keychain }: BackendDeps): KeySources {
  return { env, keychain, backend: line.name };
}
