import { homedir, hostname, networkInterfaces } from 'node:os';

import type { ConnectDesk } from '../api/connect-handlers.ts';
import type { ServerDesk } from '../api/server-handlers.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { setGateway } from '../config/edit-config.ts';
import { createConnectTools } from './connect-tools.ts';
import type { GatewayService } from '../gateway-service.ts';

type GatewayDesksDeps = {
  gateway: Pick<GatewayService, 'address' | 'follow'>;
  config: ConfigFile;
  homeDir?: string | undefined;
  platform?: string;
};

/** What the page does about the gateway itself, and about the tools that are to find it. */
export function openGatewayDesks(deps: GatewayDesksDeps): { connect: ConnectDesk; server: ServerDesk } {
  const { gateway, homeDir = homedir(), platform = process.platform } = deps;
  return {
    connect: createConnectTools({ homeDir, platform, gatewayUrl: () => gateway.address()?.url ?? null }),
    server: createServerDesk(deps),
  };
}

function createServerDesk({ gateway, config }: Pick<GatewayDesksDeps, 'gateway' | 'config'>): ServerDesk {
  const get: ServerDesk['get'] = () => {
    const { host, port, require_key, allowed_hosts, cors_origins } = config.current().gateway;
    const url = gateway.address()?.url ?? null;
    return { host, port, require_key, allowed_hosts, cors_origins, url, names: ownNames() };
  };
  return {
    get,
    async change(patch) {
      const { host, port, require_key, allowed_hosts, cors_origins } = config.current().gateway;
      await config.update(document => setGateway(document, withoutGaps(patch)));
      try {
        await gateway.follow();
      } catch (error) {
        // Whatever stands there at the next start has to work.
        const before = { host, port, require_key, allowed_hosts, cors_origins };
        const undo = Object.fromEntries(Object.entries(before).filter(([name]) => name in patch));
        await config.update(document => setGateway(document, undo));
        await gateway.follow();
        throw error;
      }
      return { ...get(), ui: gateway.address()?.ui ?? null };
    },
  };
}

/** What this machine may be asked by from elsewhere in its networks. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap(each => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  return [...new Set([hostname(), ...addresses])].filter(name => name !== '' && name !== 'localhost');
}

function withoutGaps<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [Name in keyof T]?: Exclude<T[Name], undefined> }; // what is left of T's own
}
