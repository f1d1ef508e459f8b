import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';

import { ProxyFailure } from './proxy.ts';
import type { Proxy } from './proxy.ts';

export type Target = { host: string; port: number };

const noAuth = 0x00;
const userAndPassword = 0x02;

/** Replies of RFC 1928 that tell of the upstream, not of the proxy. */
const upstreamReplies: Readonly<Record<number, string>> = {
  0x03: 'the network cannot be reached from there',
  0x04: 'the host cannot be reached from there',
  0x05: 'the host refused the connection',
  0x06: 'the way there is too long',
};

/** What an HTTP proxy would say in the same case. */
const badGateway = 502;
const forbidden = 403;
const authRequired = 407;

/**
 * Asks a SOCKS 5 proxy (RFC 1928, 1929) for a connection over a socket that is connected to it. undici's own agent is
 * experimental: it has no time limit for TLS, cannot name IPv6 hosts, and always leaves names to the proxy.
 */
export async function openSocks(socket: Socket, proxy: Proxy, target: Target): Promise<void> {
  const address = await encodeHost(proxy, target.host);
  const reader = openReader(socket, proxy);
  try {
    await logIn(socket, proxy, reader.read);
    await askFor(socket, proxy, { address, port: target.port }, reader.read);
  } finally {
    reader.release();
  }
}

async function askFor(
  socket: Socket,
  proxy: Proxy,
  target: { address: Buffer; port: number },
  read: ReadBytes,
): Promise<void> {
  const port = Buffer.alloc(2);
  port.writeUInt16BE(target.port);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), target.address, port]));
  const [version, reply = 1, , kind] = await read(4);
  if (version !== 5) throw notSocks(proxy);
  if (reply !== 0) throw refused(proxy, reply);
  // The address it asks from, which nobody needs.
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await read(1))[0] ?? 0);
  await read(length + 2);
}

async function logIn(socket: Socket, proxy: Proxy, read: ReadBytes): Promise<void> {
  const methods = proxy.user === '' ? [noAuth] : [noAuth, userAndPassword];
  socket.write(Buffer.from([5, methods.length, ...methods]));
  const [version, method] = await read(2);
  if (version !== 5) throw notSocks(proxy);
  if (method === noAuth) return;
  if (method !== userAndPassword || proxy.user === '')
    throw new ProxyFailure(proxy, { status: authRequired });
  const [user, password] = [Buffer.from(proxy.user), Buffer.from(proxy.password)];
  if (user.length > 255 || password.length > 255)
    throw new ProxyFailure(proxy, { message: 'takes no user name or password of more than 255 bytes' });
  const lengths = [Buffer.from([1, user.length]), Buffer.from([password.length])] as const;
  socket.write(Buffer.concat([lengths[0], user, lengths[1], password]));
  const [, status] = await read(2);
  if (status !== 0) throw new ProxyFailure(proxy, { status: authRequired });
}

/** socks5 finds the host here, socks5h leaves its name to the proxy. */
async function encodeHost(proxy: Proxy, host: string): Promise<Buffer> {
  const found = proxy.scheme === 'socks5h' || isIP(host) !== 0 ? host : (await lookup(host)).address;
  switch (isIP(found)) {
    case 4:
      return Buffer.from([1, ...found.split('.').map(Number)]);
    case 6:
      return Buffer.concat([Buffer.from([4]), encodeIpv6(found)]);
    default: {
      const name = Buffer.from(found);
      if (name.length > 255) throw new ProxyFailure(proxy, { message: 'takes no host name that long' });
      return Buffer.concat([Buffer.from([3, name.length]), name]);
    }
  }
}

/** `URL` writes every IPv6 address in hexadecimal groups, the longest run of zeros as `::`. */
function encodeIpv6(address: string): Buffer {
  const url = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [head = '', tail] = url.hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return Buffer.from([...first, ...zeros, ...last].map(group => group.padStart(4, '0')).join(''), 'hex');
}

type ReadBytes = (count: number) => Promise<Buffer>;

/** Reads what the proxy says piece by piece; `release` leaves the rest to whoever reads next. */
function openReader(socket: Socket, proxy: Proxy): { read: ReadBytes; release(): void } {
  let tell = (): void => undefined;
  const wake = (): void => tell();
  const events = ['readable', 'end', 'close', 'error'] as const;
  // Once for all: each new listener for `readable` is told at once of bytes that are too few.
  for (const name of events) socket.on(name, wake);
  return {
    async read(count) {
      for (;;) {
        // Safe: a socket without an encoding gives bytes.
        const bytes = socket.read(count) as Buffer | null;
        if (bytes?.length === count) return bytes;
        if (socket.errored) throw socket.errored;
        if (bytes !== null || socket.destroyed || socket.readableEnded)
          throw new ProxyFailure(proxy, { message: 'hung up before it had answered' });
        await new Promise<void>(resolve => (tell = resolve));
      }
    },
    release() {
      for (const name of events) socket.off(name, wake);
    },
  };
}

function notSocks(proxy: Proxy): ProxyFailure {
  return new ProxyFailure(proxy, { message: 'does not speak SOCKS 5' });
}

function refused(proxy: Proxy, reply: number): ProxyFailure {
  const why = upstreamReplies[reply];
  if (why !== undefined) return new ProxyFailure(proxy, { status: badGateway, message: why });
  return reply === 0x02
    ? new ProxyFailure(proxy, { status: forbidden })
    : new ProxyFailure(proxy, { message: `failed without saying why (reply ${String(reply)})` });
}
