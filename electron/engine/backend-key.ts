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
};

/** The key of the first tier that says something; null where the provider wants none and none is set. */
export async function resolveBackendKey(asked: KeyAsked, deps: BackendDeps): Promise<ResolvedKey | null> {
  const { line, description, callKey } = asked;
  const script = scriptTier(asked);
  const tiers: KeyTierValues = {
    call: callKey,
    settings: line.api_key,
    ...(script === undefined ? {} : { script }),
  };
  try {
    return await resolveKey(tiers, keySources(line, deps));
  } catch (error) {
    const isUnset = !callKey && !line.api_key && script === undefined;
    const wantsNone = description.auth.type === 'none';
    if (wantsNone && isUnset && error instanceof AppError && error.code === 'no_api_key') return null;
    throw error;
  }
}

/** What `config.api_key` holds while the script's table is built; a key that cannot be had is reported by the call. */
export async function settingsKey(line: BackendLine, deps: BackendDeps): Promise<string> {
  if (line.api_key === undefined) return '';
  try {
    return (await resolveKey({ settings: line.api_key }, keySources(line, deps))).key;
  } catch {
    return '';
  }
}

function scriptTier({ description, script, grants, line }: KeyAsked): KeyTierValues['script'] {
  const own = description.key;
  if (own === null) return undefined;
  if (own.type === 'value') return own.value;
  return async () => {
    const [value = null] = await script.call(own.hook, []);
    if (grants) checkKeyNames(value, grants, line.name);
    return value;
  };
}

function keySources(line: BackendLine, { env, keychain }: BackendDeps): KeySources {
  return { env, keychain, backend: line.name };
}
