import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { freeBytes } from '../../../electron/engine/free-bytes.ts';
import { openWires } from '../../../electron/engine/network/open-wires.ts';
import type { OutletControl, OutletRequest } from '../../../electron/engine/network/outlet.ts';

type Seen = { status?: number; body: string; control?: OutletControl };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map(close => close()));
});

/** A server of bare TCP; `answer` gets each request as it came, and the how-manieth it is. */
async function serve(answer: (socket: Socket, request: string, number: number) => void) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server: Server = createServer(socket => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const request = text;
      text = '';
      requests += 1;
      answer(socket, request, requests);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const outlet = openWires({});
  closing.push(async () => {
    await outlet.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { outlet, sockets, origin: `http://127.0.0.1:${String(port)}` };
}

function ask(
  desk: Awaited<ReturnType<typeof serve>>,
  request: Partial<OutletRequest> = {},
  onData?: (control: OutletControl, seen: Seen) => void,
  onConnected: () => void = () => undefined,
): Promise<Seen> {
  const seen: Seen = { body: '' };
  return new Promise((resolve, reject) => {
    desk.outlet.dispatch(
      {
        origin: desk.origin,
        path: '/',
        method: 'POST',
        headers: {},
        body: 'hi',
        headersTimeout: 20_000,
        bodyTimeout: 20_000,
        ...request,
      },
      {
        onRequestStart: control => void (seen.control = control),
        onConnected,
        onResponseStart: (_control, status) => void (seen.status = status),
        onResponseData(control, chunk) {
          seen.body += chunk.toString('latin1');
          onData?.(control, seen);
        },
        onResponseEnd: () => resolve(seen),
        onResponseError: (_control, error) => reject(error),
      },
    );
  });
}

const whole = (body: string, ...fields: string[]): string =>
  ['HTTP/1.1 200 OK', `content-length: ${String(body.length)}`, ...fields, '', body].join('\r\n');

describe('connections of our own', () => {
  it('send a large body whole, whoever wants it freed meanwhile', async () => {
    let sent = '';
    const desk = await serve((socket, request) => {
      sent = request.slice(request.indexOf('\r\n\r\n') + 4);
      socket.write(whole('hi'));
    });
    // More than the system takes at once.
    const body = Buffer.from(new ArrayBuffer(6 * 1024 * 1024)).fill('0123456789');
    const expected = body.toString('latin1');
    const pieces = [body.subarray(0, 100), body.subarray(100)];
    const answer = await ask(desk, { body: pieces }, undefined, () => setImmediate(() => freeBytes(body)));
    expect([answer.body, body.length, sent === expected]).toEqual(['hi', expected.length, true]);
    freeBytes(body);
    expect(body.length).toBe(0);
  });

  it('say when there is one: later where it has to be made, at once where one was kept', async () => {
    const desk = await serve(socket => socket.write(whole('hi')));
    const order: string[] = [];
    const note = (word: string) => () => void order.push(word);
    for (let turn = 0; turn < 2; turn += 1) {
      const asked = ask(desk, {}, note('answered'), note('connected'));
      order.push('asked');
      await asked;
    }
    expect(order).toEqual(['asked', 'connected', 'answered', 'connected', 'asked', 'answered']);
  });

  it('carry one request after the other', async () => {
    const ports = new Set<number | undefined>();
    const desk = await serve((socket, request, number) => {
      ports.add(socket.remotePort);
      const body = request.slice(request.indexOf('\r\n\r\n') + 4);
      socket.write(whole(`${String(number)}:${body}`), 'latin1');
    });
    const long = 'ä'.repeat(20_000);
    expect(await ask(desk)).toMatchObject({ status: 200, body: '1:hi' });
    expect(await ask(desk, { body: [Buffer.from('by'), Buffer.from('tes')] })).toMatchObject({
      body: '2:bytes',
    });
    const { body } = await ask(desk, { body: long });
    expect(Buffer.from(body, 'latin1').toString('utf8')).toBe(`3:${long}`);
    const pieces = await ask(desk, { body: [Buffer.from(long), Buffer.from('and'), Buffer.from(long)] });
    expect(Buffer.from(pieces.body, 'latin1').toString('utf8')).toBe(`4:${long}and${long}`);
    expect(await ask(desk, { method: 'GET', body: null })).toMatchObject({ status: 200 });
    expect(ports.size).toBe(1);
  });

  it.each([
    ['says that it closes them', whole('ok', 'Connection: close')],
    ['sends more than it should', `${whole('ok')}HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad`],
    ['keeps them for less than a moment', whole('ok', 'Keep-Alive: timeout=1')],
  ])('are used once where the server %s', async (_name, answer) => {
    const ports = new Set<number | undefined>();
    const desk = await serve(socket => {
      ports.add(socket.remotePort);
      socket.write(answer);
    });
    expect((await ask(desk)).body).toBe('ok');
    expect((await ask(desk)).body).toBe('ok');
    expect(ports.size).toBe(2);
  });

  it('that the server has closed meanwhile are not used', async () => {
    const desk = await serve(socket => socket.write(whole('ok')));
    await ask(desk);
    for (const socket of desk.sockets) {
      socket.end();
      await once(socket, 'close');
    }
    expect((await ask(desk)).body).toBe('ok');
  });

  it('are at most 256; whoever comes then waits for one, and may give up meanwhile', async () => {
    const held: Socket[] = [];
    let most = 0;
    const desk = await serve(socket => {
      held.push(socket);
      most = Math.max(most, desk.sockets.size);
    });
    const first = Array.from({ length: 256 }, () => ask(desk));
    const late = Array.from({ length: 20 }, () => ask(desk));
    const impatient: Seen = { body: '' };
    const given = new Promise<Error>(resolve => {
      desk.outlet.dispatch(
        {
          origin: desk.origin,
          path: '/',
          method: 'POST',
          headers: {},
          body: 'x',
          headersTimeout: 9e3,
          bodyTimeout: 9e3,
        },
        {
          onRequestStart: control => void (impatient.control = control),
          onResponseStart: () => {},
          onResponseData: () => {},
          onResponseEnd: () => {},
          onResponseError: (_control, error) => resolve(error),
        },
      );
    });
    impatient.control?.abort(new Error('enough'));
    expect((await given).message).toBe('enough');
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(256);
    for (const socket of held.splice(0)) socket.write(whole('ok'));
    await Promise.all(first);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(20);
    for (const socket of held.splice(0)) socket.write(whole('ok'));
    expect((await Promise.all(late)).map(({ body }) => body)).toEqual(Array(20).fill('ok'));
    expect(most).toBe(256);
  });

  it('are cut where the request is given up, and nothing more is told', async () => {
    const desk = await serve(socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    let told = 0;
    const asking = ask(desk, {}, control => {
      told += 1;
      control.abort(new Error('stopped'));
    });
    await expect(asking).rejects.toThrow('stopped');
    expect(told).toBe(1);
    await expect.poll(() => desk.sockets.size).toBe(0);
  });

  it('hold an upstream back while nobody reads, and go on after it', async () => {
    const size = 8 * 1024 * 1024;
    const sent = { bytes: 0 };
    const desk = await serve(socket => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${String(size)}\r\n\r\n`);
      const push = (): void => {
        while (sent.bytes < size) {
          sent.bytes += 65_536;
          if (!socket.write(Buffer.alloc(65_536, 97))) {
            socket.once('drain', push);
            return;
          }
        }
      };
      push();
    });
    let length = 0;
    let paused: OutletControl | undefined;
    const asking = ask(desk, {}, (control, seen) => {
      length += seen.body.length;
      seen.body = '';
      if (paused) return;
      paused = control;
      control.pause();
    });
    await expect.poll(() => paused).toBeDefined();
    let before = -1;
    // Until the system's own buffers are full.
    await expect
      .poll(() => (before === sent.bytes ? true : ((before = sent.bytes), false)), { interval: 200 })
      .toBe(true);
    expect(sent.bytes).toBeLessThan(size);
    expect(length).toBeLessThan(256 * 1024);
    paused?.resume();
    await asking;
    expect(length).toBe(size);
  });
});

describe('what goes wrong has a code errors are put into words by:', () => {
  const codeOf = (asking: Promise<unknown>): Promise<unknown> =>
    asking.then(
      () => 'none',
      (error: { code?: string }) => error.code,
    );

  it('no head in time, and no further byte in time', async () => {
    const silent = await serve(() => {});
    expect(await codeOf(ask(silent, { headersTimeout: 60 }))).toBe('UND_ERR_HEADERS_TIMEOUT');
    const stuck = await serve(socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    expect(await codeOf(ask(stuck, { headersTimeout: 60, bodyTimeout: 60 }))).toBe('UND_ERR_BODY_TIMEOUT');
  });

  it('a connection that ends early, or is reset', async () => {
    const ending = await serve(socket => socket.end());
    expect(await codeOf(ask(ending))).toBe('UND_ERR_SOCKET');
    const half = await serve(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    expect(await codeOf(ask(half))).toBe('UND_ERR_SOCKET');
    const reset = await serve(socket => socket.resetAndDestroy());
    expect(await codeOf(ask(reset))).toBe('ECONNRESET');
  });

  it('nobody there, and what is no HTTP', async () => {
    const desk = await serve(socket => socket.write('SSH-2.0-OpenSSH_9.6\r\n\r\n'));
    expect(await codeOf(ask(desk))).toBe('HPE_INVALID_CONSTANT');
    expect(await codeOf(ask({ ...desk, origin: 'http://127.0.0.1:1' }))).toBe('ECONNREFUSED');
  });

  it('a request that cannot be written leaves its connection to the next', async () => {
    const ports = new Set<number | undefined>();
    const desk = await serve(socket => {
      ports.add(socket.remotePort);
      socket.write(whole('ok'));
    });
    await ask(desk);
    expect(await codeOf(ask(desk, { headers: { 'x-a': 'a\nb' } }))).toBe('UND_ERR_INVALID_ARG');
    expect((await ask(desk)).body).toBe('ok');
    expect(ports.size).toBe(1);
  });

  it('a client that was closed', async () => {
    const desk = await serve(socket => socket.write(whole('ok')));
    await ask(desk);
    await desk.outlet.close();
    expect(await codeOf(ask(desk))).toBe('UND_ERR_CLOSED');
  });
});
