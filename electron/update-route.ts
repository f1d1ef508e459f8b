import { AppError } from './contract/errors.ts';
import type { NetworkConfig } from './contract/network.ts';
import { resolveNetwork } from './engine/network/resolve-network.ts';
import type { NetworkSources, ResolvedNetwork } from './engine/network/resolve-network.ts';

type Proxies = ResolvedNetwork['proxies'];

/** The configured way out in Chromium's words: electron-updater goes through a session of its own. */
export type UpdateRoute = {
  proxy: { mode: 'direct' } | { mode: 'fixed_servers'; proxyRules: string; proxyBypassRules: string };
  /** What a proxy that asks is told, by its host and port; Chromium has none for SOCKS. */
  logins: ReadonlyMap<string, { user: string; password: string }>;
};

/** Throws what is wrong with the setting, or with what it names. */
export async function findUpdateRoute(
  settings: NetworkConfig,
  sources: NetworkSources,
): Promise<UpdateRoute> {
  const { proxies, direct } = await resolveNetwork(settings, sources);
  const logins = new Map<string, { user: string; password: string }>();
  const rules: string[] = [];
  for (const scheme of ['http', 'https'] as const) {
    const proxy = requireGood(proxies[scheme]);
    if (proxy === null) continue;
    const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
    // Both of Chromium's let the proxy find the hosts.
    const way = proxy.scheme === 'socks5h' ? 'socks5' : proxy.scheme;
    rules.push(`${scheme}=${way}://${host}:${String(proxy.port)}`);
    if (proxy.user !== '') logins.set(`${proxy.host}:${String(proxy.port)}`, proxy);
  }
  if (rules.length === 0 || direct.includes('*')) return { proxy: { mode: 'direct' }, logins };
  // Of itself Chromium leaves this machine out; upstreams do so only where the address comes from the environment.
  const own = settings.proxy === 'env' ? [] : ['<-loopback>'];
  const proxyBypassRules = [...own, ...direct.flatMap(toChromium)].join(',');
  return { proxy: { mode: 'fixed_servers', proxyRules: rules.join(';'), proxyBypassRules }, logins };
}

function requireGood(proxy: Proxies['http']): Exclude<Proxies['http'], AppError> {
  if (proxy instanceof AppError) throw proxy;
  return proxy;
}

/** A domain is all below it, too; to Chromium it is that one host. */
function toChromium(entry: string): string[] {
  const name = entry.replace(/^\*?\./, '');
  const isDomain = /[a-z]/i.test(name) && !/[/[]/.test(name);
  return isDomain ? [name, `.${name}`] : [entry];
}
