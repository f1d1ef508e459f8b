import { describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import { createFakeEngine, model } from './fake-engine.ts';
import { KEY, openSocket, readToEnd, startGateway, startRequest, withKey } from './start-gateway.ts';

const oneModel = { id: 'raw/a/b-1', object: 'model', created: 0, owned_by: 'raw' };

describe('GET /v1/models', () => {
  const engine = createFakeEngine({
    models: {
      models: [model('raw', 'a/b-1'), model('hooked', 'é 1', { release_date: '2024-05-13' })],
      problems: [
        { backend: 'down', error: { code: 'upstream_unreachable', message: 'down cannot be reached.' } },
      ],
    },
  });

  it('lists all models, and names the backends that could not list theirs', async () => {
    const { ask } = await startGateway({ engine });
    const answer = await ask('/v1/models', { headers: withKey() });
    expect(answer.json).toEqual({
      object: 'list',
      data: [oneModel, { id: 'hooked/é 1', object: 'model', created: 1_715_558_400, owned_by: 'hooked' }],
    });
    expect(answer.headers['parley-warnings']).toBe('down: down cannot be reached.');
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it.each(['/v1/models/raw/a/b-1', '/v1/models/raw%2Fa%2Fb-1', '/v1/models/raw/a%2Fb-1?x=1'])(
    'finds one at %s',
    async path => {
      const { ask } = await startGateway({ engine });
      expect((await ask(path, { headers: withKey() })).json).toEqual(oneModel);
    },
  );

  it('finds one whose id is not ASCII', async () => {
    const { ask } = await startGateway({ engine });
    const answer = await ask(`/v1/models/${encodeURIComponent('hooked/é 1')}`, { headers: withKey() });
    expect(answer.json).toMatchObject({ id: 'hooked/é 1' });
  });

  it.each([
    ['/v1/models/raw/unknown', 404, 'model_not_found', 'GET /v1/models'],
    ['/v1/models/', 404, 'model_not_found', 'GET /v1/models'],
    ['/v1/models/%E0%A4%A', 400, 'invalid_request', 'percent-encoded'],
  ])('refuses %s with %i', async (path, status, code, reason) => {
    const { ask } = await startGateway({ engine });
    const answer = await ask(path, { headers: withKey() });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: { code, message: expect.stringContaining(reason) } });
  });

  it("answers with the error's own status when listing fails", async () => {
    const failing = createFakeEngine();
    failing.listModels = async () => {
      throw new AppError('config_invalid', 'parley.yaml is broken.', { http_status: 503 });
    };
    const { ask } = await startGateway({ engine: failing });
    const answer = await ask('/v1/models', { headers: withKey() });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).toContain('parley.yaml is broken.');
  });
});

describe('methods', () => {
  it.each(['/health', '/v1/models', '/v1/models/raw/a/b-1'])(
    'answers HEAD %s like GET, without a body',
    async path => {
      const { ask } = await startGateway();
      const get = await ask(path, { headers: withKey() });
      const head = await ask(path, { method: 'HEAD', headers: withKey() });
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers['content-length']).toBe(String(get.text.length));
    },
  );

  it.each([
    ['GET', '/v1/chat/completions', 'POST, OPTIONS'],
    ['HEAD', '/v1/chat/completions', 'POST, OPTIONS'],
    ['DELETE', '/v1/chat/completions', 'POST, OPTIONS'],
    ['POST', '/v1/models', 'GET, HEAD, OPTIONS'],
    ['PUT', '/v1/models/raw/a/b-1', 'GET, HEAD, OPTIONS'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
  ])('refuses %s %s with 405 and names %s', async (method, path, allow) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { method, headers: withKey() });
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.text).toMatch(method === 'HEAD' ? /^$/ : /"method_not_allowed"/);
  });
});

describe('addresses', () => {
  it.each([
    ['/index.html', undefined],
    ['/v2/chat/completions', undefined],
    ['/v1/chat/completions/', '/v1/chat/completions'],
    ['/v1/chat', undefined],
    ['//evil.example/v1/models', undefined],
    ['/../v1/models/../../etc/passwd', undefined],
    ['/%00', undefined],
    ['/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/chat/completions', '/v1/chat/completions'],
    ['/models', '/v1/models'],
  ])('%s is 404 in an envelope, with a hint at %s', async (path, hint) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { method: 'POST', headers: withKey(), body: '{}' });
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: { code: 'not_found' } });
    const hinted = /did you mean ([^?]*)\?/.exec(answer.text)?.[1];
    expect(hinted).toBe(hint);
  });

  it('may carry a query', async () => {
    const { ask, port } = await startGateway();
    expect((await ask('/health?probe=1')).status).toBe(200);
    const answer = await new Promise<number | undefined>(resolve => {
      startRequest(port, '/v1/chat/completions?beta=true&api-version=2024', {
        method: 'POST',
        headers: withKey(),
        body: '{"model":"raw/m","messages":[]}',
      }).on('response', response => resolve(response.statusCode));
    });
    expect(answer).toBe(200);
  });

  it('is not taken from an absolute request target', async () => {
    const { port } = await startGateway();
    const socket = openSocket(port);
    socket.write(
      `GET http://evil.example/v1/models HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
    );
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('serves several requests on one connection', async () => {
    const { port } = await startGateway();
    const socket = openSocket(port);
    const one = 'GET /health HTTP/1.1\r\nhost: localhost\r\n';
    socket.write(`${one}\r\n${one}connection: close\r\n\r\n`);
    expect((await readToEnd(socket)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('is refused to a WebSocket like anything unknown', async () => {
    const { port } = await startGateway();
    const socket = openSocket(port);
    socket.write(
      `GET /ws HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${KEY}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
    );
    const text = await new Promise<string>(resolve => {
      socket.once('data', chunk => resolve(chunk.toString()));
    });
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('what is not HTTP', () => {
  it.each([
    ['nonsense', 'hello there\r\n\r\n', 400],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001', 400],
    [
      'two lengths',
      'POST /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    ['endless headers', `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
  ])('%s is refused with an envelope, and the gateway goes on', async (_name, bytes, status) => {
    const { port, ask } = await startGateway();
    const socket = openSocket(port);
    socket.write(Buffer.from(bytes, 'latin1'));
    const text = await readToEnd(socket);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({
      error: { message: expect.any(String) },
    });
    expect((await ask('/health')).status).toBe(200);
  });
});
