import { describe, expect, it } from 'vitest';

import { configSchema } from '../../../electron/contract/config.ts';
import type { RawConfig } from '../../../electron/contract/config.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import { resolveNetwork } from '../../../electron/engine/network/resolve-network.ts';
import type { ResolvedNetwork } from '../../../electron/engine/network/resolve-network.ts';

const secret = 'p@ss/w%rd #1';

async function resolve(
  network: RawConfig['network'],
  env: Record<string, string> = {},
): Promise<ResolvedNetwork> {
  const keychain = { get: (account: string) => Promise.resolve(account === 'proxy' ? secret : undefined) };
  return resolveNetwork(configSchema.parse({ network }).network, { env, keychain, dataDir: '/nowhere' });
}

function nameOf(proxy: ResolvedNetwork['proxies']['http']): string {
  if (proxy instanceof AppError) return `${proxy.code}: ${proxy.message}`;
  return proxy === null ? 'direct' : `${proxy.name} from ${proxy.source}`;
}

describe('the environment', () => {
  const a = 'http://a.test:1';
  const b = 'http://b.test:2';
  it.each<[Record<string, string>, string, string]>([
    [{}, 'direct', 'direct'],
    [{ HTTPS_PROXY: a }, 'direct', `${a} from HTTPS_PROXY`],
    [{ HTTP_PROXY: a }, `${a} from HTTP_PROXY`, 'direct'],
    [{ https_proxy: a, HTTPS_PROXY: b }, 'direct', `${a} from https_proxy`],
    [{ https_proxy: '', HTTPS_PROXY: b }, 'direct', `${b} from HTTPS_PROXY`],
    [{ ALL_PROXY: a }, `${a} from ALL_PROXY`, `${a} from ALL_PROXY`],
    [{ all_proxy: a, HTTPS_PROXY: b }, `${a} from all_proxy`, `${b} from HTTPS_PROXY`],
    [{ HTTPS_PROXY: 'proxy.test:3128' }, 'direct', 'http://proxy.test:3128 from HTTPS_PROXY'],
    [
      { ALL_PROXY: 'socks://[::1]:1080/', HTTP_PROXY: a },
      `${a} from HTTP_PROXY`,
      'socks5://[::1]:1080 from ALL_PROXY',
    ],
    [{ HTTPS_PROXY: 'https://proxy.test' }, 'direct', 'https://proxy.test:443 from HTTPS_PROXY'],
  ])('%j', async (env, http, https) => {
    const { proxies } = await resolve(undefined, env);
    expect([nameOf(proxies.http), nameOf(proxies.https)]).toEqual([http, https]);
  });

  it('says nothing where the settings name a proxy, or none', async () => {
    const env = { HTTPS_PROXY: a, NO_PROXY: '*' };
    expect((await resolve({ proxy: 'none' }, env)).proxies).toEqual({ http: null, https: null });
    const own = await resolve({ proxy: b }, env);
    expect(nameOf(own.proxies.https)).toBe(`${b} from network.proxy`);
    expect(own.isDirect('example.com', 443)).toBe(false);
  });

  it('keeps this machine and NO_PROXY out, with no_proxy of the settings beside it', async () => {
    const { isDirect } = await resolve(
      { no_proxy: ['.inside.test'] },
      { HTTPS_PROXY: a, NO_PROXY: 'corp.test, 10.0.0.0/8' },
    );
    const direct = ['localhost', 'a.localhost', '127.0.0.9', '::1', 'corp.test', '10.1.1.1', 'x.inside.test'];
    expect(direct.filter(host => isDirect(host, 443))).toEqual(direct);
    expect(isDirect('example.com', 443)).toBe(false);
  });

  it.each(['ftp://a.test:1', 'socks4://a.test:1', 'http://a.test:99999', 'http://u:top/secret@a.test:1'])(
    'that names no proxy (%s) is an error that says where it stands and nothing of what stands there',
    async text => {
      const { proxies } = await resolve(undefined, { HTTPS_PROXY: text });
      expect(proxies.http).toBeNull();
      expect(nameOf(proxies.https)).toMatch(
        /^proxy_error: The environment variable HTTPS_PROXY names no proxy: /,
      );
      expect(nameOf(proxies.https)).not.toContain('secret');
    },
  );
});

describe('a password of the settings', () => {
  it.each<[string, RawConfig['network'], string]>([
    ['in the address', { proxy: 'http://me:p%40ss%2Fw%25rd%20%231@a.test:1' }, secret],
    ['as a variable in the address', { proxy: 'http://me:${PROXY_PASS}@a.test:1' }, secret],
    ['as env: in the address', { proxy: 'http://me:env:PROXY_PASS@a.test:1' }, secret],
    ['beside it, literally', { proxy: 'http://me@a.test:1', proxy_password: secret }, secret],
    ['beside it, as a variable', { proxy: 'http://me@a.test:1', proxy_password: '${PROXY_PASS}' }, secret],
    ['in the keychain', { proxy: 'socks5://me@a.test:1', proxy_password: 'keychain:proxy' }, secret],
    ['that is not set', { proxy: 'http://a.test:1' }, ''],
  ])('%s', async (_where, network, expected) => {
    const { proxies } = await resolve(network, { PROXY_PASS: secret });
    expect(proxies.https).toMatchObject({ password: expected, user: expected === '' ? '' : 'me' });
    expect(nameOf(proxies.https)).toMatch(/^(http|socks5):\/\/a\.test:1 from network\.proxy$/);
  });

  it.each<[RawConfig['network'], RegExp]>([
    [{ proxy: 'http://me:${NOT_THERE}@a.test:1' }, /^missing_env_var: .*NOT_THERE/],
    [
      { proxy: 'http://me@a.test:1', proxy_password: 'keychain:empty' },
      /^invalid_auth_value: .*account empty.*secrets set empty/,
    ],
    [{ proxy: 'http://me@a.test:1', proxy_password: '${sec ret}' }, /^invalid_auth_value: .*proxy_password/],
  ])('that cannot be found stands in the way: %j', async (network, expected) => {
    const { proxies } = await resolve(network);
    expect(nameOf(proxies.https)).toMatch(expected);
    expect(nameOf(proxies.https)).not.toContain('sec ret');
    expect(proxies.http).toBe(proxies.https);
  });
});
