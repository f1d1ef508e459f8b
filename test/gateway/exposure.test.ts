import { describe, expect, it } from 'vitest';

import { parseConfig } from '../../electron/config/parse-config.ts';
import type { GatewayConfig } from '../../electron/contract/config.ts';
import { checkFrontDoor } from '../../electron/gateway/check-front-door.ts';
import { startGateway, withKey } from './start-gateway.ts';

function read(gateway: string): GatewayConfig | string {
  const parsed = parseConfig(`gateway: ${gateway}\n`, 'parley.yaml');
  if (parsed.type === 'good') return parsed.config.gateway;
  const { line, column, message } = parsed.problem;
  return `${String(line)}:${String(column)} ${message}`;
}

describe('parley.yaml', () => {
  it.each(['127.0.0.1', 'localhost', '127.1.2.3', '"::1"', 'LOCALHOST'])('may name %s without more', host => {
    expect(read(`{ host: ${host}, require_key: false }`)).toMatchObject({
      allowed_hosts: [],
      cors_origins: [],
    });
  });

  it.each([
    '0.0.0.0',
    '"::"',
    '192.168.1.5',
    'my-box.lan',
    '"fd00::1"',
    '""',
    'localhost.evil',
    '127.0.0.1.evil',
  ])('opens %s to the network only with keys and with the names of this machine', host => {
    expect(read(`{ host: ${host}, require_key: false, allowed_hosts: [my-box.lan] }`)).toContain(
      'needs require_key: true',
    );
    expect(read(`{ host: ${host} }`)).toMatch(/^1:\d+ gateway.host: .*needs allowed_hosts/);
    expect(read(`{ host: ${host}, allowed_hosts: [] }`)).toContain('needs allowed_hosts');
    expect(read(`{ host: ${host}, allowed_hosts: [my-box.lan] }`)).toMatchObject({
      allowed_hosts: ['my-box.lan'],
    });
  });

  it('takes one entry alone for a list of one', () => {
    expect(read('{ allowed_hosts: my-box.lan, cors_origins: "*" }')).toMatchObject({
      allowed_hosts: ['my-box.lan'],
      cors_origins: ['*'],
    });
  });

  it.each(['my-box.lan', '192.168.1.5', '"[fd00::1]"', '"fd00::1"', 'host.docker.internal'])(
    'may allow the host %s',
    host => {
      expect(read(`{ allowed_hosts: [${host}] }`)).toMatchObject({
        allowed_hosts: [host.replaceAll('"', '')],
      });
    },
  );

  it.each(['"my-box.lan:4141"', '"http://my-box.lan"', '"*"', '"*.lan"', '"a b"', '""', '"user@box"'])(
    'may not allow the host %s',
    host => {
      expect(read(`{ allowed_hosts: [${host}] }`)).toContain('without port, e.g. my-box.lan');
    },
  );

  it.each([
    'https://app.example',
    'http://localhost:3000',
    'chrome-extension://abc',
    'app://obsidian.md',
    '"null"',
  ])('may let the page %s in', origin => {
    expect(read(`{ cors_origins: [${origin}] }`)).toMatchObject({
      cors_origins: [origin.replaceAll('"', '')],
    });
  });

  it.each(['https://app.example/', 'https://app.example/path', 'app.example', '"https://*.example/"', '""'])(
    'may not let the page %s in',
    origin => {
      expect(read(`{ cors_origins: [${origin}] }`)).toContain('an origin is scheme://host');
    },
  );

  it('lets all pages in only with keys', () => {
    expect(read('{ cors_origins: "*", require_key: false }')).toMatch(
      /gateway.cors_origins: .*require_key: true/,
    );
    expect(read('{ cors_origins: ["https://a.example"], require_key: false }')).toMatchObject({
      require_key: false,
    });
  });
});

describe('listening', () => {
  it.each([
    [{ host: '0.0.0.0', require_key: false }, 'needs require_key: true'],
    [{ host: '0.0.0.0' }, 'needs allowed_hosts'],
    [{ host: '::', allowed_hosts: [] }, 'needs allowed_hosts'],
  ])('with %j is refused in one sentence', async (settings, sentence) => {
    await expect(startGateway({ settings })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(sentence) as unknown,
    });
  });

  it('on every address answers to the names that were allowed, and to no other', async () => {
    const { ask } = await startGateway({
      settings: { host: '0.0.0.0', allowed_hosts: ['My-Box.lan', '10.0.0.7'] },
    });
    const statusAs = async (host: string) => (await ask('/v1/models', { headers: withKey({ host }) })).status;
    for (const host of ['my-box.lan:4141', 'MY-BOX.LAN', '10.0.0.7:80', '127.0.0.1', 'localhost'])
      expect([host, await statusAs(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', '0.0.0.0:4141', '10.0.0.8', 'my-box.lan.evil'])
      expect([host, await statusAs(host)]).toEqual([host, 403]);
  });

  it('follows the settings while it runs', async () => {
    const { ask, config } = await startGateway();
    const headers = withKey({ host: 'host.docker.internal:4141' });
    expect((await ask('/v1/models', { headers })).status).toBe(403);
    config.allowed_hosts = ['host.docker.internal'];
    expect((await ask('/v1/models', { headers })).status).toBe(200);
  });
});

it.each([
  ['fd00::1', '[fd00::1]:80', true],
  ['[fd00::1]', '[FD00::1]', true],
  ['fd00::1', '[fd00::2]', false],
])('allowed as %s, asked as %s: %s', (allowed, host, welcome) => {
  const refusal = checkFrontDoor({ host }, { host: '::', allowed_hosts: [allowed], page: false });
  expect(refusal?.code).toBe(welcome ? undefined : 'forbidden_host');
});
