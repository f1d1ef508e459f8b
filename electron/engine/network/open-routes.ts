import { AppError } from '../../contract/errors.ts';
import type * as ProxyOutlets from './open-outlets.ts';
import { openWires } from './open-wires.ts';
import type { Outlet } from './outlet.ts';
import type { Proxy, ProxyLabel } from './proxy.ts';
import type { ResolvedNetwork } from './resolve-network.ts';
import type { Trust } from './trust.ts';
import { trustAlso } from './trusted-roots.ts';

/** How requests to one origin go: by an outlet, through a proxy or not; or what is in the way of all of them. */
export type Route = { outlet: Outlet; via: ProxyLabel | null } | { problem: AppError };

/** Loaded where they are needed: undici, which they are made of, takes a sixth of an idle Parley's memory. */
export type ProxyWays = typeof ProxyOutlets;

export type OpenRoutes = {
  find(origin: string): Route;
  /** Takes nothing new, and ends when what runs has ended. */
  close(): Promise<void>;
  destroy(): Promise<void>;
};

const mostRemembered = 1000;

/** `byProxy` has to be there where `needsProxies` says so. */
export function openRoutes(
  network: ResolvedNetwork,
  ownOrigins: readonly string[],
  byProxy: ProxyWays | undefined,
): OpenRoutes {
  const { proxies, certificates } = network;
  const trust: Trust =
    certificates instanceof AppError || certificates.length === 0
      ? {}
      : { secureContext: trustAlso(certificates) };
  const outlets = new Map<string, Outlet>();
  const open = (name: string, make: () => Outlet): Outlet => {
    const outlet = outlets.get(name) ?? make();
    outlets.set(name, outlet);
    return outlet;
  };
  const direct: Route = { outlet: open('direct', () => openWires(trust)), via: null };
  const findAnew = (origin: string): Route => {
    const way = chooseWay(network, ownOrigins, origin);
    if (way === null) return direct;
    if ('problem' in way) return way;
    const { proxy, isForward } = way;
    if (!byProxy) return { problem: new AppError('internal', 'The ways through proxies were not loaded.') };
    const { openForward, openTunnel } = byProxy;
    const name = JSON.stringify([proxy, isForward]);
    const outlet = open(name, () => (isForward ? openForward(proxy, trust) : openTunnel(proxy, trust)));
    return { outlet, via: { name: proxy.name, source: proxy.source } };
  };
  // The usual case costs nothing.
  const isPlain = proxies.http === null && proxies.https === null && !(certificates instanceof AppError);
  const known = new Map<string, Route>();
  return {
    find(origin) {
      if (isPlain) return direct;
      let route = known.get(origin);
      if (route === undefined) {
        route = findAnew(origin);
        if (known.size >= mostRemembered) known.clear();
        known.set(origin, route);
      }
      return route;
    },
    close: () => endAll(outlets, outlet => outlet.close()),
    destroy: () => endAll(outlets, outlet => outlet.destroy()),
  };
}

export function needsProxies({ proxies }: ResolvedNetwork): boolean {
  return [proxies.http, proxies.https].some(proxy => proxy !== null && !(proxy instanceof AppError));
}

type Way = { proxy: Proxy; isForward: boolean } | { problem: AppError } | null;

/** null is the direct way. */
function chooseWay(network: ResolvedNetwork, ownOrigins: readonly string[], origin: string): Way {
  const { protocol, hostname, port } = new URL(origin);
  if (ownOrigins.includes(origin)) return null;
  const { proxies, certificates, isDirect } = network;
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const portNumber = port === '' ? { http: 80, https: 443 }[scheme] : Number(port);
  const proxy = isDirect(host, portNumber) ? null : proxies[scheme];
  if (proxy instanceof AppError) return { problem: proxy };
  // Never without the check that was asked for.
  if (certificates instanceof AppError && (scheme === 'https' || proxy?.scheme === 'https'))
    return { problem: certificates };
  if (proxy === null) return null;
  return { proxy, isForward: scheme === 'http' && (proxy.scheme === 'http' || proxy.scheme === 'https') };
}

async function endAll(
  outlets: ReadonlyMap<string, Outlet>,
  end: (outlet: Outlet) => Promise<void>,
): Promise<void> {
  await Promise.allSettled([...outlets.values()].map(end));
}
