import { describe, expect, it } from 'vitest';

import { createFakeEngine, sayHello } from './fake-engine.ts';
import { startGateway, withKey } from './start-gateway.ts';

const page = 'https://app.example';
const chat = JSON.stringify({ model: 'raw/m', messages: [{ role: 'user', content: 'hi' }] });
const preflight = (headers: Record<string, string> = {}) => ({
  method: 'OPTIONS',
  headers: {
    origin: page,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-stainless-os',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'cors',
    ...headers,
  },
});

function allowHeaders(headers: Record<string, unknown>): string[] {
  return Object.keys(headers).filter(name => name.startsWith('access-control-'));
}

describe('without cors_origins', () => {
  it.each(['/v1/chat/completions', '/v1/models', '/api/tags', '/nowhere'])(
    'no page may ask for %s, nor read why not',
    async path => {
      const { ask } = await startGateway();
      const first = await ask(path, preflight());
      const call = await ask(path, { method: 'POST', headers: withKey({ origin: page }), body: chat });
      for (const answer of [first, call]) {
        expect(answer.status).toBe(403);
        expect(allowHeaders(answer.headers)).toEqual([]);
      }
    },
  );

  it('OPTIONS from a program is answered with the methods, without a key', async () => {
    const { ask } = await startGateway();
    const answer = await ask('/v1/chat/completions', { method: 'OPTIONS' });
    expect([answer.status, answer.text, answer.headers.allow]).toEqual([204, '', 'POST, OPTIONS']);
    expect(allowHeaders(answer.headers)).toEqual([]);
    expect((await ask('/v1/models', { method: 'OPTIONS' })).headers.allow).toBe('GET, HEAD, OPTIONS');
    expect((await ask('/nowhere', { method: 'OPTIONS', headers: withKey() })).status).toBe(404);
    expect((await ask('/ui/', { method: 'OPTIONS', headers: withKey() })).status).toBe(404);
  });
});

describe('with cors_origins', () => {
  const start = (cors_origins: string[] = ['http://localhost:3000', page]) =>
    startGateway({ settings: { cors_origins }, engine: createFakeEngine({ deltas: sayHello }) });

  it('answers the preflight of a page that is named', async () => {
    const { ask } = await start();
    const answer = await ask(
      '/v1/chat/completions',
      preflight({ 'access-control-request-private-network': 'true' }),
    );
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization,content-type,x-stainless-os',
      'access-control-allow-private-network': 'true',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    });
    const plain = await ask('/v1/models', preflight({ 'access-control-request-method': 'GET' }));
    expect(plain.headers['access-control-allow-methods']).toBe('GET, HEAD, OPTIONS');
    expect(plain.headers['access-control-allow-private-network']).toBeUndefined();
  });

  it.each([
    ['a whole answer', '/v1/chat/completions', chat],
    [
      'a stream',
      '/v1/chat/completions',
      JSON.stringify({ ...(JSON.parse(chat) as object), model: 'hooked/m', stream: true }),
    ],
    ['a refusal', '/v1/chat/completions', '{'],
    ['an unknown address', '/v1/nowhere', chat],
  ])('lets the page read %s', async (_name, path, body) => {
    const { ask } = await start();
    const headers = withKey({
      origin: page.toUpperCase().replace('HTTPS', 'https'),
      'sec-fetch-site': 'cross-site',
    });
    const answer = await ask(path, { method: 'POST', headers, body });
    expect(answer.status).not.toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBe(headers['origin']);
    expect(answer.headers['access-control-allow-credentials']).toBe('true');
    expect(answer.headers['access-control-expose-headers']).toMatch(
      /parley-backend.*parley-tokens.*retry-after/,
    );
    expect(answer.headers.vary).toBe('Origin');
    expect(answer.headers['access-control-allow-methods']).toBeUndefined();
  });

  it('still asks the page for a key', async () => {
    const { ask } = await start();
    const answer = await ask('/v1/models', { headers: { origin: page } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, page]);
  });

  it.each([
    'https://app.example.evil',
    'https://app.example:8443',
    'http://app.example',
    'null',
    'https://evil',
  ])('refuses %s', async origin => {
    const { ask } = await start();
    for (const answer of [
      await ask('/v1/models', preflight({ origin })),
      await ask('/v1/models', { headers: withKey({ origin }) }),
    ]) {
      expect(answer.status).toBe(403);
      expect(allowHeaders(answer.headers)).toEqual([]);
    }
  });

  it('lets every page in by "*", and none with what the browser has stored', async () => {
    const { ask } = await start(['*']);
    for (const origin of ['https://any.example', 'null']) {
      const answer = await ask('/v1/models', { headers: withKey({ origin }) });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  it('names the page where it is both named and meant by "*"', async () => {
    const { ask } = await start(['*', page]);
    const answer = await ask('/v1/models', { headers: withKey({ origin: page }) });
    expect(answer.headers['access-control-allow-origin']).toBe(page);
    expect(answer.headers['access-control-allow-credentials']).toBe('true');
  });

  it('checks the host all the same', async () => {
    const { ask } = await start(['*']);
    const answer = await ask('/v1/models', { headers: withKey({ origin: page, host: 'evil.example' }) });
    expect(answer.status).toBe(403);
    expect(allowHeaders(answer.headers)).toEqual([]);
  });

  it('never holds for our own page', async () => {
    const { ask } = await startGateway({
      settings: { cors_origins: ['*'] },
      page: (_request, response) => {
        response.end('page');
        return true;
      },
    });
    for (const options of [{ headers: { origin: page } }, preflight()]) {
      const answer = await ask('/ui/', options);
      expect(answer.status).toBe(403);
      expect(allowHeaders(answer.headers)).toEqual([]);
    }
  });

  it('says nothing to our own page, also where its address is named', async () => {
    const cors_origins: string[] = [];
    const { ask, url } = await startGateway({
      settings: { cors_origins },
      page: (_request, response) => {
        response.end('page');
        return true;
      },
    });
    cors_origins.push(url);
    const answer = await ask('/ui/', { headers: { origin: url } });
    expect([answer.status, allowHeaders(answer.headers)]).toEqual([200, []]);
  });

  it('says nothing to programs, which send no origin', async () => {
    const { ask } = await start(['*']);
    const answer = await ask('/v1/models', { headers: withKey() });
    expect([answer.status, answer.headers.vary]).toEqual([200, undefined]);
    expect(allowHeaders(answer.headers)).toEqual([]);
  });

  it('does not let an upstream speak for us', async () => {
    const engine = createFakeEngine({
      pass({ sink }) {
        sink.head(200, {
          'content-type': 'application/json',
          'access-control-allow-origin': 'https://up',
          vary: 'x',
        });
        sink.data(Buffer.from('{"choices":[{"finish_reason":"stop"}]}'));
        sink.end();
      },
    });
    const { chat: ask } = await startGateway({ engine, settings: { cors_origins: [page] } });
    const answer = await ask(chat, { headers: { origin: page } });
    expect(answer.headers['access-control-allow-origin']).toBe(page);
    expect(answer.headers.vary).toBe('Origin');
  });
});
