import type { GatewayConfig } from '../contract/config.ts';
import type { Route } from './routes.ts';

/** What a head that was let in asks for. */
export type AdmittedHead = { route: Route; key: string | undefined };

export type AdmittedHeads = {
  /** `kind` is that of a PlainRequest. */
  find(kind: object): AdmittedHead | undefined;
  add(kind: object, head: AdmittedHead): void;
};

/**
 * A tool sends the same head again and again over one connection, but for the length: what follows from the rest of it, and from the
 * settings, is found once.
 * `host` is the one the gateway was told to listen on.
 */
export function createAdmittedHeads(
  config: () => GatewayConfig,
  host: () => string | undefined,
): AdmittedHeads {
  let heads = new WeakMap<object, AdmittedHead>();
  let foundBy = { config: config(), host: host() };
  return {
    find(kind) {
      if (foundBy.config !== config() || foundBy.host !== host()) {
        heads = new WeakMap();
        foundBy = { config: config(), host: host() };
      }
      return heads.get(kind);
    },
    add: (kind, head) => void heads.set(kind, head),
  };
}
