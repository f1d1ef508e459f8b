import { describe, expect, it } from 'vitest';

import { checkFrontDoor } from '../../electron/gateway/check-front-door.ts';
import { createFakeEngine } from './fake-engine.ts';
import { KEY, openSocket, readToEnd, startGateway, withKey } from './start-gateway.ts';
import type { AskOptions } from './start-gateway.ts';

const chatBody = JSON.stringify({ model: 'raw/m', messages: [] });
const addresses: [string, AskOptions][] = [
  ['/health', {}],
  ['/v1/models', {}],
  ['/v1/models/raw/a/b-1', {}],
  ['/v1/chat/completions', { method: 'POST', body: chatBody }],
  ['/nowhere', {}],
  ['/ui/', {}],
];

function code(answer: { json: unknown }): unknown {
  return (answer.json as { error?: { code?: unknown } }).error?.code;
}

describe.each(addresses)('%s', (path, options) => {
  const ask = async (headers: Record<string, string>) => {
    const engine = createFakeEngine();
    const pageAsked: string[] = [];
    const gateway = await startGateway({
      engine,
      page: (request, response) => {
        pageAsked.push(request.url ?? '');
        response.end('page');
        return true;
      },
    });
    const answer = await gateway.ask(path, { ...options, headers: withKey(headers) });
    return { answer, engine, pageAsked };
  };

  it.each([
    'evil.example',
    'evil.example:4141',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'user@localhost',
    'localhost:80:evil.example',
    '[::1].evil.example',
    '0.0.0.0',
  ])('refuses the host "%s"', async host => {
    const { answer, engine, pageAsked } = await ask({ host });
    expect([answer.status, code(answer)]).toEqual([403, 'forbidden_host']);
    expect([engine.contexts, pageAsked]).toEqual([[], []]);
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://localhost:1'])(
    'refuses the origin %s',
    async origin => {
      const { answer, engine, pageAsked } = await ask({ origin });
      expect([answer.status, code(answer)]).toEqual([403, 'forbidden_origin']);
      expect([engine.contexts, pageAsked]).toEqual([[], []]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it.each(['cross-site', 'same-site'])('refuses a browser on another site (%s)', async site => {
    const { answer } = await ask({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' });
    expect([answer.status, code(answer)]).toEqual([403, 'forbidden_origin']);
  });

  it.each(['127.0.0.1', 'localhost:4141', 'LOCALHOST', '[::1]:80'])('answers to %s', async host => {
    const { answer } = await ask({ host });
    expect(answer.status).not.toBe(403);
  });
});

describe('Host', () => {
  it('is needed, also where HTTP/1.0 does not ask for it', async () => {
    const { port } = await startGateway();
    for (const start of ['1.0', '1.1', '1.1\r\nhost:', '1.1\r\nhost: :80']) {
      const socket = openSocket(port);
      socket.write(`GET /health HTTP/${start}\r\nconnection: close\r\n\r\n`);
      const text = await readToEnd(socket);
      expect(text).toMatch(/^HTTP\/1\.1 403 /);
      expect(text).toContain('forbidden_host');
    }
  });

  it.each([
    ['my-box.lan', 'my-box.lan:4141', true],
    ['My-Box.lan', 'my-box.LAN', true],
    ['my-box.lan', 'evil.example', false],
    ['192.168.1.5', '192.168.1.5:4141', true],
    ['fd00::1', '[fd00::1]:4141', true],
    ['fd00::1', 'fd00::1', false],
    ['0.0.0.0', '0.0.0.0:4141', false],
    ['0.0.0.0', '192.168.1.5:4141', false],
    ['::', '[::]:4141', false],
  ])('configured as %s, asked as %s: %s', (configured, host, welcome) => {
    const refusal = checkFrontDoor({ host }, { host: configured, page: false });
    expect(refusal?.code).toBe(welcome ? undefined : 'forbidden_host');
  });
});

describe("the page's own origin", () => {
  const startPage = () =>
    startGateway({
      page: (_request, response) => {
        response.end('page');
        return true;
      },
    });

  it('is accepted for /ui only', async () => {
    const { ask, port } = await startPage();
    const headers = withKey({ origin: `http://127.0.0.1:${port}` });
    expect((await ask('/ui/', { headers })).text).toBe('page');
    expect((await ask('/v1/models', { headers })).status).toBe(403);
    expect((await ask('/health', { headers })).status).toBe(403);
  });

  it('lets a link on another site open the page, but nothing else', async () => {
    const { ask } = await startPage();
    const site = { 'sec-fetch-site': 'cross-site' };
    const link = { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const frame = { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await ask('/ui?token=t', { headers: link })).status).toBe(200);
    expect((await ask('/ui?token=t', { headers: frame })).status).toBe(403);
    expect((await ask('/v1/models', { headers: withKey(link) })).status).toBe(403);
  });

  it('is not found where there is no page', async () => {
    const { ask } = await startGateway();
    const answer = await ask('/ui/', { headers: withKey() });
    expect([answer.status, code(answer)]).toEqual([404, 'not_found']);
  });
});

describe('gateway key', () => {
  const wrong: Record<string, string>[] = [
    {},
    { authorization: 'Bearer ' },
    { authorization: 'Bearer wrong-secret' },
    { authorization: `Basic ${KEY}` },
    { authorization: KEY },
    { authorization: `Bearer ${KEY} ${KEY}` },
    { 'x-api-key': 'wrong-secret' },
    { 'x-api-key': '' },
  ];

  it.each(wrong)('refuses %j and says how to make one', async headers => {
    const engine = createFakeEngine();
    const { ask, problems } = await startGateway({ engine });
    for (const [path, options] of addresses.slice(1, 5)) {
      const answer = await ask(path, { ...options, headers });
      // OpenAI's own code, which its clients know.
      expect([answer.status, code(answer)]).toEqual([401, 'invalid_api_key']);
      expect(answer.text).toContain('parley keys create NAME');
      expect(answer.text).not.toContain('wrong-secret');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect([engine.contexts, problems]).toEqual([[], []]);
  });

  it.each([
    { authorization: `Bearer ${KEY}` },
    { authorization: `bearer ${KEY}` },
    { authorization: `BEARER   ${KEY} ` },
    { 'x-api-key': KEY },
    { authorization: 'Basic abc', 'x-api-key': KEY },
  ])('accepts %j', async headers => {
    const engine = createFakeEngine();
    const { chat } = await startGateway({ engine });
    const answer = await chat(
      { model: 'raw/m', messages: [] },
      { headers: { authorization: '', ...headers } },
    );
    expect(answer.status).toBe(200);
    expect(engine.contexts.map(context => context.client)).toEqual(['my-tool']);
  });

  it('is not needed for /health', async () => {
    const { ask } = await startGateway();
    expect((await ask('/health')).json).toEqual({ status: 'ok', version: '1.2.3' });
  });

  it('is not needed where settings say so, and names the client where it is given all the same', async () => {
    const engine = createFakeEngine();
    const { chat } = await startGateway({ engine, settings: { require_key: false } });
    for (const key of ['', 'Bearer anything', `Bearer ${KEY}`]) {
      const answer = await chat({ model: 'raw/m', messages: [] }, { headers: { authorization: key } });
      expect(answer.status).toBe(200);
    }
    expect(engine.contexts.map(context => context.client)).toEqual(['anonymous', 'anonymous', 'my-tool']);
  });

  it('answers 500 and lives on when it cannot be checked', async () => {
    let broken = true;
    const { ask, problems } = await startGateway({
      verifyKey: () => {
        if (broken) throw new Error('database is locked at /home/somebody/parley.db');
        return { id: 'k', name: 'n' };
      },
    });
    const answer = await ask('/v1/models', { headers: withKey() });
    expect([answer.status, code(answer)]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('somebody');
    expect(problems.map(String)).toEqual(['Error: database is locked at /home/somebody/parley.db']);
    broken = false;
    expect((await ask('/v1/models', { headers: withKey() })).status).toBe(200);
  });
});

describe('parley-api-key', () => {
  it('becomes the first tier of the keys, for both kinds of call', async () => {
    const engine = createFakeEngine();
    const { chat } = await startGateway({ engine });
    for (const model of ['raw/m', 'hooked/m']) {
      await chat(
        { model, messages: [{ role: 'user', content: 'hi' }] },
        { headers: { 'parley-api-key': 'env:MY_KEY' } },
      );
      await chat({ model, messages: [{ role: 'user', content: 'hi' }] });
    }
    expect(engine.contexts.map(context => context.api_key)).toEqual([
      'env:MY_KEY',
      undefined,
      'env:MY_KEY',
      undefined,
    ]);
  });
});
