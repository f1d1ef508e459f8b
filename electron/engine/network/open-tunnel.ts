import type { Socket } from 'node:net';

import { Pool, buildConnector } from 'undici';

import { openSocks } from './open-socks.ts';
import type { Target } from './open-socks.ts';
import { ProxyFailure } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { connectTimeoutMs } from './trust.ts';
import type { Trust } from './trust.ts';

/** Longest wait, in milliseconds, for a proxy to reach the upstream. */
const tunnelTimeoutMs = 20_000;

/** Makes connections to upstreams over a proxy. */
export type TunnelMaker = {
  /** Throws a ProxyFailure, or what kept this machine from finding the host. */
  open(target: Target): Promise<Socket>;
  close(): Promise<void>;
};

/** As undici's own connector, but a failure is the proxy's. */
export function connectToProxy(proxy: Proxy, trust: Trust): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs, ...trust });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) callback(new ProxyFailure(proxy, { cause: error }), null);
      else callback(null, socket);
    });
}

export function authOf({ user, password }: Proxy): Record<string, string> {
  if (user === '' && password === '') return {};
  const pair = Buffer.from(`${user}:${password}`).toString('base64');
  return { 'proxy-authorization': `Basic ${pair}` };
}

/** Where the proxy listens, as undici wants it: without user and password. */
export function originOfProxy({ scheme, host, port }: Proxy): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

export function createTunnelMaker(proxy: Proxy, trust: Trust): TunnelMaker {
  switch (proxy.scheme) {
    case 'http':
    case 'https':
      return tunnelByConnect(proxy, trust);
    case 'socks5':
    case 'socks5h':
      return tunnelBySocks(proxy);
  }
}

/** undici's ProxyAgent asks in the same way, but tells a refusal in words only. */
function tunnelByConnect(proxy: Proxy, trust: Trust): TunnelMaker {
  const pool = new Pool(originOfProxy(proxy), { connect: connectToProxy(proxy, trust) });
  return {
    async open({ host, port }) {
      const path = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
      const { statusCode, socket } = await pool
        .connect({
          path,
          headers: { host: path, ...authOf(proxy) },
          signal: AbortSignal.timeout(tunnelTimeoutMs),
        })
        .catch((cause: unknown) => {
          throw cause instanceof ProxyFailure ? cause : new ProxyFailure(proxy, { cause });
        });
      if (statusCode >= 200 && statusCode <= 299) return socket as Socket; // safe: undici hands out the one it connected
      socket.on('error', () => undefined).destroy();
      throw new ProxyFailure(proxy, { status: statusCode });
    },
    close: () => pool.destroy(),
  };
}

function tunnelBySocks(proxy: Proxy): TunnelMaker {
  const connect = connectToProxy(proxy, {});
  const target = { protocol: 'http:', hostname: proxy.host, host: proxy.host, port: String(proxy.port) };
  const reach = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      connect(target, (...[error, socket]) => (error ? reject(error) : resolve(socket)));
    });
  return {
    async open(asked) {
      const socket = await reach();
      const hangUp = (): void =>
        void socket.destroy(new ProxyFailure(proxy, { message: 'did not answer in time' }));
      const timer = setTimeout(hangUp, tunnelTimeoutMs);
      try {
        await openSocks(socket, proxy, asked);
        return socket;
      } catch (error) {
        socket.destroy();
        // What has a code of its own comes from the socket, or from looking for the host.
        throw isLookupFailure(error) || error instanceof ProxyFailure
          ? error
          : new ProxyFailure(proxy, { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => Promise.resolve(),
  };
}

function isLookupFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'getaddrinfo';
}
