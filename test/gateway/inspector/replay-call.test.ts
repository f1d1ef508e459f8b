import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import type { ReceivedRequest } from '../../../electron/contract/call-watch.ts';
import { replayCall } from '../../../electron/gateway/inspector/replay-call.ts';

type Listener = (id: string, request: ReceivedRequest) => void;
type Held = ReceivedRequest & { is_whole: boolean };

const held: Held = {
  method: 'POST',
  url: '/v1/chat/completions?key=k',
  raw_headers: [
    'Host',
    'localhost:1',
    'Authorization',
    'Bearer secret',
    'Content-Length',
    '9',
    'X-Two',
    'a',
    'X-Two',
    'b',
  ],
  body: Buffer.from('{"a":"é"}'),
  answer_headers: {},
  is_whole: true,
};

/** A gateway that only looks, and what it saw. */
async function setUp(
  answer: (request: IncomingMessage, response: ServerResponse, tell: Listener) => void,
  request: Held | undefined = held,
) {
  const listeners = new Set<Listener>();
  const bodies: string[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      bodies.push(body);
      answer(incoming, response, (id, received) => {
        for (const listener of listeners) listener(id, received);
      });
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const inspector = {
    receivedAs: (id: string) => (id === 'old' ? request : undefined),
    onReceived(listener: Listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return { url, inspector, listeners, bodies, deps: { inspector, gatewayUrl: () => url } };
}

function receivedBy(request: IncomingMessage): ReceivedRequest {
  return {
    method: 'POST',
    url: request.url ?? '',
    raw_headers: request.rawHeaders,
    body: Buffer.alloc(0),
    answer_headers: {},
  };
}

test('the same bytes and headers go out, and the call that comes of them is told from others', async () => {
  let seen: string[] = [];
  const { deps, listeners, bodies, url } = await setUp((request, response, tell) => {
    seen = request.rawHeaders;
    tell('unrelated', { ...receivedBy(request), raw_headers: ['x', 'y'] });
    tell('someone-elses', { ...receivedBy(request), raw_headers: ['parley-replay', 'old other-nonce'] });
    tell('new', receivedBy(request));
    response.end('{}');
  });
  expect(await replayCall('old', deps)).toBe('new');
  expect(bodies).toEqual(['{"a":"é"}']);
  const own = `host ${new URL(url).host} content-length 10 parley-replay old NONCE Connection close`;
  expect(seen.join(' ').replace(/old [\w-]{36}/, 'old NONCE')).toBe(
    `Authorization Bearer secret X-Two a X-Two b ${own}`,
  );
  expect(listeners.size).toBe(0);
});

test.each([
  ['{"error":{"message":"No."}}', 'The gateway did not take it (401): No.'],
  ['{"error":"No."}', 'The gateway did not take it (401): No.'],
  ['<html>', 'The gateway did not take it (401): it did not say why.'],
  ['null', 'The gateway did not take it (401): it did not say why.'],
])('a refusal at the door is told in its own words: %s', async (body, message) => {
  const { deps, listeners } = await setUp((_request, response) => {
    response.writeHead(401).end(body);
  });
  await expect(replayCall('old', deps)).rejects.toMatchObject({
    code: 'invalid_request',
    message,
    http_status: 401,
  });
  expect(listeners.size).toBe(0);
});

test('what cannot be sent again says why', async () => {
  const { deps, inspector, listeners, url } = await setUp((request, response) => {
    request.socket.destroy();
    response.destroy();
  });
  await expect(replayCall('unknown', deps)).rejects.toMatchObject({ code: 'not_found' });
  await expect(replayCall('old', { inspector, gatewayUrl: () => null })).rejects.toThrow(
    'The gateway does not run',
  );
  await expect(replayCall('old', deps)).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringMatching(/^The gateway could not be reached: .*\.$/) as string,
  });
  const cut = await setUp(() => {}, { ...held, is_whole: false });
  await expect(replayCall('old', cut.deps)).rejects.toThrow('The body of this call is not held any more');
  expect(listeners.size).toBe(0);
  expect(url).not.toBe(cut.url);
});
