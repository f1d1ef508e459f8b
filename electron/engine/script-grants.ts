import { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import { parseKeyValue } from './keys/parse-key-value.ts';

/** What a script may reach or read beyond its backend's url and its backend's key. */
export type ScriptGrants = {
  /** `host` or `host:port`. */
  hosts: readonly string[];
  /** Environment variables its own tier of the key may name. */
  env: readonly string[];
  /** Keychain accounts, likewise. */
  keychain: readonly string[];
  /**
   * Whether a person has read this very source and agreed to what it asks for: then that is all it gets. One that was only
   * put into the folder also gets the origin of its base_url and what its api_key names.
   */
  reviewed?: boolean;
};

export const noGrants: ScriptGrants = { hosts: [], env: [], keychain: [] };

/** Where requests made for a script may go; `origins` grows when its base_url is known. */
export type Reach = {
  /** The provider's type; null for one shipped with the app, to which nothing can be granted. */
  type: string | null;
  origins: Set<string>;
  hosts: ReadonlySet<string>;
};

/** A host as grants have it: `api.example.com`, with a port where it is not the usual one; a whole address is taken, too. */
export function readHost(text: string): string | undefined {
  const isAddress = text.includes('://');
  const url = isAddress ? text : `https://${text}`;
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '/' };
  // Hosts are granted one by one: `*.example.com` would look like all of them.
  return /^[\w.:[\]-]+$/.test(host) && (isAddress || pathname === '/') ? host : undefined;
}

/** Addresses at which cloud machines tell whoever asks their credentials; no model answers there. */
export function isMetadataHost(host: string): boolean {
  return /^(?:169\.254\.|100\.100\.100\.200|\[fe80:|\[fd00:ec2::254\]|metadata(?:\.google\.internal)?$)/i.test(
    host,
  );
}

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
    `The script of ${backend} wants to reach ${parsed.host}, which it has not been granted.${adviseGrant(reach.type, parsed.host)}`,
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

/** Keychain account under which the app keeps the key of a backend. */
export function accountOfBackend(backend: string): string {
  return `backend-${backend}`;
}

/** Throws script_refused where the script's own tier of the key names what it was not granted. */
export function checkKeyNames(
  value: Json,
  asking: { grants: ScriptGrants; type: string; backend: string; isFunction: boolean },
): void {
  const { grants, type, backend, isFunction } = asking;
  const { env, keychain } = namesInKeyValue(value);
  const needsGrant = isFunction || grants.reviewed === true;
  const isOthers = (account: string): boolean =>
    account.startsWith(accountOfBackend('')) && account !== accountOfBackend(backend);
  const variable = env.find(name => needsGrant && !grants.env.includes(name));
  const account = keychain.find(name => (needsGrant || isOthers(name)) && !grants.keychain.includes(name));
  if (variable === undefined && account === undefined) return;
  const what =
    variable === undefined ? `the keychain account ${account ?? ''}` : `the environment variable ${variable}`;
  const grant = variable === undefined ? `keychain:${account ?? ''}` : `env:${variable}`;
  throw new AppError(
    'script_refused',
    `The script of ${backend} asks for ${what}, which it has not been granted.${adviseGrant(type, grant)}`,
  );
}

function adviseGrant(type: string | null, wanted: string): string {
  return type === null ? '' : ` If it should: parley providers grant ${type} ${wanted}`;
}
