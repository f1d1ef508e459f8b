import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { takePlainRequests } from '../../../electron/gateway/plain/plain-connections.ts';
import type { PlainConnections, PlainOptions } from '../../../electron/gateway/plain/plain-connections.ts';
import type { PlainRequest } from '../../../electron/gateway/plain/plain-request.ts';
import type { PlainResponse } from '../../../electron/gateway/plain/plain-response.ts';
import { openSocket, readToEnd } from '../start-gateway.ts';

type Asked = { by: 'plain' | 'node'; url: string; body: string };

type Started = {
  server: Server;
  plain: PlainConnections;
  port: number;
  /** What was asked, in order, and who read it. */
  asked: Asked[];
};

type Answer = (request: PlainRequest, response: PlainResponse) => void;

const echo: Answer = (request, response) => {
  response.writeHead(200, { 'content-length': request.body.length });
  response.end(request.body);
};

/** The servers' ends of connections, by the port of the other end. */
const accepted = new Map<number, Socket>();

/** A server that answers each body with itself. */
async function start(options: Partial<PlainOptions> & { answer?: Answer } = {}): Promise<Started> {
  const asked: Asked[] = [];
  const server = createServer(
    { keepAliveTimeout: 65_000 },
    (request: IncomingMessage, response: ServerResponse) => {
      const pieces: Buffer[] = [];
      request.on('data', (chunk: Buffer) => pieces.push(chunk));
      request.on('error', () => {});
      request.on('end', () => {
        const body = Buffer.concat(pieces);
        asked.push({ by: 'node', url: request.url ?? '', body: body.toString('latin1') });
        response.end(body);
      });
    },
  );
  const plain = takePlainRequests(server, {
    takes: () => true,
    request(request, response) {
      asked.push({ by: 'plain', url: request.url, body: request.body.toString('latin1') });
      (options.answer ?? echo)(request, response);
    },
    cut: socket => socket.end('cut'),
    keep_alive_ms: 65_000,
    look_ms: 60_000,
    ...options,
  });
  onTestFinished(() => {
    plain.closeAll();
    server.closeAllConnections();
    server.close();
  });
  server.on('connection', (socket: Socket) => accepted.set(socket.remotePort ?? 0, socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, plain, port: (server.address() as AddressInfo).port, asked };
}

const post = (body: string, ...fields: string[]): string =>
  ['POST /a HTTP/1.1', 'Host: a', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n');

/** Sends pieces, each once the one before it was read, and waits until so many answers have come. */
async function send(port: number, pieces: (string | Buffer)[], answers: number): Promise<string> {
  const socket = openSocket(port).setNoDelay(true);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  const isAnswered = (): boolean => text.split('HTTP/1.1 ').length > answers;
  let sent = 0;
  for (const piece of pieces) {
    socket.write(piece);
    sent += piece.length;
    await until(() => {
      const other = accepted.get(socket.localPort ?? 0);
      // What is refused is not read on.
      return isAnswered() || (other !== undefined && other.bytesRead >= sent);
    });
  }
  await until(isAnswered);
  socket.destroy();
  return text;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });

/** Has an end in any case: what polls on after its test disturbs the files that come after this one in the same process. */
async function until(holds: () => boolean): Promise<void> {
  for (let left = 2000; !holds(); left -= 1) {
    if (left === 0) throw new Error('what was waited for did not come');
    await pause(5);
  }
}

const bodies = (asked: Asked[]): string[] => asked.map(({ by, body }) => `${by} ${body}`);

describe('requests read plainly', () => {
  it('are answered one after the other over one connection', async () => {
    const { port, asked } = await start();
    const text = await send(port, [post('one'), post('two', 'X-More: 1'), post('two', 'X-More: 1')], 3);
    expect(bodies(asked)).toEqual(['plain one', 'plain two', 'plain two']);
    expect(text).toMatch(
      /^HTTP\/1\.1 200 OK\r\ncontent-length: 3\r\nDate: [^\r]+ GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\none/,
    );
  });

  it('may have a body that comes in pieces, also with the next request behind it', async () => {
    const { port, asked } = await start();
    const [head = '', body = ''] = post('0123456789').split(/(?<=\r\n\r\n)/);
    await send(port, [head, body.slice(0, 4), body.slice(4) + post('next')], 2);
    expect(bodies(asked)).toEqual(['plain 0123456789', 'plain next']);
  });

  it('may be larger than one read', async () => {
    const { port, asked } = await start();
    const large = Array.from({ length: 30_000 }, (_, at) => at).join(' ');
    await send(port, [post(large), post('small')], 2);
    expect(asked.map(({ by, body }) => [by, body === large || body])).toEqual([
      ['plain', true],
      ['plain', 'small'],
    ]);
  });

  it('may be sent before the last one is answered', async () => {
    const waiting: (() => void)[] = [];
    const answer: Answer = (request, response) => waiting.push(() => echo(request, response));
    const { port, asked } = await start({ answer });
    const done = send(
      port,
      [post('one') + post('two'), `${post('three')}GET /four HTTP/1.1\r\nHost: a\r\n\r\n`],
      4,
    );
    for (let at = 0; at < 3; at += 1) {
      await until(() => waiting.length > 0);
      await pause(20);
      expect(asked).toHaveLength(at + 1);
      waiting.shift()?.();
    }
    await done;
    expect(bodies(asked)).toEqual(['plain one', 'plain two', 'plain three', 'node ']);
  });

  it('are not read on while a tool sends far ahead of its answers', async () => {
    const waiting: (() => void)[] = [];
    const { port, asked } = await start({
      answer: (request, response) => waiting.push(() => echo(request, response)),
    });
    const socket = openSocket(port);
    socket.resume();
    const many = post('x'.repeat(1000)).repeat(20_000);
    socket.write(many);
    await until(() => waiting.length > 0);
    await pause(50);
    expect(socket.writableLength).toBeGreaterThan(0);
    for (let at = 0; at < 200; at += 1) {
      await until(() => waiting.length > 0);
      waiting.shift()?.();
    }
    expect(new Set(bodies(asked.slice(0, 200)))).toEqual(new Set([`plain ${'x'.repeat(1000)}`]));
  });
});

describe('what is not plain is left to Node', () => {
  const chunked = 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';

  it.each([
    ['chunks', [chunked], ['node abc']],
    ['another method', ['GET /a HTTP/1.1\r\nHost: a\r\n\r\n'], ['node ']],
    ['a head in two pieces', [post('abc').slice(0, 9), post('abc').slice(9)], ['node abc']],
    ['a head of one byte at first', ['P', post('abc').slice(1)], ['node abc']],
    ['an empty line before it', [`\r\n${post('abc')}`], ['node abc']],
    [
      'something else after plain ones',
      [post('one'), chunked, post('two')],
      ['plain one', 'node abc', 'node two'],
    ],
    [
      'something else right behind a plain one',
      [post('one') + chunked + post('two')],
      ['plain one', 'node abc', 'node two'],
    ],
    ['a second one right behind it', [chunked + post('two')], ['node abc', 'node two']],
  ])('%s', async (_, pieces, read) => {
    const { port, asked } = await start();
    await send(port, pieces, read.length);
    expect(bodies(asked)).toEqual(read);
  });

  it('a head longer than any, which is refused', async () => {
    const { port, asked } = await start();
    const fields = Array.from({ length: 20 }, (_, at) => `X-${at}: ${'x'.repeat(1000)}`);
    expect(await send(port, [post('abc', ...fields)], 1)).toMatch(/^HTTP\/1\.1 431 /);
    expect(asked).toEqual([]);
  });

  it('a body larger than a megabyte, whole', async () => {
    const { port, asked } = await start();
    const large = 'y'.repeat(3_000_000);
    await send(port, [post(large)], 1);
    expect(asked.map(({ by, body }) => [by, body === large])).toEqual([['node', true]]);
  });

  it('an address that is not ours to read', async () => {
    const { port, asked } = await start({ takes: (url, length) => url !== '/a' || length > 3 });
    await send(port, [post('abcd'), post('abc')], 2);
    expect(bodies(asked)).toEqual(['plain abcd', 'node abc']);
  });

  it('a body that is slow to come, with what came of it', async () => {
    const { port, asked } = await start({ look_ms: 30 });
    const [head = '', body = ''] = post('0123456789', 'X-A: ~').split(/(?<=\r\n\r\n)/);
    const socket = openSocket(port);
    const answer = once(socket, 'data');
    socket.write(head + body.slice(0, 3));
    await pause(150);
    socket.write(body.slice(3));
    await answer;
    expect(bodies(asked)).toEqual(['node 0123456789']);
  });

  it('a connection over which nothing comes', async () => {
    const { port, asked } = await start({ look_ms: 30 });
    const socket = openSocket(port);
    await pause(150);
    const answer = once(socket, 'data');
    socket.write(post('abc'));
    await answer;
    expect(bodies(asked)).toEqual(['node abc']);
  });
});

describe('a connection', () => {
  it('is closed once it was idle for its time, and not before', async () => {
    const { port } = await start({ look_ms: 20, keep_alive_ms: 300 });
    const socket = openSocket(port);
    const closed = once(socket, 'close');
    socket.resume().write(post('abc'));
    await pause(120);
    expect(socket.destroyed).toBe(false);
    await closed;
  });

  it('is not closed while it is answered', async () => {
    const waiting: (() => void)[] = [];
    const { port } = await start({
      look_ms: 20,
      keep_alive_ms: 60,
      answer: (request, response) => waiting.push(() => echo(request, response)),
    });
    const socket = openSocket(port);
    const answer = once(socket, 'data');
    socket.write(post('abc'));
    await pause(200);
    waiting[0]?.();
    expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('that is idle is closed with the others', async () => {
    const answers: PlainResponse[] = [];
    const { port, plain, server } = await start({ answer: (_, response) => answers.push(response) });
    const [idle, fresh, busy] = [openSocket(port), openSocket(port), openSocket(port)];
    const told = [idle, fresh].map(socket => once(socket.resume(), 'close'));
    for (const socket of [idle, busy]) socket.write(post('abc'));
    await until(() => answers.length === 2);
    answers[0]?.end('done');
    await pause(20);
    plain.closeIdle();
    await Promise.all(told);
    expect(busy.destroyed).toBe(false);
    const closed = new Promise(resolve => {
      server.close(resolve);
    });
    plain.closeAll();
    await closed;
  });

  it('cut within a body is told so', async () => {
    const { port, asked } = await start();
    const socket = openSocket(port);
    const text = readToEnd(socket);
    socket.end(post('0123456789').slice(0, -3));
    expect(await text).toBe('cut');
    expect(asked).toEqual([]);
  });

  it('closed by the tool ends its answer, with no more written', async () => {
    const answers: PlainResponse[] = [];
    const { port } = await start({ answer: (_, response) => answers.push(response) });
    const socket = openSocket(port);
    socket.write(post('abc'));
    await until(() => answers.length === 1);
    const [response] = answers as [PlainResponse]; // it was waited for
    response.writeHead(200);
    response.write('begun');
    const closed = once(response, 'close');
    socket.destroy();
    await closed;
    expect(response).toMatchObject({ destroyed: true, writableFinished: false, socket: null });
    expect(response.write('more')).toBe(false);
    response.end('more');
    expect(response.writableFinished).toBe(false);
  });

  it('that only stops sending ends its answer, too', async () => {
    const answers: PlainResponse[] = [];
    const { port } = await start({ answer: (_, response) => answers.push(response) });
    const socket = openSocket(port);
    socket.resume().end(post('abc'));
    await until(() => answers.length === 1);
    if (!answers[0]?.destroyed) await once(answers[0] as PlainResponse, 'close');
    expect(answers[0]?.destroyed).toBe(true);
  });
});

describe('an answer', () => {
  async function answered(answer: (response: PlainResponse) => void, requests = 1): Promise<string> {
    let left = requests;
    let closes = 0;
    const { port } = await start({
      answer(_, response) {
        response.on('close', () => (closes += 1));
        answer(response);
        left -= 1;
      },
    });
    const socket: Socket = openSocket(port);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    let isClosed = false;
    const closed = once(socket, 'close').then(() => (isClosed = true));
    socket.write(post('abc').repeat(requests));
    await until(() => isClosed || left === 0);
    await Promise.race([closed, pause(60)]);
    socket.destroy();
    await closed;
    await until(() => closes > 0);
    await pause(10);
    expect(closes).toBe(1);
    return text.replace(/\r\nDate: [^\r]+/g, '');
  }
  const open = '\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65';

  it('without a length is sent in chunks, the first with its head', async () => {
    const text = await answered(response => {
      response.setHeader('vary', 'Origin');
      response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': ['a', 'b'] });
      response.write('');
      response.write('data: ä\n\n');
      response.write(Buffer.alloc(20_000, 'x'));
      response.end('end');
    });
    expect(text).toBe(
      `HTTP/1.1 200 OK\r\nvary: Origin\r\ncontent-type: text/event-stream\r\nset-cookie: a\r\nset-cookie: b${open}\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `a\r\ndata: ä\n\n\r\n4e20\r\n${'x'.repeat(20_000)}\r\n3\r\nend\r\n0\r\n\r\n`,
    );
  });

  it('may be nothing but an end', async () => {
    expect(await answered(response => response.end())).toBe(
      `HTTP/1.1 200 OK\r\ncontent-length: 0${open}\r\n\r\n`,
    );
    expect(await answered(response => response.writeHead(200).end())).toBe(
      `HTTP/1.1 200 OK${open}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    );
  });

  it('that may have no body has none', async () => {
    expect(await answered(response => response.writeHead(204).end('nothing'))).toBe(
      `HTTP/1.1 204 No Content${open}\r\n\r\n`,
    );
  });

  it('that is shorter than it said is the last of its connection', async () => {
    const text = await answered(response => response.writeHead(200, { 'content-length': 9 }).end('short'), 2);
    expect(text.split('HTTP/1.1')).toHaveLength(2);
  });

  it('that says so is the last of its connection', async () => {
    const text = await answered(response => response.writeHead(413, { connection: 'close' }).end('x'), 2);
    expect(text).toBe(
      'HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    );
  });

  it('holds no header that could be read as more than one', async () => {
    const thrown: unknown[] = [];
    const attempt = (write: () => void): void => {
      try {
        write();
      } catch (error) {
        thrown.push(error);
      }
    };
    const text = await answered(response => {
      attempt(() => response.writeHead(200, { 'x-a': 'a\r\nx-b: c' }));
      attempt(() => response.writeHead(200, { 'x-a': ['a', 'b\n'] }));
      attempt(() => response.writeHead(200, { 'x-a: b\r\nx-c': 'd' }));
      attempt(() => response.writeHead(200, { 'x-a': '\u0130' }));
      attempt(() => response.writeHead(200, { 'Content-Length': 3 }));
      response.writeHead(500, { 'x-a': 'ÿ' });
      attempt(() => response.writeHead(200));
      response.end();
    });
    expect(thrown).toHaveLength(6);
    expect(text).toMatch(/^HTTP\/1\.1 500 /);
    expect(text).not.toContain('x-b');
    expect(text).not.toContain('x-c');
  });

  it('that is not read waits, and says when it is', async () => {
    let drained = 0;
    const { port } = await start({
      answer(_, response) {
        response.writeHead(200);
        response.on('drain', () => {
          drained += 1;
          response.end('over');
        });
        // More than the operating system takes.
        response.write('z'.repeat(20_000_000));
        expect(response.writableNeedDrain).toBe(true);
      },
    });
    const socket = openSocket(port).pause();
    socket.write(post('abc'));
    await pause(50);
    expect(drained).toBe(0);
    let end = '';
    socket.on('data', (chunk: Buffer) => (end = (end + chunk.toString('latin1')).slice(-20)));
    socket.resume();
    await until(() => end.endsWith('0\r\n\r\n'));
    expect(drained).toBe(1);
  });
});
