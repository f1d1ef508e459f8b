import { randomBytes } from 'node:crypto';

import type { Api } from './api/create-api.ts';
import { createHttpBridge } from './api/http-bridge.ts';
import type { ConfigFile } from './config/config-file.ts';
import { toErrorInfo } from './contract/errors.ts';
import type { ErrorInfo } from './contract/errors.ts';
import { dialects } from './dialects/registry.ts';
import type { Engine } from './engine/engine.ts';
import { createGateway } from './gateway/create-gateway.ts';
import type { Gateway } from './gateway/create-gateway.ts';
import type { Resources } from './resources.ts';
import type { CallWatchers } from './watch-calls.ts';

export type GatewayOptions = {
  /** Over gateway.port of parley.yaml; 0 takes a free one. */
  port?: number;
  /** Serve the page to browsers, too. */
  ui?: boolean;
};

/** `ui` is the page's address with its token in it; null when the page is not served. */
export type GatewayAddress = { url: string; ui: string | null };

export type GatewayService = {
  start(options?: GatewayOptions): Promise<GatewayAddress>;
  address(): GatewayAddress | null;
  /** Why the gateway does not run. */
  error(): ErrorInfo | null;
  close(): Promise<void>;
};

/** The gateway as the app runs it: connected to the engine, the keys in the store, and the page. */
export function openGatewayService(deps: {
  engine: Engine;
  watchers: CallWatchers;
  config: ConfigFile;
  resources: Resources;
  api: () => Api;
  onProblem: (error: unknown) => void;
}): GatewayService {
  const { limits, metrics, watch, log } = deps.watchers;
  let gateway: Gateway | undefined;
  let address: GatewayAddress | null = null;
  let problem: ErrorInfo | null = null;
  return {
    async start({ port, ui = false } = {}) {
      const token = ui ? randomBytes(24).toString('base64url') : null;
      const page =
        token === null
          ? undefined
          : createHttpBridge({
              api: deps.api(),
              token,
              pageDir: deps.resources.pageDir,
              onProblem: deps.onProblem,
            });
      gateway = createGateway({
        engine: deps.engine,
        dialects,
        verifyKey: key => limits.verify(key),
        limits,
        metrics,
        watch,
        config: () => deps.config.current().gateway,
        version: deps.resources.version,
        calls: log,
        onProblem: error => deps.onProblem(error),
        ...(page ? { page } : {}),
      });
      try {
        const { url } = await gateway.listen(port);
        problem = null;
        address = { url, ui: token === null ? null : `${url}/ui?token=${token}` };
        return address;
      } catch (error) {
        problem = toErrorInfo(error);
        throw error;
      }
    },
    address: () => address,
    error: () => problem,
    async close() {
      address = null;
      await gateway?.close();
    },
  };
}
