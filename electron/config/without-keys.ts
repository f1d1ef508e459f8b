import { stringify } from 'yaml';

import type { Config, RawConfig } from '../contract/config.ts';
import { parseConfig } from './parse-config.ts';

/** A value that only says where a secret is: the environment, or the keychain. */
const reference = /^(?:env:[A-Za-z_]\w*|keychain:\S+|\$\{[A-Za-z_]\w*\})$/;

/**
 * The settings without anything that is, or may be, a secret: literal keys, passwords and headers. Comments go as well, as
 * people keep old keys in them. Undefined for a broken file.
 */
export function withoutKeys(text: string): string | undefined {
  const parsed = parseConfig(text, 'parley.yaml');
  if (parsed.type === 'bad') return undefined;
  const raw = (parsed.document.toJS() ?? {}) as RawConfig; // it was just checked against the schema
  const head = '# Exported by Parley without keys, passwords, headers and comments.\n';
  const clean = { ...raw, ...cleanBackends(raw), ...cleanNetwork(raw) };
  return Object.keys(clean).length === 0 ? head : `${head}${stringify(clean)}`;
}

/** Accounts of the keychain the settings name. */
export function keychainAccounts(config: Config): string[] {
  const values = [
    ...config.llm.backends.flatMap(({ api_key: key, headers }) =>
      [key ?? [], Object.values(headers ?? {})].flat(),
    ),
    config.network.proxy_password ?? '',
    config.network.proxy,
  ];
  const accounts = values.flatMap(value => /^(?:Bearer |Basic )?keychain:(\S+)$/.exec(value)?.[1] ?? []);
  return [...new Set(accounts)];
}

type RawBackend = NonNullable<NonNullable<RawConfig['llm']>['backends']>[number];

function cleanBackends({ llm }: RawConfig): Pick<RawConfig, 'llm'> {
  if (!llm?.backends) return llm ? { llm } : {};
  return { llm: { ...llm, backends: llm.backends.map(cleanBackend) } };
}

function cleanBackend(backend: RawBackend): RawBackend {
  const { api_key: key, headers, url, ...rest } = backend;
  const keys = (typeof key === 'string' ? [key] : (key ?? [])).filter(isReference);
  const [first] = keys;
  const named = Object.entries(headers ?? {}).filter(([, value]) => isReference(value));
  return {
    ...rest,
    ...(url === undefined ? {} : { url: cleanUrl(url) }),
    ...(first === undefined ? {} : { api_key: keys.length === 1 ? first : keys }),
    ...(named.length === 0 ? {} : { headers: Object.fromEntries(named) }),
  };
}

function cleanNetwork({ network }: RawConfig): Pick<RawConfig, 'network'> {
  if (!network) return {};
  const { proxy, proxy_password: password, ...rest } = network;
  return {
    network: {
      ...rest,
      ...(proxy === undefined ? {} : { proxy: cleanProxy(proxy, password) }),
      ...(password !== undefined && isReference(password) ? { proxy_password: password } : {}),
    },
  };
}

function isReference(value: string): boolean {
  return reference.test(value.replace(/^(?:Bearer|Basic) /, ''));
}

/** Some vendors take the key in the query, or as user and password. */
function cleanUrl(url: string): string {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  clean.search = '';
  clean.hash = '';
  return clean.href;
}

function cleanProxy(proxy: string, password: string | undefined): string {
  const parts = /^(?<scheme>(?:[^:/]+:\/\/)?)(?<login>.*)@(?<host>[^@]*)$/.exec(proxy)?.groups;
  if (!parts) return proxy;
  const { scheme = '', login = '', host = '' } = parts;
  const colon = login.indexOf(':');
  if (colon === -1 && password !== undefined) return proxy;
  return colon !== -1 && isReference(login.slice(colon + 1)) ? proxy : `${scheme}${host}`;
}
