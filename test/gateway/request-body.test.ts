import { createServer, request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { readBody } from '../../electron/gateway/read-body.ts';
import { createFakeEngine } from './fake-engine.ts';
import { KEY, openSocket, readAnswer, readToEnd, startGateway, withKey } from './start-gateway.ts';

const path = '/v1/chat/completions';
const head = (...lines: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${KEY}`, ...lines, '', ''].join('\r\n');

describe('a body that cannot be used', () => {
  it.each([
    ['empty', '', /empty/],
    ['not JSON', 'hello', /JSON/],
    ['cut off', '{"model":"hooked/m","messages":[', /JSON/],
    ['a list', '[1]', /object/],
    ['null', 'null', /object/],
    ['without a model', '{"messages":[]}', /model/],
    ['with a model that is no string', '{"model":7,"messages":[]}', /model/],
    ['with bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), /JSON/],
  ])('is refused with 400 when it is %s', async (_name, body, reason) => {
    const engine = createFakeEngine();
    const { ask, problems } = await startGateway({ engine });
    const answer = await ask(path, { method: 'POST', headers: withKey(), body });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringMatching(reason) },
    });
    expect([engine.contexts, problems]).toEqual([[], []]);
  });

  it('names the field that is wrong when the call has to be translated', async () => {
    const { chat } = await startGateway();
    const answer = await chat({ model: 'hooked/m', messages: 'hi' });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('messages')]);
  });

  it.each(['gzip', 'br', 'nonsense'])('is refused with 415 when it is encoded as %s', async encoding => {
    const { chat } = await startGateway();
    const answer = await chat({ model: 'raw/m' }, { headers: { 'content-encoding': encoding } });
    expect([answer.status, answer.text]).toEqual([415, expect.stringContaining('uncompressed')]);
  });
});

describe('a body of several chunks', () => {
  const receive = async (pieces: Buffer[], headers: Record<string, string | number>) => {
    let read: Buffer | undefined;
    let text = '';
    const server = createServer((request, response) => {
      void readBody(request, response, 4 * 1024 * 1024).then(body => {
        read = body;
        text = body.toString('latin1');
        response.end();
      });
    });
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // it listens on TCP
    await new Promise<void>(resolve => {
      const sending = httpRequest(
        { port, host: '127.0.0.1', method: 'POST', headers, agent: false },
        answer => {
          answer.resume().on('close', resolve);
        },
      );
      for (const piece of pieces) sending.write(piece);
      sending.end();
    });
    return { text, left: read?.length };
  };
  const piecesOf = (...sizes: number[]): Buffer[] => sizes.map((size, at) => Buffer.alloc(size, String(at)));

  it.each([
    ['of which it is known how long it is', piecesOf(1, 70_000, 130_000), true],
    ['of which it is not', piecesOf(1, 70_000, 130_000), false],
    ['of more than a megabyte', piecesOf(1_000_000, 200_000, 3), true],
  ])('%s is read whole, and nothing is left of it in the end', async (_name, pieces, isAnnounced) => {
    const whole = Buffer.concat(pieces);
    const length = isAnnounced ? { 'content-length': whole.length } : { 'transfer-encoding': 'chunked' };
    const { text, left } = await receive(pieces, length);
    expect([text === whole.toString('latin1'), left]).toEqual([true, 0]);
  });

  it('that is small stays for those who keep it', async () => {
    expect(await receive(piecesOf(5000, 5000), { 'content-length': 10_000 })).toMatchObject({ left: 10_000 });
  });
});

describe('a body that is too large', () => {
  const hundredMegabytes = Buffer.alloc(100 * 1024 * 1024, 0x20);

  it('of 100 MB is refused while it is being sent, and the client reads why', async () => {
    const engine = createFakeEngine();
    const { ask } = await startGateway({ engine });
    const answer = await ask(path, { method: 'POST', headers: withKey(), body: hundredMegabytes });
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect(answer.json).toMatchObject({ error: { message: expect.stringContaining('64 MB') } });
    expect(engine.contexts).toEqual([]);
  });

  it('is refused to a client that reads only once it has sent everything', async () => {
    const { port } = await startGateway();
    const socket = openSocket(port);
    socket.pause();
    socket.write(head(`content-length: ${hundredMegabytes.length}`));
    const sent = new Promise(resolve => {
      socket.write(hundredMegabytes, resolve);
    });
    await sent;
    const answer = readToEnd(socket);
    socket.resume();
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [^]*request_too_large|^HTTP\/1\.1 413 [^]*larger than/);
  });

  it('is refused at once when content-length says so', async () => {
    const { port } = await startGateway({ settings: { max_body_bytes: 1000 } });
    const socket = openSocket(port);
    socket.write(head('content-length: 1000000'));
    const first = await new Promise<string>(resolve => {
      socket.once('data', chunk => resolve(chunk.toString()));
    });
    expect(first).toMatch(/^HTTP\/1\.1 413 /);
    expect(first).toContain('1000 bytes');
  });

  it('is refused without its length being known, with little of it kept', async () => {
    const { port } = await startGateway({ settings: { max_body_bytes: 1000 } });
    const request = startChunked(port);
    const answer = new Promise<number | undefined>(resolve => {
      request.on('response', response => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    const sending = setInterval(() => request.write(Buffer.alloc(64 * 1024, 0x20)), 1);
    expect(await answer).toBe(413);
    clearInterval(sending);
    request.destroy();
  });

  it('cuts off who never stops sending', async () => {
    const { port } = await startGateway({ settings: { max_body_bytes: 1000 }, timeouts: { drain: 50 } });
    const socket = openSocket(port);
    const answer = readToEnd(socket);
    socket.write(head('transfer-encoding: chunked'));
    const timer = setInterval(() => {
      socket.write(`400\r\n${'a'.repeat(0x400)}\r\n`);
    }, 5);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    clearInterval(timer);
  });

  it('cuts off who sends without end, however fast', async () => {
    const { port } = await startGateway({ settings: { max_body_bytes: 1000 }, timeouts: { drain: 60_000 } });
    const socket = openSocket(port);
    const answer = readToEnd(socket);
    const megabytes = Buffer.alloc(4 * 1024 * 1024, 0x20);
    socket.write(head('content-length: 99999999999'));
    let sent = 0;
    const pour = (): void => {
      sent += megabytes.length;
      socket.write(megabytes, error => {
        if (!error) pour();
      });
    };
    pour();
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeGreaterThan(100 * 1024 * 1024);
  });

  it('is allowed up to the limit, and the limit can be edited while the gateway runs', async () => {
    const { chat, config } = await startGateway({ settings: { max_body_bytes: 100 } });
    const body = JSON.stringify({ model: 'raw/m', pad: '' });
    const exact = JSON.stringify({ model: 'raw/m', pad: 'a'.repeat(100 - body.length) });
    expect((await chat(exact)).status).toBe(200);
    expect((await chat(`${exact} `)).status).toBe(413);
    config.max_body_bytes = 101;
    expect((await chat(`${exact} `)).status).toBe(200);
  });

  it('is refused before it is sent to a client that asks first', async () => {
    const { port } = await startGateway({ settings: { max_body_bytes: 100 } });
    const socket = openSocket(port);
    socket.write(head('content-length: 5000', 'expect: 100-continue'));
    const text = await readToEnd(socket);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('a body that comes slowly or oddly', () => {
  it('is asked for when its client waits for that', async () => {
    const { port } = await startGateway();
    const request = startRequestWaiting(port, '{"model":"raw/m"}');
    const answer = await request;
    expect([answer.continued, answer.status]).toEqual([true, 200]);
  });

  it('may come one byte at a time, in chunks', async () => {
    const { port } = await startGateway();
    const request = startChunked(port);
    const answered = new Promise<number | undefined>(resolve => {
      request.on('response', response => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    for (const byte of Buffer.from('{"model":"raw/é"}')) {
      request.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    request.end();
    expect(await answered).toBe(200);
  });

  it('is given up when its client leaves in the middle, and nothing is asked', async () => {
    const engine = createFakeEngine();
    const { port, ask, problems } = await startGateway({ engine });
    const socket = openSocket(port);
    socket.write(`${head('content-length: 500')}{"model":`);
    await new Promise(resolve => {
      setTimeout(resolve, 30);
    });
    socket.destroy();
    expect((await ask('/health')).status).toBe(200);
    expect([engine.contexts, problems]).toEqual([[], []]);
  });

  it.each([
    ['headers', 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n'],
    ['body', `${head('content-length: 500')}{"model":`],
  ])('is refused with 408 when the %s never end', async (_name, bytes) => {
    const { port } = await startGateway({ timeouts: { headers: 100, request: 200 } });
    const socket = openSocket(port);
    socket.write(bytes);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 [^]*too slowly/);
  });

  it('of a refused request leaves the connection usable', async () => {
    const { port } = await startGateway();
    const socket = openSocket(port);
    const body = '{"model":"raw/m"}';
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}` +
        'GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    );
    const text = await readToEnd(socket);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
  });
});

function startChunked(port: number): ClientRequest {
  const headers = withKey({ 'transfer-encoding': 'chunked' });
  const request = openUnended(port, headers);
  request.on('error', () => {});
  return request;
}

function openUnended(port: number, headers: Record<string, string>): ClientRequest {
  return httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false });
}

async function startRequestWaiting(
  port: number,
  body: string,
): Promise<{ continued: boolean; status: number }> {
  const request = openUnended(
    port,
    withKey({ expect: '100-continue', 'content-length': String(body.length) }),
  );
  let continued = false;
  request.on('continue', () => {
    continued = true;
    request.end(body);
  });
  request.flushHeaders();
  const answer = await new Promise<Awaited<ReturnType<typeof readAnswer>>>((resolve, reject) => {
    request.on('response', response => {
      readAnswer(response).then(resolve, reject);
    });
  });
  return { continued, status: answer.status };
}
