import { connect as connectPlain, isIP } from 'node:net';
import type { OnReadOpts, Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

import { connectTimeoutMs } from './trust.ts';
import type { Trust } from './trust.ts';

/** Makes connections to one origin. */
export type SocketOpener = (onRead: OnReadOpts, told: (error: Error | undefined) => void) => Socket;

/** TCP's own sign of life on connections nothing goes over. */
const keepAliveAfterMs = 60_000;

class ConnectTimeout extends Error {
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

export function createSocketOpener(origin: string, trust: Trust): SocketOpener {
  const { protocol, hostname, port } = new URL(origin);
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const address = { host, port: port === '' ? (isSecure ? 443 : 80) : Number(port) };
  // The last session saves the next connection a round trip.
  let session: Buffer | undefined;

  const open = (onread: OnReadOpts): Socket => {
    if (!isSecure) return connectPlain({ ...address, onread, noDelay: true });
    const options = {
      ...address,
      ...trust,
      ...(session === undefined ? {} : { session }),
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      // Node takes it here as well as for plain connections; its types leave it out.
      onread,
    };
    const socket = connectSecure(options);
    socket.on('session', fresh => {
      session = fresh;
    });
    return socket.setNoDelay(true);
  };

  return (onRead, told) => {
    const socket = open(onRead);
    const timer = setTimeout(() => socket.destroy(new ConnectTimeout('connect timeout')), connectTimeoutMs);
    socket.setKeepAlive(true, keepAliveAfterMs);
    socket
      .once(isSecure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        told(undefined);
      })
      .on('error', error => told(error))
      .once('close', () => {
        clearTimeout(timer);
        told(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }));
      });
    return socket;
  };
}
