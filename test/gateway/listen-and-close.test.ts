import { once } from 'node:events';
import { createServer } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { configSchema } from '../../electron/contract/config.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { createGateway } from '../../electron/gateway/create-gateway.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { StopSignal } from '../../electron/engine/engine.ts';
import { aborted, chunkFrame, createFakeEngine } from './fake-engine.ts';
import {
  KEY,
  openSocket,
  readAnswer,
  readToEnd,
  startGateway,
  startRequest,
  withKey,
} from './start-gateway.ts';

const path = '/v1/chat/completions';
const body = (model: string, stream = true): string =>
  JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hi' }] });

function build(host = '127.0.0.1', port = 0): ReturnType<typeof createGateway> {
  const allowed = { allowed_hosts: ['my-box.lan'] };
  const config = { ...configSchema.parse({}).gateway, ...allowed, host, port, max_body_bytes: 1000 };
  const gateway = createGateway({
    engine: createFakeEngine(),
    dialects,
    verifyKey: () => undefined,
    config: () => config,
    version: '1',
  });
  onTestFinished(() => gateway.close({ graceMs: 0 }));
  return gateway;
}

describe('listen', () => {
  it('refuses a taken port in one sentence that says what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      taken.close();
    });
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(build('127.0.0.1', port).listen()).rejects.toMatchObject({
      code: 'port_taken',
      message: `Port ${port} is taken by another program; choose another with \`--port N\` or gateway.port in parley.yaml.`,
    });
  });

  it('refuses a host that is not of this machine', async () => {
    await expect(build('192.0.2.1').listen()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  it('gives an address that can be opened, also when it listens on all of them', async () => {
    const { url, port } = await build('0.0.0.0').listen();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('prefers the port it is given', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    await once(probe, 'close');
    expect(await build('127.0.0.1', 1).listen(port)).toEqual({ url: `http://127.0.0.1:${port}`, port });
  });
});

describe('close', () => {
  it('ends a passed stream with an error frame, and stops its upstream', async () => {
    const signals: StopSignal[] = [];
    const engine = createFakeEngine({
      pass({ sink, context }) {
        signals.push(context.signal);
        sink.head(200, { 'content-type': 'text/event-stream' });
        sink.data(chunkFrame('one'));
      },
    });
    const { gateway, open } = await startGateway({ engine });
    const response = await open(path, { method: 'POST', headers: withKey(), body: body('raw/m') });
    const answer = readAnswer(response);
    await gateway.close({ graceMs: 5000 });
    const { text } = await answer;
    expect(text).toContain('"content":"one"');
    expect(text).toContain('shutting down');
    expect(text).not.toContain('[DONE]');
    expect(signals.map(signal => signal.aborted)).toEqual([true]);
  });

  it('ends a translated stream with an error frame, even where the upstream ignores it', async () => {
    const engine = createFakeEngine({
      async *deltas(): AsyncIterable<Delta> {
        yield { type: 'block_delta', block: 'text', index: 0, delta: 'one' };
        await new Promise(() => {});
      },
    });
    const { gateway, open, problems } = await startGateway({ engine });
    const answer = readAnswer(
      await open(path, { method: 'POST', headers: withKey(), body: body('hooked/m') }),
    );
    await gateway.close({ graceMs: 5000 });
    expect((await answer).text).toMatch(/"content":"one"[^]*shutting down/);
    expect(problems).toEqual([]);
  });

  it.each(['raw/m', 'hooked/m'])('answers 503 to a call of %s that has no answer yet', async model => {
    const asking = Promise.withResolvers<void>();
    const engine = createFakeEngine({
      pass: () => asking.resolve(),
      async deltas(_request, context) {
        asking.resolve();
        await aborted(context.signal);
        throw new AppError('cancelled', 'The call was stopped.');
      },
    });
    const { gateway, open } = await startGateway({ engine });
    const response = open(path, { method: 'POST', headers: withKey(), body: body(model) });
    await asking.promise;
    await gateway.close({ graceMs: 5000 });
    const answer = await readAnswer(await response);
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('shutting down')]);
  });

  it('does not wait longer than the grace time for a tool that does not read', async () => {
    const engine = createFakeEngine({
      pass({ sink }) {
        sink.head(200, { 'content-type': 'text/event-stream' });
        // More than the sockets of both ends take.
        sink.data(Buffer.alloc(32 * 1024 * 1024));
      },
    });
    const { gateway, port } = await startGateway({ engine });
    const socket = openSocket(port);
    const text = body('raw/m');
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${KEY}\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    );
    await once(socket, 'readable');
    const started = performance.now();
    await gateway.close({ graceMs: 200 });
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(150);
    expect(took).toBeLessThan(5000);
  });

  it('ends idle connections, half requests and the event stream of the page, and frees the port', async () => {
    const { gateway, port, url } = await startGateway({
      page: (_request, response) => {
        response.writeHead(200).write('waiting');
        return true;
      },
    });
    const idle = openSocket(port);
    const half = openSocket(port);
    half.write('GET /health HTTP/1.1\r\n');
    const page = openSocket(port);
    page.write('GET /ui/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(page, 'data');
    const ended = [idle, half, page].map(readToEnd);
    await gateway.close();
    await Promise.all(ended);
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
  });

  it('may be called twice, and before listening', async () => {
    const gateway = build();
    await Promise.all([gateway.close(), gateway.close()]);
    await expect(gateway.close()).resolves.toBeUndefined();
  });

  it('takes no new request on an open connection', async () => {
    const release = Promise.withResolvers<void>();
    const engine = createFakeEngine({
      pass({ sink }) {
        sink.head(200, { 'content-type': 'text/event-stream' });
        void release.promise.then(() => sink.end());
        // More than the sockets of both ends take.
        sink.data(Buffer.alloc(32 * 1024 * 1024));
      },
    });
    const { gateway, port } = await startGateway({ engine });
    // A tool that does not read keeps the gateway in its grace time.
    const slow = startRequest(port, path, { method: 'POST', headers: withKey(), body: body('raw/m') });
    slow.on('error', () => {});
    const [response] = (await once(slow, 'response')) as [NodeJS.ReadableStream];
    response.on('error', () => {});
    const begun = openSocket(port);
    // Half of a second request, which has surely arrived once the first is answered.
    begun.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\nGET /v1/models HTTP/1.1\r\n');
    await once(begun, 'data');
    const closed = gateway.close({ graceMs: 60_000 });
    begun.write('host: localhost\r\n\r\n');
    const [answer] = (await once(begun, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 /);
    slow.destroy();
    await closed;
    release.resolve();
  });
});
