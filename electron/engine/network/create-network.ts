import { isDeepStrictEqual } from 'node:util';

import { AppError } from '../../contract/errors.ts';
import type { NetworkConfig } from '../../contract/network.ts';
import { needsProxies, openRoutes } from './open-routes.ts';
import type { OpenRoutes, ProxyWays, Route } from './open-routes.ts';
import { resolveNetwork } from './resolve-network.ts';
import type { NetworkSources, ResolvedNetwork } from './resolve-network.ts';

/** The ways to upstreams, as the settings are now. */
export type Network = {
  /** Undefined while the settings are being looked up; ask again once it is `ready`. */
  routeTo(origin: string): Route | undefined;
  ready(): Promise<void>;
  /** The proxy an address is reached through, without user and password; null for none. */
  proxyOf(url: string): Promise<string | null>;
  /** Settings changed: what begins from now on goes the new way, what runs ends in its own. */
  reload(): void;
  /** Breaks off what runs. */
  close(): Promise<void>;
};

export type NetworkOptions = NetworkSources & {
  settings(): NetworkConfig;
  /** Origins that never go through a proxy: servers of our own. */
  ownOrigins?: readonly string[];
  /** Told once of what is wrong with the settings. It must not throw. */
  onProblem?: (error: AppError) => void;
};

/** The network without any settings: the direct way. */
export const plainNetwork: NetworkOptions = {
  settings: () => ({ proxy: 'none', no_proxy: [] }),
  env: {},
  keychain: { get: () => Promise.resolve(undefined) },
  dataDir: '.',
};

/** What was wrong may have passed, as a keychain that was locked; in milliseconds. */
const retryAfterMs = 2_000;

type Known = { settings: NetworkConfig; plain: unknown; routes: OpenRoutes; problems: AppError[] };

export function createNetwork(options: NetworkOptions): Network {
  const open = new Set<OpenRoutes>();
  let known: Known | undefined;
  let isLooking = false;
  let looking: Promise<void> = Promise.resolve();
  let retryAt = Infinity;
  let looks = 0;

  const look = (): void => {
    const settings = options.settings();
    looks += 1;
    const number = looks;
    looking = resolveNetwork(settings, options).then(async found => {
      const byProxy = needsProxies(found) ? await import('./open-outlets.ts') : undefined;
      // A later look decides.
      if (number !== looks) return looking;
      known = take(found, settings, byProxy);
      retryAt = known.problems.length === 0 ? Infinity : performance.now() + retryAfterMs;
      isLooking = false;
    });
    // Told to whoever waits for it.
    looking.catch(() => undefined);
  };
  const take = (found: ResolvedNetwork, settings: NetworkConfig, byProxy?: ProxyWays): Known => {
    const plain = toPlain(found);
    // Connections are kept where nothing differs, as after a changed alias.
    if (known && isDeepStrictEqual(plain, known.plain)) return { ...known, settings };
    const last = known?.routes;
    const routes = openRoutes(found, options.ownOrigins ?? [], byProxy);
    const problems = findProblems(found);
    open.add(routes);
    if (last) void last.close().then(() => open.delete(last));
    for (const problem of problems) options.onProblem?.(problem);
    return { settings, plain, routes, problems };
  };

  isLooking = true;
  look();
  return {
    routeTo(origin) {
      if (isLooking || !known) return undefined;
      if (retryAt !== Infinity && performance.now() >= retryAt) {
        isLooking = true;
        look();
        return undefined;
      }
      return known.routes.find(origin);
    },
    ready: () => looking,
    async proxyOf(url) {
      await looking;
      const route = known?.routes.find(new URL(url).origin);
      return route && 'outlet' in route ? (route.via?.name ?? null) : null;
    },
    reload() {
      // With the same settings only what they name may differ: a file, a secret. Nobody has to wait for that.
      if (!isDeepStrictEqual(options.settings(), known?.settings)) isLooking = true;
      look();
    },
    async close() {
      await Promise.all([...open].map(routes => routes.destroy()));
    },
  };
}

/** What two states of the network are compared by; functions follow from the settings. */
function toPlain({ proxies, certificates, direct }: ResolvedNetwork): unknown {
  const plain = (value: unknown): unknown => (value instanceof AppError ? value.message : value);
  return [plain(proxies.http), plain(proxies.https), plain(certificates), direct];
}

function findProblems({ proxies, certificates }: ResolvedNetwork): AppError[] {
  const values: unknown[] = [proxies.http, proxies.https, certificates];
  const errors = values.filter(value => value instanceof AppError);
  return errors.filter(
    (error, index) => errors.findIndex(({ message }) => message === error.message) === index,
  );
}
