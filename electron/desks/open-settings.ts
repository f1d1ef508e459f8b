import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { BackupDesk } from '../api/backup-handlers.ts';
import type { SettingsDesk } from '../api/settings-handlers.ts';
import { isErasing, wishErase } from '../backup/erase-data.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { setNetwork } from '../config/edit-config.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { nameProxy, readProxyAddress } from '../contract/network.ts';
import type { NetworkConfig } from '../contract/network.ts';
import type { ApiOutput, ApiParsedInput } from '../contract/api.ts';
import { fetchText } from '../engine/fetch-text.ts';
import type { Keychain } from '../engine/keys/keychain.ts';
import type { Network } from '../engine/network/create-network.ts';
import { createTransport } from '../engine/transport.ts';
import { openBackups } from './open-backups.ts';
import type { BackupParts } from './open-backups.ts';

type SettingsParts = {
  dataDir: string;
  config: ConfigFile;
  keychain: Pick<Keychain, 'set'>;
  network: Network;
};

/** What keeps the data safe: settings of the way out, what is stored, snapshots. */
export function openSafetyDesks(parts: SettingsParts & BackupParts): {
  settings: SettingsDesk;
  backups: BackupDesk;
} {
  return { settings: openSettings(parts), backups: openBackups(parts) };
}

export function openSettings({ dataDir, config, keychain, network }: SettingsParts): SettingsDesk {
  return {
    network: () => describeNetwork(config.current().network),
    async setNetwork(wish) {
      const before = config.current().network;
      if (typeof wish.password === 'string') await keychain.set(proxyAccount, wish.password);
      await config.update(document => setNetwork(document, patchOf(wish, before)));
    },
    testHost: host => testHost(host, network),
    stored: async () => ({
      places: await measure(dataDir),
      keep_bodies: config.current().gateway.inspector.keep_bodies,
      keep_days: config.current().gateway.inspector.keep_days,
      erase_next: isErasing(dataDir),
    }),
    erase: wanted => wishErase(dataDir, wanted),
  };
}

/** Where the page puts the proxy's password: docs/network.md names the same. */
const proxyAccount = 'proxy';

function describeNetwork(network: NetworkConfig): ApiOutput<'network.get'> {
  const { proxy, proxy_password: password, no_proxy, ca_file } = network;
  const shared = { no_proxy, ca_file: ca_file ?? null };
  if (proxy === 'env' || proxy === 'none')
    return { mode: proxy, address: '', user: '', has_password: false, ...shared };
  const read = readProxyAddress(proxy);
  // The settings were checked when they were read.
  if (read.type === 'bad') return { mode: 'env', address: '', user: '', has_password: false, ...shared };
  const hasPassword = password !== undefined || read.address.password !== '';
  const { user } = read.address;
  return { mode: 'address', address: nameProxy(read.address), user, has_password: hasPassword, ...shared };
}

type NetworkPatch = Parameters<typeof setNetwork>[1];

/** A password that is there stays as it is written, wherever it stands, as long as nobody typed another one. */
function patchOf(wish: ApiParsedInput<'network.set'>, before: NetworkConfig): NetworkPatch {
  const shared = {
    no_proxy: wish.no_proxy.length === 0 && before.no_proxy.length === 0 ? undefined : wish.no_proxy,
    ca_file: wish.ca_file,
  };
  if (wish.mode !== 'address') return { ...shared, proxy: wish.mode, proxy_password: null };
  const read = readProxyAddress(wish.address);
  if (read.type === 'bad') throw new AppError('invalid_request', `${read.why}.`);
  const old = readProxyAddress(before.proxy);
  const inAddress = old.type === 'good' ? old.address.password : '';
  const kept = wish.password === undefined && wish.user !== '' ? inAddress : '';
  const login = wish.user === '' ? '' : `${encode(wish.user)}${kept === '' ? '' : `:${encode(kept)}`}@`;
  const bare = nameProxy(read.address);
  return { ...shared, proxy: bare.replace('://', `://${login}`), proxy_password: passwordOf(wish) };
}

function passwordOf({ password, user }: ApiParsedInput<'network.set'>): string | null | undefined {
  if (user === '' || password === null) return null;
  return password === undefined ? undefined : `keychain:${proxyAccount}`;
}

/** The name of a variable stays readable. */
function encode(text: string): string {
  return /^\$\{\w+\}$/.test(text) ? text : encodeURIComponent(text);
}

const testTimeoutMs = 15_000;

async function testHost(host: string, network: Network): Promise<ApiOutput<'network.test'>> {
  const text = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  if (!URL.canParse(text)) {
    throw new AppError('invalid_request', `"${host}" is no host. Write it like api.example.com.`);
  }
  const { origin } = new URL(text);
  const url = `${origin}/`;
  const proxy = await network.proxyOf(url).catch(() => null);
  const begin = performance.now();
  const signal = AbortSignal.timeout(testTimeoutMs);
  const request = { backend: origin, method: 'GET', url, headers: {}, timeout_ms: testTimeoutMs } as const;
  const latency = (): number => Math.round(performance.now() - begin);
  try {
    const { status } = await fetchText(createTransport(network), request, { signal, max_bytes: 1_000_000 });
    return { url, proxy, http_status: status, latency_ms: latency(), error: null };
  } catch (error) {
    const told = toAppError(error);
    // It answered, with more than anybody needs to see.
    if (told.code === 'upstream_not_json')
      return { url, proxy, http_status: 200, latency_ms: latency(), error: null };
    return { url, proxy, http_status: null, latency_ms: latency(), error: told.message };
  }
}

const places = [
  { what: 'database', names: ['parley.db', 'parley.db-wal', 'parley.db-shm'] },
  { what: 'settings', names: ['parley.yaml'] },
  { what: 'scripts', names: ['providers'] },
  { what: 'snapshots', names: ['backups'] },
  { what: 'logs', names: ['logs'] },
  { what: 'bodies', names: ['inspector'] },
  { what: 'window', names: ['desktop', 'window-state.json'] },
] as const;

async function measure(dataDir: string): Promise<ApiOutput<'privacy.get'>['places']> {
  return Promise.all(
    places.map(async ({ what, names }) => {
      const sizes = await Promise.all(names.map(name => sizeOf(join(dataDir, name))));
      return { what, path: join(dataDir, names[0]), bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
}

/** 0 for what is not there, or goes meanwhile. */
async function sizeOf(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return info.size;
    const names = await readdir(path);
    const sizes = await Promise.all(names.map(name => sizeOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
