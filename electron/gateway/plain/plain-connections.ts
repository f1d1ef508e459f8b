import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { PlainConnection } from './plain-connection.ts';
import type { ConnectionHost } from './plain-connection.ts';

export type PlainConnections = {
  /** Those that carry no request. */
  closeIdle(): void;
  closeAll(): void;
};

export type PlainOptions = Pick<ConnectionHost, 'takes' | 'request' | 'cut'> & {
  /** Milliseconds until an idle connection is closed. */
  keep_alive_ms: number;
  /** Milliseconds between two looks at all connections; what is slower than that is left to the server. */
  look_ms: number;
};

/** Reads the plain requests of a server's connections in its place. */
export function takePlainRequests(server: Server, options: PlainOptions): PlainConnections {
  // The server's own way to take a connection, for those that are left to it.
  const own = server.listeners('connection');
  const connections = new Set<PlainConnection>();
  const host: ConnectionHost = {
    ...options,
    keep_alive_seconds: Math.floor(options.keep_alive_ms / 1000),
    leave(socket) {
      for (const listener of own) listener.call(server, socket);
    },
    gone: connection => connections.delete(connection),
  };
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    connections.add(new PlainConnection(socket, host));
  });
  let timer: NodeJS.Timeout | undefined;
  const idleLooks = Math.ceil(options.keep_alive_ms / options.look_ms);
  server.on('listening', () => {
    timer ??= setInterval(() => {
      for (const connection of connections) connection.look(idleLooks);
    }, options.look_ms).unref();
  });
  server.on('close', () => clearInterval(timer));
  return {
    closeIdle() {
      for (const connection of connections) if (connection.isIdle()) connection.destroy();
    },
    closeAll() {
      for (const connection of connections) connection.destroy();
    },
  };
}
