import { isAbsolute, join } from 'node:path';
import { homedir } from 'node:os';

import { isLoopback } from '../../contract/config.ts';
import { AppError, toAppError } from '../../contract/errors.ts';
import { nameProxy, readProxyAddress } from '../../contract/network.ts';
import type { NetworkConfig } from '../../contract/network.ts';
import { createBypass } from './bypass.ts';
import type { Bypass } from './bypass.ts';
import type { Proxy } from './proxy.ts';
import { readEnvironment } from './read-environment.ts';
import type { NamedAddress } from './read-environment.ts';
import { resolvePassword } from './resolve-password.ts';
import type { PasswordSources } from './resolve-password.ts';
import { readCertificates } from './trusted-roots.ts';

/** The settings with all they name looked up; what could not be is the error of whatever would need it. */
export type ResolvedNetwork = {
  /** By the scheme of what is asked for; null is the direct way. */
  proxies: Record<'http' | 'https', Proxy | AppError | null>;
  /** What goes the direct way all the same, and what that follows from. */
  isDirect: Bypass;
  direct: readonly string[];
  certificates: readonly string[] | AppError;
};

export type NetworkSources = PasswordSources & {
  /** The folder of parley.yaml. */
  dataDir: string;
};

export async function resolveNetwork(
  settings: NetworkConfig,
  sources: NetworkSources,
): Promise<ResolvedNetwork> {
  const { ca_file: caFile } = settings;
  const [ways, certificates] = await Promise.all([
    resolveProxies(settings, sources),
    caFile === undefined ? [] : readCertificates(placeOf(caFile, sources.dataDir)).catch(toAppError),
  ]);
  return { ...ways, certificates };
}

async function resolveProxies(
  settings: NetworkConfig,
  sources: NetworkSources,
): Promise<Omit<ResolvedNetwork, 'certificates'>> {
  switch (settings.proxy) {
    case 'none':
      return { proxies: { http: null, https: null }, isDirect: () => true, direct: ['*'] };
    case 'env': {
      const { http, https, noProxy } = readEnvironment(sources.env);
      const direct = [...noProxy, ...settings.no_proxy];
      const isBypassed = createBypass(direct);
      return {
        proxies: { http: readNamed(http), https: readNamed(https) },
        // A variable is meant for the world outside; models of this machine would be out of reach.
        isDirect: (host, port) => isLoopback(host) || host.endsWith('.localhost') || isBypassed(host, port),
        direct,
      };
    }
    default: {
      const proxy = await resolveOwn(settings, sources).catch(toAppError);
      const direct = settings.no_proxy;
      return { proxies: { http: proxy, https: proxy }, isDirect: createBypass(direct), direct };
    }
  }
}

function readNamed(named: NamedAddress | undefined): Proxy | AppError | null {
  if (named === undefined) return null;
  const { source, text } = named;
  const read = readProxyAddress(text);
  if (read.type === 'good') return { ...read.address, name: nameProxy(read.address), source };
  return new AppError(
    'proxy_error',
    `The environment variable ${source} names no proxy: ${read.why}. Mend it, or set network: { proxy: none } in parley.yaml.`,
  );
}

async function resolveOwn(settings: NetworkConfig, sources: PasswordSources): Promise<Proxy> {
  const read = readProxyAddress(settings.proxy);
  if (read.type === 'bad') throw new AppError('config_invalid', `network.proxy: ${read.why}.`);
  const [user, password] = await Promise.all([
    resolvePassword(read.address.user, sources),
    resolvePassword(settings.proxy_password ?? read.address.password, sources),
  ]);
  return { ...read.address, user, password, name: nameProxy(read.address), source: 'network.proxy' };
}

function placeOf(file: string, dataDir: string): string {
  if (/^~[/\\]/.test(file)) return join(homedir(), file.slice(2));
  return isAbsolute(file) ? file : join(dataDir, file);
}
