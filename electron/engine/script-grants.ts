import { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import { parseKeyValue } from './keys/parse-key-value.ts';

/** What a script may reach or read beyond the origin of its base_url and its own backend's key. */
export type ScriptGrants = {
  /** `host` or `host:port`. */
  hosts: readonly string[];
  /** Environment variables its own tier of the key may name. */
  env: readonly string[];
  /** Keychain accounts, likewise. */
  keychain: readonly string[];
};

export const noGrants: ScriptGrants = { hosts: [], env: [], keychain: [] };

/** Where requests made for a script may go; `origins` grows when its base_url is known. */
export type Reach = { origins: Set<string>; hosts: ReadonlySet<string> };

/** Throws host_not_granted naming the host a script reached for without being allowed to. */
export function checkReach(url: string, reach: Reach, backend: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new AppError(
      'script_result',
      `The script of ${backend} asked for an address that is not http:// or https://.`,
    );
  }
  if (reach.origins.has(parsed.origin) || reach.hosts.has(parsed.host)) return;
  throw new AppError(
    'host_not_granted',
    `The script of ${backend} wants to reach ${parsed.host}, which it has not been granted. ` +
      `If it should: parley providers grant ${backend} ${parsed.host}`,
  );
}

/** Environment variables and keychain accounts a key value names. Values that are no key value name nothing. */
export function namesInKeyValue(value: Json): { env: string[]; keychain: string[] } {
  try {
    const parsed = parseKeyValue(value, 'script');
    switch (parsed.type) {
      case 'env':
        return { env: parsed.parts.flatMap(part => (part.type === 'env' ? [part.name] : [])), keychain: [] };
      case 'keychain':
        return { env: [], keychain: [parsed.account] };
      case 'literal':
      case 'nothing':
        return { env: [], keychain: [] };
    }
  } catch {
    return { env: [], keychain: [] };
  }
}

/** Throws script_refused where a key that a script's function came up with names what it was not granted. */
export function checkKeyNames(value: Json, grants: ScriptGrants, backend: string): void {
  const { env, keychain } = namesInKeyValue(value);
  const refused =
    env.find(name => !grants.env.includes(name)) ??
    keychain.find(account => !grants.keychain.includes(account));
  if (refused === undefined) return;
  const kind = env.includes(refused) ? 'env' : 'keychain';
  throw new AppError(
    'script_refused',
    `The script of ${backend} asks for ${kind === 'env' ? 'the environment variable' : 'the keychain account'} ${refused}, ` +
      `which it has not been granted. If it should: parley providers grant ${backend} ${kind}:${refused}`,
  );
}
