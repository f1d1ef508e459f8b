import type { IncomingHttpHeaders } from 'node:http';

import type { GatewayConfig } from '../contract/config.ts';
import type { Route } from './routes.ts';

/** What a head that was let in asks for. */
export type AdmittedHead = { route: Route; key: string | undefined };

export type AdmittedHeads = {
  /** `headers` are those of a request that may come again as the same object. */
  find(headers: IncomingHttpHeaders): AdmittedHead | undefined;
  add(headers: IncomingHttpHeaders, head: AdmittedHead): void;
};

/**
 * A tool sends the same head again and again over one connection: what follows from it alone, and from the settings, is found once.
 * `host` is the one the gateway was told to listen on.
 */
export function createAdmittedHeads(
  config: () => GatewayConfig,
  host: () => string | undefined,
): AdmittedHeads {
  let heads = new WeakMap<IncomingHttpHeaders, AdmittedHead>();
  let foundBy = { config: config(), host: host() };
  return {
    find(headers) {
      if (foundBy.config !== config() || foundBy.host !== host()) {
        heads = new WeakMap();
        foundBy = { config: config(), host: host() };
      }
      return heads.get(headers);
    },
    add: (headers, head) => void heads.set(headers, head),
  };
}
