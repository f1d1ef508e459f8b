import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startHttpProxy, startSocksProxy, startTlsFront, testRootFile } from '../../support/local-proxies.ts';
import type { LocalProxy } from '../../support/local-proxies.ts';
import { startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { waitFor } from '../../support/start-parley.ts';
import { closeDesks, openDesk, openStream } from './network-desk.ts';

const login = 'me:p@ss/word';
const written = 'me:p%40ss%2Fword';
let upstream: ScriptedUpstream;
let front: Awaited<ReturnType<typeof startTlsFront>>;
const proxies: LocalProxy[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
  front = await startTlsFront(upstream.url);
});

beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answer = (_request, response) => void response.end('hello');
});

afterEach(async () => {
  await closeDesks();
  await Promise.all(proxies.splice(0).map(proxy => proxy.close()));
});

afterAll(() => Promise.all([front.close(), upstream.close()]));

async function start(starting: Promise<LocalProxy>): Promise<LocalProxy> {
  const proxy = await starting;
  proxies.push(proxy);
  return proxy;
}

/** The same upstream under a name that only the proxies know. */
const byName = (url: string): string => url.replace('127.0.0.1', 'upstream.test');

type Kind = {
  start: () => Promise<LocalProxy>;
  url: (proxy: LocalProxy) => string;
  asked: (url: URL) => string;
};

const connected = (url: URL): string => `CONNECT ${url.host}`;
const kinds: Record<string, Kind> = {
  'an HTTP proxy': {
    start: () => startHttpProxy(),
    url: ({ host }) => `http://${host}`,
    asked: url => (url.protocol === 'http:' ? `GET ${url.href}` : connected(url)),
  },
  'an HTTP proxy with a password': {
    start: () => startHttpProxy({ login }),
    url: ({ host }) => `http://${written}@${host}/`,
    asked: url => (url.protocol === 'http:' ? `GET ${url.href}` : connected(url)),
  },
  'an HTTP proxy that talks TLS': {
    start: () => startHttpProxy({ secure: true, login }),
    url: ({ host }) => `https://${written}@${host}`,
    asked: url => (url.protocol === 'http:' ? `GET ${url.href}` : connected(url)),
  },
  'a SOCKS proxy': {
    start: () => startSocksProxy(),
    url: ({ host }) => `socks5h://${host}`,
    asked: url => url.host,
  },
  'a SOCKS proxy with a password': {
    start: () => startSocksProxy({ login }),
    url: ({ host }) => `socks5h://${written}@${host}`,
    asked: url => url.host,
  },
};

describe.each(Object.entries(kinds))('%s', (_name, kind) => {
  it.each(['http', 'https'])('is the way to %s upstreams, by address and by name', async scheme => {
    const proxy = await start(kind.start());
    const desk = openDesk({ proxy: kind.url(proxy), ca_file: testRootFile });
    const base = scheme === 'http' ? upstream.url : front.url;
    for (const url of [`${base}/v1/x?y=1`, `${byName(base)}/v1/x?y=1`]) {
      expect(await desk.get(url)).toMatchObject({ status: 200, body: 'hello' });
      expect(proxy.asked.at(-1)).toBe(kind.asked(new URL(url)));
      expect(upstream.requests.at(-1)).toMatchObject({
        path: '/v1/x?y=1',
        headers: { host: new URL(url).host, 'x-mark': 'yes' },
      });
      expect(upstream.requests.at(-1)?.headers['proxy-authorization']).toBeUndefined();
    }
    expect(await desk.proxyOf(base)).toBe(`${kind.url(proxy).split('://')[0] ?? ''}://${proxy.host}`);
  });

  it.each(['http', 'https'])('lets a %s stream come piece by piece, and many at once', async scheme => {
    const proxy = await start(kind.start());
    const desk = openDesk({ proxy: kind.url(proxy), ca_file: testRootFile });
    const rests: (() => void)[] = [];
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first ');
      rests.push(() => response.end('last'));
    };
    const base = scheme === 'http' ? upstream.url : front.url;
    const streams = Array.from({ length: 5 }, () => openStream(desk.transport, base));
    await waitFor(() => streams.every(stream => stream.text() === 'first '));
    for (const rest of rests) rest();
    await Promise.all(streams.map(({ ended }) => ended));
    expect(streams.map(stream => stream.text())).toEqual(Array.from({ length: 5 }, () => 'first last'));
  });

  it.each(['http', 'https'])(
    'is left by new %s requests when the setting changes, and a stream ends in it',
    async scheme => {
      const proxy = await start(kind.start());
      const other = await start(startHttpProxy());
      const desk = openDesk({ proxy: kind.url(proxy), ca_file: testRootFile });
      let end = (): unknown => undefined;
      upstream.answer = (_request, response) => {
        response.write('first ');
        end = () => response.end('last');
      };
      const base = scheme === 'http' ? upstream.url : front.url;
      const stream = openStream(desk.transport, base);
      await waitFor(() => stream.text() === 'first ');
      upstream.answer = (_request, response) => void response.end('hello');
      const seen = proxy.asked.length;

      desk.set({ proxy: `http://${other.host}`, ca_file: testRootFile });
      expect(await desk.get(base)).toMatchObject({ body: 'hello' });
      expect(other.asked).toHaveLength(1);
      desk.set({ proxy: 'none', ca_file: testRootFile });
      expect(await desk.get(base)).toMatchObject({ body: 'hello' });
      expect(other.asked).toHaveLength(1);

      expect(proxy.asked).toHaveLength(seen);
      end();
      await stream.ended;
      expect(stream.text()).toBe('first last');
    },
  );
});

it('socks5 finds the host here, socks5h leaves its name to the proxy', async () => {
  const proxy = await start(startSocksProxy());
  const { port } = new URL(upstream.url);
  await openDesk({ proxy: `socks5://${proxy.host}` }).get(`http://localhost:${port}/`);
  await openDesk({ proxy: `socks5h://${proxy.host}` }).get(`http://localhost:${port}/`);
  expect(proxy.asked).toEqual([`127.0.0.1:${port}`, `localhost:${port}`]);
});

it('an IPv6 address goes to a SOCKS proxy as one', async () => {
  const proxy = await start(startSocksProxy({ reply: 3 }));
  await openDesk({ proxy: `socks5://${proxy.host}` }).fail('http://[2001:db8::12:3]:8080/');
  expect(proxy.asked).toEqual(['[2001:db8::12:3]:8080']);
});

describe('the environment', () => {
  it('names the proxy by scheme, but never for this machine', async () => {
    const [plain, safe] = [await start(startHttpProxy()), await start(startSocksProxy())];
    const env = { HTTP_PROXY: plain.host, https_proxy: `socks5h://${safe.host}`, NO_PROXY: 'other.test' };
    const desk = openDesk({ ca_file: testRootFile }, { env });
    await desk.get(byName(upstream.url));
    await desk.get(byName(front.url));
    expect([plain.asked, safe.asked]).toEqual([
      [`GET ${byName(upstream.url)}/`],
      [new URL(byName(front.url)).host],
    ]);
    await desk.get(upstream.url);
    await desk.get(front.url);
    expect([plain.asked.length, safe.asked.length]).toEqual([1, 1]);
    expect(await desk.proxyOf(upstream.url)).toBeNull();
  });

  it('is overruled by `none`, and by NO_PROXY', async () => {
    const proxy = await start(startHttpProxy());
    const env = { ALL_PROXY: proxy.host };
    const url = byName(upstream.url);
    expect(await openDesk({ proxy: 'none' }, { env }).fail(url)).toContain('could not be found');
    expect(await openDesk({}, { env: { ...env, no_proxy: '.test' } }).fail(url)).toContain(
      'could not be found',
    );
    expect(proxy.connections).toBe(0);
  });
});

describe('hosts that are reached directly', () => {
  it('are those of no_proxy, with or without a port', async () => {
    const proxy = await start(startHttpProxy());
    const { port } = new URL(upstream.url);
    const desk = openDesk({
      proxy: `http://${proxy.host}`,
      no_proxy: [`127.0.0.1:${port}`],
      ca_file: testRootFile,
    });
    await desk.get(upstream.url);
    expect(proxy.connections).toBe(0);
    await desk.get(front.url);
    expect(proxy.asked).toHaveLength(1);
  });

  it("and servers of Parley's own, whatever the setting", async () => {
    const proxy = await start(startHttpProxy());
    const desk = openDesk({ proxy: `http://${proxy.host}` }, { ownOrigins: [upstream.url] });
    await desk.get(upstream.url);
    expect(proxy.connections).toBe(0);
  });
});

describe('that there is a connection', () => {
  it.each([undefined, ...Object.keys(kinds)])('is told before the answer, through %s', async name => {
    const kind = name === undefined ? undefined : kinds[name];
    const proxy = kind && (await start(kind.start()));
    const desk = openDesk({ ca_file: testRootFile, ...(kind && proxy && { proxy: kind.url(proxy) }) });
    for (const url of [upstream.url, front.url]) {
      const stream = openStream(desk.transport, url);
      await stream.ended;
      expect(stream.told).toEqual(['connected', 'head']);
    }
  });
});
