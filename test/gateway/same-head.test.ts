import { once } from 'node:events';
import type { Socket } from 'node:net';

import { expect, it } from 'vitest';

import { configSchema } from '../../electron/contract/config.ts';
import type { GatewayConfig } from '../../electron/contract/config.ts';
import { createFakeEngine } from './fake-engine.ts';
import { KEY, openSocket, startGateway } from './start-gateway.ts';

// A tool sends the same head with every request: what was decided of it once counts no longer than its reasons.

const body = JSON.stringify({ model: 'raw/m', stream: true, messages: [] });
const request = [
  'POST /v1/chat/completions HTTP/1.1',
  'Host: desk.example',
  `Authorization: Bearer ${KEY}`,
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

async function ask(socket: Socket): Promise<string> {
  socket.write(request);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('latin1');
}

const settings = (change: Partial<GatewayConfig> = {}): GatewayConfig => ({
  ...configSchema.parse({}).gateway,
  port: 0,
  allowed_hosts: ['desk.example'],
  ...change,
});

it('is answered each time', async () => {
  const { port } = await startGateway({ config: () => settings() });
  const socket = openSocket(port);
  for (let count = 0; count < 3; count += 1) expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('is refused from the moment its key is nobody’s', async () => {
  let key: string | undefined = KEY;
  const { port } = await startGateway({
    settings: { allowed_hosts: ['desk.example'], require_key: true },
    verifyKey: presented => (presented === key ? { id: 'k1', name: 'my-tool' } : undefined),
  });
  const socket = openSocket(port);
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
  key = undefined;
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 401 [^]*www-authenticate: Bearer/);
  key = KEY;
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('is refused from the moment the settings do not let it in', async () => {
  let config = settings();
  const { port } = await startGateway({ config: () => config });
  const socket = openSocket(port);
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
  config = settings({ allowed_hosts: [] });
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 403 /);
  config = settings();
  expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('is refused while Parley shuts down', async () => {
  const engine = createFakeEngine({
    pass({ sink }) {
      sink.head(200, { 'content-type': 'text/event-stream' });
      // More than the sockets of both ends take.
      sink.data(Buffer.alloc(32 * 1024 * 1024));
    },
  });
  const { gateway, port } = await startGateway({ engine, settings: { allowed_hosts: ['desk.example'] } });
  const refused = request.replace(body, body.replace('raw/m', 'no/mm'));
  const socket = openSocket(port);
  socket.write(refused);
  await once(socket, 'data');
  // A tool that does not read keeps the gateway in its grace time.
  const slow = openSocket(port).pause();
  slow.write(request);
  await once(slow, 'readable');
  const closed = gateway.close({ graceMs: 60_000 });
  socket.write(refused);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 503 /);
  slow.destroy();
  await closed;
});
