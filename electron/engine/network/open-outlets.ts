import { Agent, Pool, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';

import { authOf, connectToProxy, connectTimeoutMs, createTunnelMaker, originOfProxy } from './open-tunnel.ts';
import type { Trust } from './open-tunnel.ts';
import { ProxyFailure } from './proxy.ts';
import type { Proxy } from './proxy.ts';

type OutletRequest = Omit<Dispatcher.DispatchOptions, 'origin' | 'headers'> & {
  origin: string;
  headers: Record<string, string>;
};

/** A way out of this machine with its connections. */
export type Outlet = {
  dispatch(request: OutletRequest, handler: Dispatcher.DispatchHandler): boolean;
  /** Takes no more requests, and ends when those under way have. */
  close(): Promise<void>;
  destroy(): Promise<void>;
};

const limits = { connections: 256, pipelining: 1 } as const;

export function openDirect(trust: Trust): Outlet {
  return new Agent({ ...limits, connect: { timeout: connectTimeoutMs, ...trust } });
}

/** Through a proxy that sees neither request nor answer, where the upstream encrypts. */
export function openTunnel(proxy: Proxy, trust: Trust): Outlet {
  const maker = createTunnelMaker(proxy, trust);
  const encrypt = buildConnector({ timeout: connectTimeoutMs, ...trust });
  const agent = new Agent({
    ...limits,
    connect(options, callback) {
      const { hostname, protocol, port } = options;
      const defaultPort = protocol === 'https:' ? 443 : 80;
      const target = { host: hostname, port: port === '' ? defaultPort : Number(port) };
      maker.open(target).then(
        socket => {
          if (protocol === 'https:') encrypt({ ...options, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: Error) => callback(error, null),
      );
    },
  });
  return {
    dispatch: (request, handler) => agent.dispatch(request, handler),
    close: () => agent.close().then(() => maker.close()),
    destroy: () => agent.destroy().then(() => maker.close()),
  };
}

/** What is not encrypted an HTTP proxy is asked for by its whole address: many refuse a tunnel to any port but 443. */
export function openForward(proxy: Proxy, trust: Trust): Outlet {
  const origin = originOfProxy(proxy);
  const auth = authOf(proxy);
  const pool = new Pool(origin, { ...limits, connect: connectToProxy(proxy, trust) });
  return {
    dispatch(request, handler) {
      const { host } = new URL(request.origin);
      const asked = { ...request, origin, path: request.origin + request.path };
      return pool.dispatch(
        { ...asked, headers: { host, ...request.headers, ...auth } },
        refuse407(handler, proxy),
      );
    },
    close: () => pool.close(),
    destroy: () => pool.destroy(),
  };
}

/** An answer that is the proxy's own is no answer of the upstream. */
function refuse407(handler: Dispatcher.DispatchHandler, proxy: Proxy): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...told) => handler.onRequestStart?.(...told),
    onResponseStart(controller, status, headers, message) {
      if (status === 407) controller.abort(new ProxyFailure(proxy, { status }));
      else handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (...told) => handler.onResponseData?.(...told),
    onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
    onResponseError: (...told) => handler.onResponseError?.(...told),
  };
}
