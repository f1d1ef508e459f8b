import { describe, expect, it } from 'vitest';

import { networkConfigSchema } from '../../../electron/contract/network.ts';
import { findUpdateRoute } from '../../../electron/update-route.ts';

function find(settings: object, env: Record<string, string> = {}) {
  const keychain = { get: () => Promise.resolve('from-keychain') };
  return findUpdateRoute(networkConfigSchema.parse(settings), { dataDir: '/', env, keychain });
}

describe('the way newer versions are asked for', () => {
  it('is direct where no proxy is wanted, whatever the environment says', async () => {
    const env = { HTTPS_PROXY: 'http://proxy.example:3128' };
    expect((await find({ proxy: 'none' }, env)).proxy).toEqual({ mode: 'direct' });
    expect((await find({}, {})).proxy).toEqual({ mode: 'direct' });
    expect((await find({}, { ...env, NO_PROXY: '*' })).proxy).toEqual({ mode: 'direct' });
  });

  it('is the proxy of the settings, with its login and its exceptions', async () => {
    const route = await find({
      proxy: 'http://me@proxy.example:3128',
      proxy_password: 'keychain:proxy',
      no_proxy: ['.internal.example', '10.0.0.0/8', 'host.example:8080'],
    });
    expect(route.proxy).toEqual({
      mode: 'fixed_servers',
      proxyRules: 'http=http://proxy.example:3128;https=http://proxy.example:3128',
      proxyBypassRules:
        '<-loopback>,internal.example,.internal.example,10.0.0.0/8,host.example:8080,.host.example:8080',
    });
    expect(route.logins.get('proxy.example:3128')).toMatchObject({ user: 'me', password: 'from-keychain' });
  });

  it('is what the environment says of each scheme, this machine left out', async () => {
    const env = { HTTPS_PROXY: 'socks5h://[::1]:1080', NO_PROXY: 'example.com' };
    expect((await find({}, env)).proxy).toEqual({
      mode: 'fixed_servers',
      proxyRules: 'https=socks5://[::1]:1080',
      proxyBypassRules: 'example.com,.example.com',
    });
  });

  it('is none at all where the setting is wrong', async () => {
    await expect(find({}, { HTTPS_PROXY: 'nonsense://x' })).rejects.toThrow(/HTTPS_PROXY names no proxy/);
  });
});
