import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { startWholeParley } from './whole-parley.ts';

test('a paused gateway lets go of its port, tells so, and comes back to it', async () => {
  const { core, url, ask, events } = await startWholeParley();
  const isThere = async (): Promise<boolean> =>
    (await fetch(`${url}/health`).catch(() => undefined))?.ok ?? false;
  expect(await isThere()).toBe(true);
  await core.gateway.pause(true);
  expect(core.gateway.isPaused()).toBe(true);
  expect(await isThere()).toBe(false);
  expect(await ask('app.info', {})).toMatchObject({
    gateway_url: null,
    gateway_error: { message: expect.stringContaining('is paused') as string },
  });
  expect(events.at(-1)?.name).toBe('app.changed');
  await core.gateway.pause(false);
  expect(await isThere()).toBe(true);
  expect(core.gateway.address()?.url).toBe(url);
  expect(await ask('app.info', {})).toMatchObject({ gateway_url: url, gateway_error: null });
});

test('what parley.yaml says while it is paused holds when it is resumed', async () => {
  const { core } = await startWholeParley();
  await core.gateway.pause(true);
  const port = await freePort();
  await core.config.update(document => document.setIn(['gateway', 'port'], port));
  // Its turn comes after what the change brought about.
  await core.gateway.pause(true);
  expect(core.gateway.address()).toBeNull();
  await core.gateway.pause(false);
  expect(core.gateway.address()?.url).toBe(`http://127.0.0.1:${port}`);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
