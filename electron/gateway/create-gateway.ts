import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { exposureProblem } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import { PassingMap } from '../contract/passing-map.ts';
import { defaultTimeouts } from './gateway-deps.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { createHandler, isPagePath, shuttingDown } from './handle-request.ts';
import type { GatewayState } from './handle-request.ts';
import { takePlainRequests } from './plain/plain-connections.ts';
import type { PlainConnections } from './plain/plain-connections.ts';
import { refuseMalformed } from './refuse-malformed.ts';

export type Gateway = {
  /** Port and host default to the configured ones; port 0 takes a free one. Throws port_taken, config_invalid. */
  listen(port?: number, host?: string): Promise<{ url: string; port: number }>;
  /** Frees the address at once, lets the calls under way come to their ends, and closes then. */
  retire(): Promise<void>;
  /** Ends every answer with an error its tool understands, stops the upstreams, and closes within the grace time. */
  close(options?: { graceMs?: number }): Promise<void>;
};

/** Time for the last frames to be read by their tools. */
const GRACE_MS = 2_000;

/** The front door for other programs: one local HTTP address for every provider. */
export function createGateway(deps: GatewayDeps): Gateway {
  const state: GatewayState = { open: new PassingMap(), host: undefined, closing: false };
  const doors = buildDoors(deps, state);
  const { server } = doors;
  let closed: Promise<void> | undefined;
  return {
    async listen(port = deps.config().port, host = deps.config().host) {
      const problem = exposureProblem({ ...deps.config(), host });
      if (problem !== undefined) throw new AppError('config_invalid', `gateway.host: ${problem}.`);
      state.host = host;
      await listen(server, port, host);
      // E.g. no file descriptor left for one more connection: the others go on.
      server.on('error', error => deps.onProblem?.(error));
      const { port: bound } = server.address() as AddressInfo; // a server listening on TCP has one
      return { url: `http://${reachable(host)}:${bound}`, port: bound };
    },
    async retire() {
      server.close();
      server.closeIdleConnections();
      doors.plain.closeIdle();
      await drain(state);
      closed ??= close(doors, state, GRACE_MS);
      await closed;
    },
    close({ graceMs = GRACE_MS } = {}) {
      closed ??= close(doors, state, graceMs);
      return closed;
    },
  };
}

/** Where requests come in: nearly all are plain ones, and the server reads what is left. */
type Doors = { server: Server; plain: PlainConnections };

function buildDoors(deps: GatewayDeps, state: GatewayState): Doors {
  const timeouts = { ...defaultTimeouts, ...deps.timeouts };
  const lookMs = Math.min(5_000, timeouts.headers);
  const server = createServer({
    // A missing Host is refused by the front door, in an envelope tools can read.
    requireHostHeader: false,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keep_alive,
    connectionsCheckingInterval: lookMs,
  });
  const handle = createHandler(deps, state);
  const answers = new WeakMap<Duplex, ServerResponse>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    answers.set(socket, response);
    // It comes but once; taking listeners away costs some of a small call.
    response.on('close', () => answers.delete(socket));
    handle(request, response);
  };
  server.on('request', onRequest);
  // The word to go on is given once the request is known to be welcome.
  server.on('checkContinue', onRequest);
  const dialect = deps.dialects.openai_completions;
  server.on('clientError', (error, socket) => {
    refuseMalformed(error, socket, { dialect, answering: answers.get(socket)?.headersSent ?? false });
  });
  const plain = takePlainRequests(server, {
    // What is too large is refused before it is sent.
    takes: (url, length) => !isPagePath(url) && length <= deps.config().max_body_bytes,
    request: handle,
    cut: socket => refuseMalformed(new Error('cut'), socket, { dialect, answering: false }),
    keep_alive_ms: timeouts.keep_alive,
    look_ms: lookMs,
  });
  return { server, plain };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      reject(describeListenError(error, port, host));
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    server.once('error', onError).once('listening', onListening);
    server.listen(port, host);
  });
}

function describeListenError(cause: NodeJS.ErrnoException, port: number, host: string): AppError {
  const wayOut = 'choose another with `--port N` or gateway.port in parley.yaml.';
  switch (cause.code) {
    case 'EADDRINUSE':
      return new AppError('port_taken', `Port ${port} is taken by another program; ${wayOut}`, { cause });
    case 'EACCES':
      return new AppError('port_taken', `This user may not open port ${port}; ${wayOut}`, { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AppError(
        'config_invalid',
        `gateway.host is ${host}, which is no address of this machine; use 127.0.0.1.`,
        { cause },
      );
    case undefined:
    default:
      return new AppError('internal', `The gateway cannot listen on ${host}:${port}: ${cause.message}`, {
        cause,
      });
  }
}

/** The host as it stands in an address people can open. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Calls that come meanwhile over connections that were open are waited for, too. The pause lets a page hear where to go. */
async function drain({ open }: GatewayState): Promise<void> {
  do {
    await Promise.all(
      [...open.values()].map(call => new Promise<void>(resolve => call.response.once('close', resolve))),
    );
    await pause(GRACE_MS);
  } while (open.size > 0);
}

async function close({ server, plain }: Doors, state: GatewayState, graceMs: number): Promise<void> {
  state.closing = true;
  const ended = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  const calls = [...state.open.values()];
  const told = calls.map(call => new Promise<void>(resolve => call.response.once('close', resolve)));
  for (const call of calls) call.cut(shuttingDown());
  await Promise.race([Promise.all(told), pause(graceMs)]);
  // What is left are idle connections, the page's event stream, and tools that do not read.
  server.closeAllConnections();
  plain.closeAll();
  await ended;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds).unref();
  });
}
