import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fetchImage } from '../../electron/api/fetch-image.ts';
import { isPublicAddress } from '../../electron/api/public-address.ts';
import { AppError } from '../../electron/contract/errors.ts';

const seen: IncomingMessage['headers'][] = [];
let server: Server;
let url = '';

const answers: Record<string, (response: ServerResponse) => void> = {
  '/picture.png': response => response.writeHead(200, { 'content-type': 'image/png' }).end('bytes'),
  '/away': response => response.writeHead(302, { location: '/picture.png' }).end(),
  '/round': response => response.writeHead(302, { location: '/round' }).end(),
  '/inside': response => response.writeHead(302, { location: 'http://10.0.0.1/x.png' }).end(),
  '/file': response => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/page': response => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  '/drawing': response => response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg/>'),
  '/large': response => response.writeHead(200, { 'content-type': 'image/png' }).end('x'.repeat(5000)),
  '/gone': response => response.writeHead(404).end(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers);
    answers[request.url ?? '']?.(response);
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => server.close());

const fetchHere = (path: string) =>
  fetchImage(url + path, { mayAsk: address => address === '127.0.0.1', maxBytes: 1000, timeoutMs: 5000 });
const refusal = async (asked: Promise<unknown>): Promise<string> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).message;
};

describe('fetchImage', () => {
  test('brings an image, also behind a redirect, and says nothing of who asks', async () => {
    const image = { media_type: 'image/png', data: Buffer.from('bytes').toString('base64') };
    expect(await fetchHere('/picture.png')).toEqual(image);
    expect(await fetchHere('/away')).toEqual(image);
    for (const headers of seen)
      expect(Object.keys(headers).toSorted()).toEqual(['accept', 'connection', 'host', 'user-agent']);
  });

  test.each([
    ['/round', 'sends from one address to the next'],
    ['/page', 'sent text/html, which is no image'],
    ['/drawing', 'sent image/svg+xml, which is no image'],
    ['/large', 'sent more than'],
    ['/gone', 'answered with status 404'],
    ['/inside', '10.0.0.1 is a machine of this network'],
    ['/file', 'from the web only'],
  ])('refuses %s: it %s', async (path, reason) => {
    expect(await refusal(fetchHere(path))).toContain(reason);
  });

  test.each([
    'http://127.0.0.1/x',
    'http://[::1]/x',
    'http://localhost/x',
    'http://0x7f.1/x',
    'http://[::ffff:127.0.0.1]/x',
  ])('does not ask %s', async address => {
    expect(await refusal(fetchImage(address))).toContain('is a machine of this network');
  });
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['224.0.0.1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['no address', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
