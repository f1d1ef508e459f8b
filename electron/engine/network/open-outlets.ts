import { Agent, Pool, buildConnector } from 'undici';

import { beginWrite } from '../free-bytes.ts';
import { joinBody } from '../join-bytes.ts';
import { authOf, connectToProxy, createTunnelMaker, originOfProxy } from './open-tunnel.ts';
import type { Outlet, OutletHandler, OutletRequest } from './outlet.ts';
import { ProxyFailure } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { connectTimeoutMs } from './trust.ts';
import type { Trust } from './trust.ts';

const limits = { connections: 256, pipelining: 1 } as const;

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
    dispatch: (request, handler) => void agent.dispatch(inOnePiece(request), handler),
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
      const asked = { ...inOnePiece(request), origin, path: request.origin + request.path };
      pool.dispatch({ ...asked, headers: { host, ...request.headers, ...auth } }, refuse407(handler, proxy));
    },
    close: () => pool.close(),
    destroy: () => pool.destroy(),
  };
}

function inOnePiece({
  body,
  ...request
}: OutletRequest): Omit<OutletRequest, 'body'> & { body: Buffer | string | null } {
  // undici does not tell when it has written a body.
  if (Array.isArray(body)) beginWrite(body);
  return { ...request, body: body === null ? null : joinBody(body) };
}

/** An answer that is the proxy's own is no answer of the upstream. */
function refuse407(handler: OutletHandler, proxy: Proxy): OutletHandler {
  return {
    onRequestStart: control => handler.onRequestStart(control),
    onResponseStart(control, status, headers) {
      if (status === 407) control.abort(new ProxyFailure(proxy, { status }));
      else handler.onResponseStart(control, status, headers);
    },
    onResponseData: (control, chunk) => handler.onResponseData(control, chunk),
    onResponseEnd: () => handler.onResponseEnd(),
    onResponseError: (control, error) => handler.onResponseError(control, error),
  };
}
