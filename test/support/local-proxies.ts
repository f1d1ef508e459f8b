import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const tls = (name: string): Buffer => readFileSync(new URL(`tls/${name}`, import.meta.url));

/** Root of the certificate every TLS server of the tests shows. */
export const testRootFile = new URL('tls/root.pem', import.meta.url).pathname;
const serverTls = { key: tls('localhost-key.pem'), cert: tls('localhost.pem') };

export type LocalProxy = {
  host: string;
  port: number;
  /** What it was asked to reach, as `CONNECT host:port` or `GET http://…`; for SOCKS `host:port`. */
  asked: string[];
  /** Connections that were ever made to it. */
  connections: number;
  close(): Promise<void>;
};

export type HttpProxyOptions = {
  /** `user:password` it wants. */
  login?: string;
  /** Talks TLS itself. */
  secure?: boolean;
  /** Answers every CONNECT with this status. */
  refuseWith?: number;
};

/** Names that only the proxies know, so that it shows who looked for them. */
const knownHosts: Readonly<Record<string, string>> = { 'upstream.test': '127.0.0.1' };

/** An HTTP proxy: CONNECT, and whole addresses for what is not encrypted. */
export async function startHttpProxy(options: HttpProxyOptions = {}): Promise<LocalProxy> {
  const { login, secure = false, refuseWith } = options;
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    login === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
  const forward: RequestListener = (request, response) => {
    proxy.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (!isLetIn(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end('Who are you?');
      return;
    }
    const { hostname, port, pathname, search } = new URL(request.url ?? '');
    const { 'proxy-authorization': _login, ...headers } = request.headers;
    const host = knownHosts[hostname] ?? hostname;
    const onward = sendRequest({ host, port, path: pathname + search, method: request.method, headers });
    onward.on('response', answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
  const server = secure ? createHttpsServer(serverTls, forward) : createHttpServer(forward);
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    proxy.asked.push(`CONNECT ${request.url ?? ''}`);
    if (!isLetIn(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    if (refuseWith !== undefined) return void socket.end(`HTTP/1.1 ${String(refuseWith)} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const onward = reach(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port === '' ? 80 : port));
    onward.once('connect', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    join(socket, onward, () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  const proxy = await listen(server);
  return proxy;
}

/** A SOCKS 5 proxy: CONNECT only, with or without a user name and password. */
export async function startSocksProxy(options: { login?: string; reply?: number } = {}): Promise<LocalProxy> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    void serveSocks(socket).catch(() => socket.destroy());
  });
  const proxy = await listen(server);

  async function serveSocks(socket: Socket): Promise<void> {
    const [, count = 0] = await take(socket, 2);
    const methods = [...(await take(socket, count))];
    const method = options.login === undefined ? 0 : 2;
    if (!methods.includes(method)) return void socket.end(Buffer.from([5, 0xff]));
    socket.write(Buffer.from([5, method]));
    if (method === 2) {
      const user = await take(socket, (await take(socket, 2))[1] ?? 0);
      const password = await take(socket, (await take(socket, 1))[0] ?? 0);
      const isRight = `${user.toString()}:${password.toString()}` === options.login;
      socket.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return void socket.end();
    }
    const [, , , kind] = await take(socket, 4);
    const host = await takeHost(socket, kind ?? 0);
    const port = (await take(socket, 2)).readUInt16BE();
    proxy.asked.push(`${host}:${String(port)}`);
    const reply = (code: number): void => void socket.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
    if (options.reply !== undefined) return reply(options.reply);
    const onward = reach(host, port);
    onward.once('connect', () => reply(0));
    join(socket, onward, () => reply(5));
  }
  return proxy;
}

/** An https server with the tests' certificate in front of a plain one. */
export async function startTlsFront(url: string): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const front = await listen(
    createHttpsServer(serverTls, (request, response) => {
      const { url: path, method, headers } = request;
      const onward = sendRequest({ host: hostname, port, path, method, headers }, answer => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    }),
  );
  return { url: `https://127.0.0.1:${String(front.port)}`, close: () => front.close() };
}

function reach(host: string, port: number): Socket {
  return connect({ host: knownHosts[host] ?? host, port });
}

function join(near: Duplex, far: Socket, onRefusal: () => void): void {
  let isOpen = false;
  far.once('connect', () => {
    isOpen = true;
    near.pipe(far).pipe(near);
  });
  far.on('error', () => (isOpen ? near.destroy() : onRefusal()));
  near.on('error', () => far.destroy());
  near.on('close', () => far.destroy());
  far.on('close', () => isOpen && near.destroy());
}

async function listen(server: Server): Promise<LocalProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    proxy.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: LocalProxy = {
    host: `127.0.0.1:${String(port)}`,
    port,
    asked: [],
    connections: 0,
    async close() {
      const closed = new Promise(resolve => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

async function takeHost(socket: Socket, kind: number): Promise<string> {
  if (kind === 1) return (await take(socket, 4)).join('.');
  if (kind === 3) return (await take(socket, (await take(socket, 1))[0] ?? 0)).toString();
  const groups = (await take(socket, 16)).toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname;
}

async function take(socket: Socket, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes = socket.read(count) as Buffer | null;
    if (bytes) return bytes;
    if (socket.destroyed || socket.readableEnded) throw new Error('the client went away');
    await sleep(2);
  }
}
