import { describe, expect, it } from 'vitest';

import { openSocket, readToEnd, startGateway, withKey } from './start-gateway.ts';

const openai = {
  error: { message: expect.any(String) as unknown, type: 'invalid_request_error', code: 'not_found' },
};
const anthropic = {
  type: 'error',
  error: { type: 'not_found_error', message: expect.any(String) as unknown },
};
const gemini = { error: { code: 404, status: 'NOT_FOUND', message: expect.any(String) as unknown } };
const ollama = { error: expect.any(String) as unknown };

describe('an address that is nobody', () => {
  it.each([
    ['/v1/nothing', openai],
    ['/v1/images/generations', openai],
    ['/v1/messages/batches', anthropic],
    ['/v1/messages/', anthropic],
    ['/v1/complete', anthropic],
    ['/v1beta/cachedContents', gemini],
    ['/v1beta', gemini],
    ['/v1alpha/models', gemini],
    ['/api', ollama],
    ['/api/pull', ollama],
    ['/api/blobs/sha256:abc', ollama],
    ['/v1/responses/resp_1', openai],
    ['/v1/responses/resp_1/cancel', openai],
    ['/v1beta2/models', gemini],
    ['/apis', openai],
    ['/v1/messagesx', openai],
  ])('%s is 404 in the envelope of the dialect it resembles', async (path, envelope) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { method: 'POST', headers: withKey(), body: '{}' });
    expect([answer.status, answer.json]).toMatchObject([404, envelope]);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it.each([
    ['GET', '/v1/responses/resp_1', 'stores no responses'],
    ['DELETE', '/v1/responses/resp_1', 'stores no responses'],
    ['GET', '/v1/responses/resp_1/input_items', 'stores no responses'],
    ['POST', '/v1/responses/resp_1/cancel', 'stores no responses'],
    ['POST', '/v1/messages/batches', 'no batches'],
    ['POST', '/v1/batches', 'no batches'],
    ['POST', '/v1/threads', 'no assistants'],
    ['POST', '/v1/files', 'stores no files'],
    ['POST', '/api/pull', 'keeps no models of its own'],
    ['DELETE', '/api/delete', 'keeps no models of its own'],
    ['POST', '/v1/api/chat', 'did you mean /api/chat?'],
    ['POST', '/v1/v1beta/models/raw/m:generateContent', 'did you mean /v1beta/models/raw/m:generateContent?'],
    ['POST', '//v1/chat/completions', 'did you mean /v1/chat/completions?'],
    ['POST', '/v1//chat/completions', 'did you mean /v1/chat/completions?'],
    ['POST', '/v1/chat/completions/', 'did you mean /v1/chat/completions?'],
    ['POST', '/v1//v1/messages', 'did you mean /v1/messages?'],
    ['POST', '/messages', 'did you mean /v1/messages?'],
  ])('%s %s says "%s"', async (method, path, said) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { method, headers: withKey() });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining(said)]);
  });

  it.each([
    ['/v1/messages/nothing', { error: { type: 'authentication_error' } }],
    ['/v1beta/nothing', { error: { status: 'UNAUTHENTICATED' } }],
    ['/api/nothing', { error: expect.stringContaining('gateway key') as unknown }],
    ['/nothing', { error: { code: 'invalid_api_key' } }],
  ])('%s is not told apart from others without a key', async (path, envelope) => {
    const { ask } = await startGateway();
    const answer = await ask(path);
    expect([answer.status, answer.json]).toMatchObject([401, envelope]);
  });

  it.each([
    ['/v1/messages', { type: 'error', error: { type: 'permission_error' } }],
    ['/v1/messages/nothing', { type: 'error', error: { type: 'permission_error' } }],
    ['/v1beta/models', { error: { status: 'PERMISSION_DENIED' } }],
    ['/api/tags', { error: expect.stringContaining('evil.example') as unknown }],
    ['/v1/chat/completions', { error: { code: 'forbidden_host' } }],
  ])('%s refuses at the front door in the same envelope', async (path, envelope) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { headers: withKey({ host: 'evil.example' }) });
    expect([answer.status, answer.json]).toMatchObject([403, envelope]);
  });
});

describe('a method that is none', () => {
  it.each([
    ['GET', '/v1/messages', 'POST, OPTIONS', { type: 'error' }],
    ['GET', '/v1/messages/count_tokens', 'POST, OPTIONS', { type: 'error' }],
    [
      'GET',
      '/v1beta/models/raw/m:generateContent',
      'POST, OPTIONS',
      { error: { status: 'INVALID_ARGUMENT' } },
    ],
    ['POST', '/v1beta/models/raw/m:predict', 'GET, HEAD, OPTIONS', { error: { code: 405 } }],
    ['POST', '/v1beta/models/raw/m', 'GET, HEAD, OPTIONS', { error: { status: 'INVALID_ARGUMENT' } }],
    ['GET', '/api/generate', 'POST, OPTIONS', { error: expect.any(String) as unknown }],
    ['GET', '/api/show', 'POST, OPTIONS', { error: expect.any(String) as unknown }],
    ['POST', '/api/tags', 'GET, HEAD, OPTIONS', { error: expect.any(String) as unknown }],
    ['PUT', '/v1/embeddings', 'POST, OPTIONS', { error: { code: 'method_not_allowed' } }],
    ['DELETE', '/v1/completions', 'POST, OPTIONS', { error: { code: 'method_not_allowed' } }],
    ['POST', '/', 'GET, HEAD, OPTIONS', { error: { code: 'method_not_allowed' } }],
    ['DELETE', '/v1/models/raw/a/b-1', 'GET, HEAD, OPTIONS', { error: { code: 'method_not_allowed' } }],
  ])('%s %s is 405 and names %s', async (method, path, allow, envelope) => {
    const { ask } = await startGateway();
    const answer = await ask(path, { method, headers: withKey(), body: '{}' });
    expect([answer.status, answer.headers.allow, answer.json]).toMatchObject([405, allow, envelope]);
  });
});

describe('HEAD', () => {
  it.each(['/', '/api/tags', '/api/version', '/api/ps', '/v1beta/models', '/v1beta/models/raw/a/b-1'])(
    '%s is answered like GET, without a body',
    async path => {
      const { ask } = await startGateway();
      const get = await ask(path, { headers: withKey() });
      const head = await ask(path, { method: 'HEAD', headers: withKey() });
      expect([get.status, head.status, head.text]).toEqual([200, 200, '']);
      expect(head.headers['content-length']).toBe(String(Buffer.byteLength(get.text)));
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
    },
  );
});

describe('a body that is too large', () => {
  it.each([
    ['/v1/messages/count_tokens', { type: 'error' }],
    ['/v1beta/models/raw/m:countTokens', { error: { code: 413 } }],
    ['/v1/embeddings', { error: { code: 'request_too_large' } }],
    ['/v1/completions', { error: { code: 'request_too_large' } }],
    ['/api/generate', { error: expect.stringContaining('larger') as unknown }],
    ['/api/show', { error: expect.stringContaining('larger') as unknown }],
  ])('is refused at %s in the envelope of the dialect', async (path, envelope) => {
    const { ask } = await startGateway({ settings: { max_body_bytes: 1000 } });
    const body = JSON.stringify({ model: 'raw/m', pad: 'x'.repeat(2000) });
    const answer = await ask(path, { method: 'POST', headers: withKey(), body });
    expect([answer.status, answer.json]).toMatchObject([413, envelope]);
  });
});

it('keeps a strange path out of a head', async () => {
  const { port } = await startGateway();
  const socket = openSocket(port);
  socket.write(
    'GET /v1/responses/%0d%0aset-cookie:x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
  );
  const [head] = (await readToEnd(socket)).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 401 /);
  expect(head).not.toContain('set-cookie');
});
