import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { prepareDataDir } from '../../electron/backup/prepare-data-dir.ts';
import { wishErase } from '../../electron/backup/erase-data.ts';
import type { NetworkSettings } from '../../electron/contract/settings-calls.ts';
import { openConfigFile } from '../../electron/config/config-file.ts';
import { openScriptLibrary } from '../../electron/engine/script-library.ts';
import { createNetwork } from '../../electron/engine/network/create-network.ts';
import { openSettings } from '../../electron/desks/open-settings.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { makeDataDir } from '../store/test-store.ts';

async function openDesk(yaml: string) {
  const dataDir = makeDataDir();
  const file = join(dataDir, 'parley.yaml');
  writeFileSync(file, yaml);
  const config = await openConfigFile({ file, onChange: () => {}, onProblem: () => {} });
  const secrets = new Map<string, string>();
  const keychain = {
    set: vi.fn((account: string, secret: string) => Promise.resolve(void secrets.set(account, secret))),
  };
  const network = createNetwork({
    settings: () => config.current().network,
    env: {},
    keychain: { get: account => Promise.resolve(secrets.get(account)) },
    dataDir,
  });
  onTestFinished(async () => {
    await network.close();
    await config.close();
  });
  return {
    desk: openSettings({ dataDir, config, keychain, network }),
    keychain,
    text: () => readFileSync(file, 'utf8'),
  };
}

const direct: NetworkSettings = { mode: 'none', address: '', user: '', no_proxy: [], ca_file: null };

test('a password is never handed out, and stays where it is when something else is changed', async () => {
  const { desk, text } = await openDesk('network: { proxy: "http://me:hunter%2F2@p.example:3128" }\n');
  const shown = desk.network();
  expect(shown).toEqual({
    mode: 'address',
    address: 'http://p.example:3128',
    user: 'me',
    has_password: true,
    no_proxy: [],
    ca_file: null,
  });
  const { has_password: _has, ...same } = shown;
  await desk.setNetwork({ ...same, no_proxy: ['localhost'] });
  expect(text()).toContain('http://me:hunter%2F2@p.example:3128');
  expect(text()).toContain('localhost');
});

test('a new password goes to the keychain, and none is left in the address', async () => {
  const { desk, keychain, text } = await openDesk('network: { proxy: "http://me:old@p.example:3128" }\n');
  await desk.setNetwork({
    ...direct,
    mode: 'address',
    address: 'http://p.example:3128',
    user: 'me',
    password: 'new',
  });
  expect(keychain.set).toHaveBeenCalledExactlyOnceWith('proxy', 'new');
  expect(text()).toContain('http://me@p.example:3128');
  expect(text()).toContain('proxy_password: keychain:proxy');
  expect(text()).not.toMatch(/old|new/);
  await desk.setNetwork(direct);
  expect(text()).not.toContain('proxy_password');
  expect(desk.network()).toMatchObject({ mode: 'none', has_password: false });
});

test('what is no proxy is refused before anything is written', async () => {
  const { desk, text } = await openDesk('# mine\n');
  for (const address of ['ftp://x', 'http://', 'http://a b', '']) {
    await expect(desk.setNetwork({ ...direct, mode: 'address', address })).rejects.toThrow(/proxy/);
  }
  await expect(desk.setNetwork({ ...direct, no_proxy: ['*foo'] })).rejects.toThrow(/reached directly/);
  expect(text()).toBe('# mine\n');
  await expect(desk.testHost('http://[')).rejects.toThrow(/is no host/);
});

test('everything goes at the next start when that was wished, and nothing when it was taken back', () => {
  const dataDir = makeDataDir();
  openStore({ file: join(dataDir, 'parley.db') }).close();
  mkdirSync(join(dataDir, 'logs'));
  writeFileSync(join(dataDir, 'logs', 'parley.log'), 'asked for secrets');
  mkdirSync(join(dataDir, 'backups', 'x'), { recursive: true });
  writeFileSync(join(dataDir, 'parley.yaml'), 'llm: {}');
  wishErase(dataDir, true);
  wishErase(dataDir, false);
  expect(prepareDataDir(dataDir, () => {})).toEqual([]);
  expect(existsSync(join(dataDir, 'parley.db'))).toBe(true);
  wishErase(dataDir, true);
  expect(prepareDataDir(dataDir, () => {})).toEqual([expect.stringMatching(/Everything was deleted/)]);
  expect(readdirSync(dataDir).sort()).toEqual(['logs', 'parley.running', 'providers']);
  expect(readFileSync(join(dataDir, 'logs', 'parley.log'), 'utf8')).toBe('');
});

test('safe mode reads no script of one’s own, and says so', async () => {
  const userDir = makeDataDir();
  const builtInDir = makeDataDir();
  writeFileSync(join(userDir, 'own.lua'), 'return {}');
  writeFileSync(join(userDir, 'both.lua'), 'return { mine = true }');
  writeFileSync(join(builtInDir, 'both.lua'), 'return {}');
  const library = openScriptLibrary({ userDir, builtInDir, safe: true });
  expect((await library.list()).map(({ type, origin }) => [type, origin])).toEqual([['both', 'built-in']]);
  expect((await library.read('both')).text).toBe('return {}');
  await expect(library.read('own')).rejects.toThrow(/Safe mode loads no scripts of your own/);
});
