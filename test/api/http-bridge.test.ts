import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createHttpBridge } from '../../electron/api/http-bridge.ts';
import type { HttpBridgeDeps } from '../../electron/api/http-bridge.ts';

type Emit = (event: { name: string; payload: unknown }) => void;
type Ask = { method?: string; headers?: Record<string, string>; body?: string | Buffer };
type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

const TOKEN = 'the-printed-token';

/** A built page in a folder whose neighbour must stay out of reach. */
function buildPage(): string {
  const root = mkdtempSync(join(tmpdir(), 'parley-page-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const page = join(root, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  mkdirSync(join(root, 'page-secret'));
  writeFileSync(join(root, 'secret.txt'), 'SECRET');
  writeFileSync(join(root, 'page-secret', 'secret.txt'), 'SECRET');
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Parley</title>');
  writeFileSync(join(page, 'favicon.svg'), '<svg/>');
  writeFileSync(join(page, 'with space.txt'), 'spaced');
  writeFileSync(join(page, 'assets', 'index-DiwrgTda.js'), 'js');
  writeFileSync(join(page, 'assets', 'index-D_-rgTda.css'), 'css');
  writeFileSync(join(page, 'assets', 'plain.js'), 'js');
  writeFileSync(join(page, 'assets', 'onig-AbCd1234.wasm'), 'wasm');
  return page;
}

async function startBridge(options: Partial<HttpBridgeDeps> = {}) {
  const calls: [string, unknown][] = [];
  const listeners = new Set<Emit>();
  const problems: unknown[] = [];
  const bridge = createHttpBridge({
    api: {
      call: async (name, input) => {
        calls.push([name, input]);
        return { ok: true, value: { said: name } };
      },
      on: listener => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    token: TOKEN,
    pageDir: options.pageDir ?? buildPage(),
    onProblem: error => problems.push(error),
    ...options,
  });
  const server = createServer((request, response) => {
    if (!bridge(request, response)) response.writeHead(418).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const open = (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false })
        .on('response', resolve)
        .on('error', reject)
        .end(body);
    });
  const ask = async (path: string, options?: Ask): Promise<Answer> => {
    const response = await open(path, options);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  };
  const signIn = async (): Promise<string> => {
    const answer = await ask(`/ui?token=${TOKEN}`);
    return String(answer.headers['set-cookie']).split(';')[0]!;
  };
  const emit: Emit = event => {
    for (const listener of listeners) listener(event);
  };
  return { port, open, ask, signIn, emit, calls, listeners, problems };
}

/** A signed-in visitor. */
async function visit(options?: Partial<HttpBridgeDeps>) {
  const bridge = await startBridge(options);
  const cookie = await bridge.signIn();
  const ask = (path: string, { headers, ...rest }: Ask = {}): Promise<Answer> =>
    bridge.ask(path, { headers: { cookie, ...headers }, ...rest });
  const call = (name: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(`/ui/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  return { ...bridge, ask, call, cookie };
}

describe('the token', () => {
  it('is exchanged for a cookie of another value and leaves the address', async () => {
    const { ask, port } = await startBridge();
    const answer = await ask(`/ui?token=${TOKEN}`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/ui/']);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(new RegExp(`^parley_ui_${port}=[\\w-]{43}; SameSite=Strict; HttpOnly; Path=/ui$`));
    expect(cookie).not.toContain(TOKEN);
    const page = await ask('/ui/', { headers: { cookie: `other=1; ${cookie.split(';')[0]}` } });
    expect([page.status, page.text]).toEqual([200, '<!doctype html><title>Parley</title>']);
  });

  it('works for several browsers, each with its own cookie', async () => {
    const { signIn, ask } = await startBridge();
    const cookies = [await signIn(), await signIn()];
    expect(new Set(cookies).size).toBe(2);
    for (const cookie of cookies) expect((await ask('/ui/', { headers: { cookie } })).status).toBe(200);
  });

  it('also opens the page from a link on another site, where a strict cookie is held back from a redirect', async () => {
    const { ask } = await startBridge();
    const answer = await ask(`/ui?token=${TOKEN}`, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('url=/ui/')]);
    expect(answer.headers['set-cookie']).toHaveLength(1);
    expect(answer.text).not.toContain(TOKEN);
  });

  it.each([
    '',
    '?token=',
    '?token=wrong',
    `?token=${TOKEN}x`,
    `?token=${TOKEN.slice(1)}`,
    `?tokens=${TOKEN}`,
  ])('is needed: /ui%s is refused', async query => {
    const { ask } = await startBridge();
    const answer = await ask(`/ui${query}`);
    expect([answer.status, answer.text]).toEqual([
      401,
      expect.stringContaining('Open the address that parley printed'),
    ]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['/ui/', 'GET'],
    ['/ui/index.html', 'GET'],
    ['/ui/assets/index-DiwrgTda.js', 'GET'],
    ['/ui/events', 'GET'],
    ['/ui/call/chats.list', 'POST'],
    ['/ui/nothing', 'GET'],
    [`/ui/call/chats.list?token=${TOKEN}`, 'POST'],
  ])('is needed for %s as well', async (path, method) => {
    const { ask, port, calls, listeners } = await startBridge();
    for (const cookie of [
      '',
      `parley_ui_${port}=`,
      `parley_ui_${port}=${TOKEN}`,
      `parley_ui_${port}=undefined`,
    ]) {
      const answer = await ask(path, {
        method,
        headers: { cookie, 'content-type': 'application/json' },
        body: '{}',
      });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(TOKEN);
    }
    expect([calls, listeners.size]).toEqual([[], 0]);
  });

  it('of one run does not open another', async () => {
    const first = await startBridge();
    const second = await startBridge();
    const [, value] = (await first.signIn()).split('=');
    const answer = await second.ask('/ui/', { headers: { cookie: `parley_ui_${second.port}=${value}` } });
    expect(answer.status).toBe(401);
  });
});

it('leaves every other address alone', async () => {
  const { ask } = await startBridge();
  for (const path of ['/', '/uix', '/v1/models', '/UI/', '/x/ui/'])
    expect((await ask(path)).status).toBe(418);
});

describe('an origin', () => {
  it.each(['http://evil.example', 'null', 'http://127.0.0.1', 'http://localhost:1'])(
    'other than its own (%s) is refused on every address',
    async origin => {
      const { ask, call, calls } = await visit();
      expect((await call('chats.list', '{}', { origin })).status).toBe(403);
      for (const path of ['/ui/', '/ui/events', `/ui?token=${TOKEN}`]) {
        const answer = await ask(path, { headers: { origin } });
        expect(answer.status).toBe(403);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
      expect(calls).toEqual([]);
    },
  );

  it('of its own is welcome', async () => {
    const { call, port } = await visit();
    expect((await call('chats.list', '{}', { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
    const asLocalhost = { host: `LocalHost:${port}`, origin: `http://localhost:${port}` };
    expect((await call('chats.list', '{}', asLocalhost)).status).toBe(200);
  });
});

describe('files of the page', () => {
  it.each([
    ['', 'text/html; charset=utf-8', 'no-cache'],
    ['index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['favicon.svg', 'image/svg+xml', 'no-cache'],
    ['with%20space.txt', 'text/plain; charset=utf-8', 'no-cache'],
    [
      'assets/index-DiwrgTda.js?v=1',
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ],
    ['assets/index-D_-rgTda.css', 'text/css; charset=utf-8', 'private, max-age=31536000, immutable'],
    ['assets/onig-AbCd1234.wasm', 'application/wasm', 'private, max-age=31536000, immutable'],
    ['assets/plain.js', 'text/javascript; charset=utf-8', 'no-cache'],
  ])('"%s" is %s, cached as %s', async (name, type, cache) => {
    const { ask } = await visit();
    const { status, headers, text } = await ask(`/ui/${name}`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, cache]);
    expect(headers['content-length']).toBe(String(text.length));
    const head = await ask(`/ui/${name}`, { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(text.length)]);
  });

  it('come with a policy that lets nothing in from elsewhere, also when there is nothing to send', async () => {
    const { ask } = await visit();
    for (const path of ['/ui/', '/ui/none.js', '/ui?token=wrong', '/ui/call/x']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  it.each([
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    'assets/../../secret.txt',
    '../page-secret/secret.txt',
    '%2e%2e%2fpage-secret%2fsecret.txt',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'index.html%00.js',
    '%E0%A4%A',
    'assets',
    'assets/',
    '..',
    '%252e%252e%252fsecret.txt',
    'none.js',
  ])('do not include "%s"', async name => {
    const { ask, problems } = await visit();
    const answer = await ask(`/ui/${name}`);
    expect([answer.status, problems]).toEqual([404, []]);
    expect(answer.text).not.toMatch(/SECRET|root:/);
  });

  it('that were never built are explained in one sentence', async () => {
    const { ask } = await visit({ pageDir: join(tmpdir(), 'parley-no-such-folder') });
    const answer = await ask('/ui/');
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('npm run build')]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('are not there for %s', async method => {
    const { ask } = await visit();
    const answer = await ask('/ui/', { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('are left by going to /ui without the slash', async () => {
    const { ask } = await visit();
    const answer = await ask('/ui');
    expect([answer.status, answer.headers.location]).toEqual([303, '/ui/']);
  });
});

describe('a call', () => {
  it('goes to the api by its name, and its result comes back', async () => {
    const { call, calls } = await visit();
    const answer = await call('messages.send', '{"text":"hé"}', {
      'content-type': 'Application/JSON; charset=utf-8',
    });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      { ok: true, value: { said: 'messages.send' } },
    ]);
    expect(calls).toEqual([['messages.send', { text: 'hé' }]]);
  });

  it("passes the api's own error on as data", async () => {
    const error = { ok: false, error: { code: 'not_found', message: 'No such chat.' } };
    const { call } = await visit({ api: { call: async () => error, on: () => () => {} } });
    expect(JSON.parse((await call('chats.get', '{}')).text)).toEqual(error);
  });

  it.each([
    ['{"text":', 400, 'invalid_request'],
    ['', 400, 'invalid_request'],
  ])('with the body %j is refused with %i', async (body, status, code) => {
    const { call, calls, problems } = await visit();
    const answer = await call('chats.list', body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
    expect([calls, problems]).toEqual([[], []]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
    '',
  ])('as %s is refused: a form of another page could send it', async type => {
    const { call, calls } = await visit();
    expect((await call('chats.list', '{}', { 'content-type': type })).status).toBe(415);
    expect(calls).toEqual([]);
  });

  it('that is too large is refused, and the page can read why', async () => {
    const { call, calls } = await visit();
    const answer = await call('messages.send', Buffer.alloc(70 * 1024 * 1024, 0x20));
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      413,
      { ok: false, error: { code: 'request_too_large' } },
    ]);
    expect(calls).toEqual([]);
  });

  it('by GET is refused', async () => {
    const { ask, calls } = await visit();
    const answer = await ask('/ui/call/chats.list');
    expect([answer.status, answer.headers.allow, calls]).toEqual([405, 'POST', []]);
  });

  it('that breaks the api is reported and answered without details', async () => {
    const { call, problems } = await visit({
      api: { call: () => Promise.reject(new Error('at /home/somebody')), on: () => () => {} },
    });
    const answer = await call('chats.list', '{}');
    expect([answer.status, problems.map(String)]).toEqual([500, ['Error: at /home/somebody']]);
    expect(answer.text).not.toContain('somebody');
  });
});

describe('events', () => {
  /** Reads events until there are `count`. */
  async function read(response: IncomingMessage, count: number): Promise<unknown[]> {
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      const events = text.split('\n\n').filter(frame => frame.startsWith('data: '));
      if (events.length >= count && text.endsWith('\n\n')) {
        return events.map(frame => JSON.parse(frame.slice('data: '.length)) as unknown);
      }
    }
    throw new Error(`The stream ended early: ${text}`);
  }

  it('reach every page that listens, in order, whatever is in them', async () => {
    const { open, cookie, emit } = await visit();
    const pages = await Promise.all([1, 2, 3].map(() => open('/ui/events', { headers: { cookie } })));
    expect(pages.map(page => page.headers['content-type'])).toEqual(
      Array(3).fill('text/event-stream; charset=utf-8'),
    );
    const events = [
      { name: 'chats.changed', payload: {} },
      { name: 'message.deltas', payload: { text: 'line\n\ndata: fake\r\n😀' } },
    ];
    const seen = pages.map(page => read(page, 2));
    events.forEach(emit);
    expect(await Promise.all(seen)).toEqual([events, events, events]);
  });

  it('keep the connection alive while there are none', async () => {
    const { open, cookie } = await visit({ keep_alive_ms: 20 });
    const page = await open('/ui/events', { headers: { cookie } });
    let text = '';
    for await (const chunk of page) {
      text += String(chunk);
      if ((text.match(/^: /gm) ?? []).length >= 3) break;
    }
    expect(text).not.toContain('data:');
  });

  it('are not listened to any more once the last page left, and again when one comes back', async () => {
    const { open, cookie, listeners, emit } = await visit();
    const pages = [
      await open('/ui/events', { headers: { cookie } }),
      await open('/ui/events', { headers: { cookie } }),
    ];
    expect(listeners.size).toBe(1);
    for (const page of pages) page.destroy();
    await expect.poll(() => listeners.size).toBe(0);
    emit({ name: 'chats.changed', payload: {} });
    const again = await open('/ui/events', { headers: { cookie } });
    const seen = read(again, 1);
    emit({ name: 'calls.changed', payload: {} });
    expect(await seen).toEqual([{ name: 'calls.changed', payload: {} }]);
  });

  it('cut off a page that does not read, and nobody else', async () => {
    const { open, cookie, emit, listeners } = await visit({ max_buffered_bytes: 1024 * 1024 });
    const stuck = await open('/ui/events', { headers: { cookie } });
    stuck.pause();
    stuck.on('error', () => {});
    const closed = once(stuck.socket, 'close');
    const other = await open('/ui/events', { headers: { cookie } });
    const payload = 'a'.repeat(256 * 1024);
    let received = 0;
    other.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    // Far more than the sockets of the stuck page take.
    for (let sent = 1; sent <= 200; sent += 1) {
      emit({ name: 'message.deltas', payload });
      await expect.poll(() => received, { interval: 1 }).toBeGreaterThan(sent * payload.length);
    }
    stuck.resume();
    await closed;
    expect([listeners.size, other.complete]).toEqual([1, false]);
    other.on('error', () => {}).destroy();
  });

  it('are not there for HEAD', async () => {
    const { ask, listeners } = await visit();
    expect([(await ask('/ui/events', { method: 'HEAD' })).status, listeners.size]).toEqual([404, 0]);
  });
});
