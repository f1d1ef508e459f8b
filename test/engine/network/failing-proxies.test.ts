import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { fetchText } from '../../../electron/engine/fetch-text.ts';
import { startHttpProxy, startSocksProxy, startTlsFront, testRootFile } from '../../support/local-proxies.ts';
import type { LocalProxy } from '../../support/local-proxies.ts';
import { startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { closeDesks, openDesk } from './network-desk.ts';

const secret = 'hunter2-in-the-proxy';
let upstream: ScriptedUpstream;
let front: Awaited<ReturnType<typeof startTlsFront>>;
const dir = mkdtempSync(join(tmpdir(), 'parley-network-'));
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => void response.end('hello'));
  front = await startTlsFront(upstream.url);
});

afterEach(async () => {
  vi.useRealTimers();
  await closeDesks();
  await Promise.all(closers.splice(0).map(close => close()));
  upstream.requests.length = 0;
});

afterAll(async () => {
  await Promise.all([front.close(), upstream.close()]);
  rmSync(dir, { recursive: true });
});

async function start(starting: Promise<LocalProxy>): Promise<LocalProxy> {
  const proxy = await starting;
  closers.push(() => proxy.close());
  return proxy;
}

/** A server that does this with everybody who comes. */
async function startServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => undefined));
    serve(socket);
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const advice = 'Its address is network.proxy in parley.yaml.';

describe.each(['http', 'https'])('to %s upstreams, a proxy that', scheme => {
  const target = (): string => (scheme === 'http' ? upstream.url : front.url);

  it.each(['http', 'https', 'socks5', 'socks5h'])(
    'is not there (%s) is named, and not the upstream',
    async kind => {
      const desk = openDesk({ proxy: `${kind}://me:${secret}@127.0.0.1:9`, ca_file: testRootFile });
      expect(await desk.fail(target())).toBe(
        `proxy_error: acme (${target()}) was not reached: the proxy ${kind}://127.0.0.1:9 refused the connection. Is it running? ${advice}`,
      );
    },
  );

  it('has no address is named', async () => {
    const desk = openDesk({ proxy: 'http://no-such-proxy.invalid:3128', ca_file: testRootFile });
    expect(await desk.fail(target())).toMatch(
      /^proxy_error: .* the proxy http:\/\/no-such-proxy\.invalid:3128 could not be found\./,
    );
  });

  it.each([
    ['', 'wants a user name and password (407). Add them: http://USER@HOST:PORT and proxy_password.'],
    [`me:${secret}@`, 'refused the user name or password (407). Correct them.'],
  ])('asks for another login than %j says so', async (login, expected) => {
    const [http, socks] = [
      await start(startHttpProxy({ login: 'me:right' })),
      await start(startSocksProxy({ login: 'me:right' })),
    ];
    for (const [kind, proxy] of [
      ['http', http],
      ['socks5', socks],
    ] as const) {
      const error = await openDesk({ proxy: `${kind}://${login}${proxy.host}`, ca_file: testRootFile }).fail(
        target(),
      );
      expect(error).toContain(`the proxy ${kind}://${proxy.host} ${expected}`);
      expect(error).toMatch(/^proxy_error: /);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ['http', (socket: Socket) => socket.destroy(), /hung up before it had answered/],
    ['http', (socket: Socket) => void socket.once('data', () => socket.end()), /hung up|without an answer/],
    ['socks5', (socket: Socket) => socket.destroy(), /hung up before it had answered/],
    ['socks5', (socket: Socket) => void socket.once('data', () => socket.end(Buffer.from([5]))), /hung up/],
    ['socks5', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /does not speak SOCKS 5/],
  ])('(%s) breaks off is told of at once (%#)', async (kind, serve, expected) => {
    const host = await startServer(serve);
    const desk = openDesk({ proxy: `${kind}://${host}`, ca_file: testRootFile });
    const error = await desk.fail(target());
    // Who broke off behind a proxy that only passes requests on, nobody can tell.
    const isForward = kind === 'http' && scheme === 'http';
    expect(error).toMatch(isForward ? /asked through .* closed the connection without an answer/ : expected);
    expect(error).toContain(`the proxy ${kind}://${host}`);
  });

  it('cannot reach the upstream says so, and that is no fault of its own', async () => {
    const http = await start(startHttpProxy());
    const socks = await start(startSocksProxy());
    const dead = `${scheme}://127.0.0.1:9`;
    expect(await openDesk({ proxy: `socks5://${socks.host}`, ca_file: testRootFile }).fail(dead)).toBe(
      `upstream_unreachable: acme (${dead}) could not be reached by the proxy socks5://${socks.host} (the host refused the connection). Check the address of the backend, and whether the proxy may reach it.`,
    );
    const desk = openDesk({ proxy: `http://${http.host}`, ca_file: testRootFile });
    // What is not encrypted the proxy answers itself.
    const told = scheme === 'http' ? String((await desk.get(dead)).status) : await desk.fail(dead);
    expect(told).toMatch(
      scheme === 'http' ? /^502$/ : /^upstream_unreachable: .* by the proxy http:.* \(502\)/,
    );
  });
});

it.each([
  [403, /^proxy_error: .* does not let anybody through to that host \(403\)/],
  [405, /^proxy_error: .* refused to connect to it \(405\)\. Is it a proxy\?/],
  [503, /^upstream_unreachable: .* \(503\)/],
])('a proxy that answers %i to CONNECT', async (status, expected) => {
  const proxy = await start(startHttpProxy({ refuseWith: status }));
  expect(await openDesk({ proxy: `http://${proxy.host}`, ca_file: testRootFile }).fail(front.url)).toMatch(
    expected,
  );
});

it('a SOCKS proxy taken for an HTTP proxy is told of', async () => {
  const host = await startServer(
    socket => void socket.once('data', () => socket.write(Buffer.from([5, 0, 0, 0, 0]))),
  );
  expect(await openDesk({ proxy: `http://${host}`, ca_file: testRootFile }).fail(front.url)).toContain(
    'does not answer as an HTTP proxy does',
  );
});

it('a proxy whose certificate is not trusted is told apart from the upstream', async () => {
  const proxy = await start(startHttpProxy({ secure: true }));
  const error = await openDesk({ proxy: `https://${proxy.host}` }).fail('https://upstream.test/');
  expect(error).toMatch(
    /^proxy_error: .* the proxy https:.* has no certificate this machine trusts \(.*ca_file/,
  );
});

it('no error holds the password, whoever looks into it', async () => {
  const proxy = await start(startHttpProxy({ login: 'me:right' }));
  for (const kind of ['http', 'https', 'socks5']) {
    for (const host of ['127.0.0.1:9', proxy.host]) {
      const desk = openDesk({ proxy: `${kind}://me@${host}`, proxy_password: secret, ca_file: testRootFile });
      for (const url of [upstream.url, front.url]) {
        const asked = { backend: 'acme', method: 'GET', url, headers: {}, timeout_ms: 5_000 } as const;
        const error = await fetchText(desk.transport, asked).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Error);
        const shown = inspect(error, { depth: 20, showHidden: true });
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(Buffer.from(`me:${secret}`).toString('base64'));
      }
    }
  }
});

describe('certificates', () => {
  it('of a file are trusted, beside the usual ones only for as long as it is named', async () => {
    const desk = openDesk({ ca_file: testRootFile });
    expect(await desk.get(front.url)).toMatchObject({ body: 'hello' });
    desk.set({});
    expect(await desk.fail(front.url)).toMatch(
      /^upstream_unreachable: acme .* has a certificate this machine does not trust \(\w+\)\. .*ca_file under network/,
    );
    desk.set({ ca_file: testRootFile });
    expect(await desk.get(front.url)).toMatchObject({ body: 'hello' });
  });

  it('that are not trusted are told of as the proxy’s doing where there is one', async () => {
    const proxy = await start(startHttpProxy());
    expect(await openDesk({ proxy: `http://${proxy.host}` }).fail(front.url)).toContain(
      `acme (${front.url}), asked through the proxy http://${proxy.host}, has a certificate this machine does not trust`,
    );
  });

  const root = readFileSync(testRootFile, 'utf8');
  it.each([
    ['is not there', null, /cannot be read \(ENOENT\)/],
    ['is empty', '', /holds no certificate in PEM form/],
    ['holds a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', /holds no certificate/],
    [
      'is damaged',
      `${root}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      /its certificate number 2 is none/,
    ],
  ])('of a file that %s: https is refused with a reason, the rest goes on', async (_what, text, expected) => {
    const file = join(dir, 'bad.pem');
    rmSync(file, { force: true });
    if (text !== null) writeFileSync(file, text);
    const desk = openDesk({ ca_file: file });
    const error = await desk.fail(front.url);
    expect(error).toMatch(expected);
    expect(error).toMatch(
      /^config_invalid: The file of certificates .*bad\.pem .*; mend ca_file under network/,
    );
    expect(desk.problems).toEqual([error]);
    expect(await desk.get(upstream.url)).toMatchObject({ body: 'hello' });
    writeFileSync(file, `# our company\n${root}`);
    desk.set({ ca_file: file, no_proxy: ['x.test'] });
    expect(await desk.get(front.url)).toMatchObject({ body: 'hello' });
  });
});

describe('while a setting is looked up', () => {
  it('nothing goes out in the old way', async () => {
    const proxy = await start(startHttpProxy({ login: `me:${secret}` }));
    let answer = (_secret: string | undefined): void => undefined;
    const keychain = (): Promise<string | undefined> => new Promise(resolve => (answer = resolve));
    const desk = openDesk({ proxy: 'none' }, { keychain });
    await desk.get(upstream.url);
    desk.set({ proxy: `http://me@${proxy.host}`, proxy_password: 'keychain:proxy' });
    const asked = desk.get(`${upstream.url}/later`);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(upstream.requests.map(({ path }) => path)).toEqual(['/']);
    answer(secret);
    expect(await asked).toMatchObject({ body: 'hello' });
    expect(proxy.asked).toEqual([`GET ${upstream.url}/later`]);
  });

  it('a request that is stopped meanwhile is never sent', async () => {
    let answer = (_secret: string | undefined): void => undefined;
    const keychain = (): Promise<string | undefined> => new Promise(resolve => (answer = resolve));
    const proxy = await start(startHttpProxy());
    const desk = openDesk(
      { proxy: `http://me@${proxy.host}`, proxy_password: 'keychain:proxy' },
      { keychain },
    );
    const stop = new AbortController();
    const asked = {
      backend: 'acme',
      method: 'GET',
      url: upstream.url,
      headers: {},
      timeout_ms: 5_000,
    } as const;
    const outcome = fetchText(desk.transport, asked, { signal: stop.signal }).catch(
      (error: unknown) => error,
    );
    stop.abort();
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    answer(secret);
    await desk.get(upstream.url);
    expect(proxy.asked).toHaveLength(1);
  });

  it('a keychain that was locked is asked again after a while', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const proxy = await start(startHttpProxy({ login: `me:${secret}` }));
    let found: string | undefined;
    const desk = openDesk(
      { proxy: `http://me@${proxy.host}`, proxy_password: 'keychain:proxy' },
      { keychain: () => Promise.resolve(found) },
    );
    expect(await desk.fail(upstream.url)).toMatch(/^invalid_auth_value: /);
    found = secret;
    expect(await desk.fail(upstream.url)).toMatch(/^invalid_auth_value: /);
    vi.advanceTimersByTime(2_001);
    expect(await desk.get(upstream.url)).toMatchObject({ body: 'hello' });
    expect(desk.problems).toHaveLength(1);
  });
});

it('a change elsewhere in the settings keeps the connections', async () => {
  const proxy = await start(startHttpProxy());
  const desk = openDesk({ proxy: `http://${proxy.host}` });
  await desk.get(upstream.url);
  desk.set({ proxy: `http://${proxy.host}` });
  // A connection is free again a moment after its answer has ended.
  await new Promise(resolve => setTimeout(resolve, 200));
  await desk.get(upstream.url);
  expect(proxy.connections).toBe(1);
});
