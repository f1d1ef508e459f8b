import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { startWholeParley } from './whole-parley.ts';

async function takePort(): Promise<{ port: number; free: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a server listening on TCP has one
  const free = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(free);
  return { port, free };
}

async function freePort(): Promise<number> {
  const { port, free } = await takePort();
  await free();
  return port;
}

/** Over a connection of its own: one that waited for its next request goes with the old gateway. */
const isUp = (url: string) =>
  new Promise<boolean>(resolve => {
    get(`${url}/health`, { agent: false }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });

it('a new port answers at once, and a stream of the old one comes to its end', async () => {
  const parley = await startWholeParley();
  const { key } = await parley.ask('gateway_keys.create', { name: 'tool' });
  const goOn = Promise.withResolvers<void>();
  parley.upstream.answer = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"one "}}]}\n\n');
    await goOn.promise;
    response.write('data: {"choices":[{"index":0,"delta":{"content":"two"},"finish_reason":"stop"}]}\n\n');
    response.end('data: [DONE]\n\n');
  };
  const streaming = await parley.chat(key, { stream: true });
  const port = await freePort();
  const state = await parley.ask('server.change', { port });
  expect(state).toMatchObject({ port, url: `http://127.0.0.1:${port}`, ui: null });
  expect(await isUp(state.url ?? '')).toBe(true);
  expect(await isUp(parley.url)).toBe(false);
  goOn.resolve();
  const text = await streaming.text();
  expect(text).toContain('two');
  expect(text).toContain('[DONE]');
  expect(text).not.toContain('shutting down');
  expect(readFileSync(join(parley.dataDir, 'parley.yaml'), 'utf8')).toContain(`gateway: { port: ${port} }`);
});

it('ends no connection when parley.yaml comes to name the port it has', async () => {
  const parley = await startWholeParley();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ownPort = () =>
    new Promise<unknown>((resolve, reject) => {
      get(`${parley.url}/health`, { agent }, response => {
        const { localPort } = response.socket;
        response.resume().on('end', () => resolve(localPort));
      }).on('error', reject);
    });
  const before = await ownPort();
  expect(before).toBeGreaterThan(0);
  const port = Number(new URL(parley.url).port);
  expect(await parley.ask('server.change', { port })).toMatchObject({ port, url: parley.url });
  expect(await ownPort()).toBe(before);
});

it('a taken port changes nothing, in the file neither', async () => {
  const parley = await startWholeParley();
  const before = readFileSync(join(parley.dataDir, 'parley.yaml'), 'utf8');
  const { port } = await takePort();
  await expect(parley.ask('server.change', { port })).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining(String(port)),
  });
  expect(await isUp(parley.url)).toBe(true);
  expect(readFileSync(join(parley.dataDir, 'parley.yaml'), 'utf8').trimEnd()).toBe(before.trimEnd());
  expect(await parley.ask('app.info', {})).toMatchObject({ gateway_url: parley.url, gateway_error: null });
});

it('opens to the network at the same port, with a key and names alone', async () => {
  const parley = await startWholeParley({ gateway: '{ port: 0, require_key: false } # mine' });
  const { port } = new URL(parley.url);
  await expect(parley.ask('server.change', { host: '0.0.0.0' })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('require_key'),
  });
  expect(await isUp(parley.url)).toBe(true);
  const open = { host: '0.0.0.0', require_key: true, allowed_hosts: ['my-box.lan'] };
  expect(await parley.ask('server.change', open)).toMatchObject({ ...open, url: parley.url });
  expect(await isUp(parley.url)).toBe(true);
  expect(readFileSync(join(parley.dataDir, 'parley.yaml'), 'utf8')).toContain('# mine');
  expect(await parley.ask('server.change', { host: '127.0.0.1' })).toMatchObject({
    url: `http://127.0.0.1:${port}`,
  });
  expect(await isUp(parley.url)).toBe(true);
});

it('stays where it was when the host is none of this machine, on the same port too', async () => {
  const parley = await startWholeParley();
  const alien = { host: '192.0.2.1', allowed_hosts: ['box'] };
  await expect(parley.ask('server.change', alien)).rejects.toMatchObject({ code: 'config_invalid' });
  expect(await isUp(parley.url)).toBe(true);
  expect(await parley.ask('server.get', {})).toMatchObject({
    host: '127.0.0.1',
    allowed_hosts: [],
    url: parley.url,
  });
});

it('follows an edit of parley.yaml by hand, and says when it cannot', async () => {
  const parley = await startWholeParley();
  const file = join(parley.dataDir, 'parley.yaml');
  const write = (port: number) =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^gateway:.*$/m, `gateway: { port: ${port} }`));
  const { port: taken, free } = await takePort();
  write(taken);
  await expect
    .poll(async () => (await parley.ask('app.info', {})).gateway_error, { timeout: 5_000 })
    .toMatchObject({ code: 'port_taken' });
  expect(await isUp(parley.url)).toBe(true);
  await free();
  const port = await freePort();
  write(port);
  await expect
    .poll(() => parley.ask('app.info', {}), { timeout: 5_000 })
    .toMatchObject({ gateway_url: `http://127.0.0.1:${port}`, gateway_error: null });
});
