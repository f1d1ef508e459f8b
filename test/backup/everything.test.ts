import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { strFromU8, unzipSync, zipSync } from 'fflate';
import { expect, test, vi } from 'vitest';

import { takeEverything } from '../../electron/api/backup-handlers.ts';
import { previewImport } from '../../electron/api/transfer/import-file.ts';
import { readEverything } from '../../electron/api/transfer/read-everything.ts';
import { exportEverything, scriptsWithKeys } from '../../electron/backup/export-everything.ts';
import { seal, unseal } from '../../electron/backup/seal.ts';
import { parseConfig } from '../../electron/config/parse-config.ts';
import { keychainAccounts, withoutKeys } from '../../electron/config/without-keys.ts';
import { makeDataDir, makeEnd, makeMessage, makeStart, openTestStore } from '../store/test-store.ts';

const secrets = [
  'sk-literal',
  'sk-second',
  'sk-old',
  'hunter2',
  'sk-header',
  'sk-query',
  'pw-in-url',
  'tok3n',
];
const settings = `# sk-old was the key before
llm:
  backends:
    - { name: groq, type: groq, api_key: sk-literal } # and sk-old
    - { name: two, type: openai, api_key: [sk-second, env:OTHER], headers: { X-Auth: sk-header, X-Org: env:ORG } }
    - { name: safe, type: openai, api_key: keychain:work }
    - { name: var, type: openai, api_key: "\${GROQ_KEY}", url: "https://me:pw-in-url@x.example/v1?key=sk-query" }
network:
  proxy: http://tok3n:hunter2@proxy.example:3128
`;

const version = '1.2.3';

function makeFilled() {
  const dataDir = makeDataDir();
  mkdirSync(join(dataDir, 'providers'));
  writeFileSync(join(dataDir, 'parley.yaml'), settings);
  writeFileSync(join(dataDir, 'providers', 'own.lua'), 'return {}');
  writeFileSync(join(dataDir, 'providers', '.approved.json'), '{}');
  const store = openTestStore({ file: join(dataDir, 'parley.db') });
  const chat = store.chats.create({ model: null, title: 'Tides' });
  store.chats.addMessage(makeMessage(chat.id));
  const call = makeStart({ client: '=cmd', model_asked: 'a "b", c' });
  store.calls.begin(call);
  store.calls.end(makeEnd(call.id));
  return { dataDir, store };
}

async function exportTo(
  filled: ReturnType<typeof makeFilled>,
  wish = { passphrase: null as string | null, keychain: false },
) {
  const readKeychain = () => Promise.resolve({ work: 'sk-keychain' });
  const out = exportEverything({ ...filled, version, withoutKeys, readKeychain }, wish, new Date());
  const chunks: Uint8Array[] = [];
  for await (const chunk of out.parts) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const file = join(makeDataDir(), 'everything.zip');
  writeFileSync(file, bytes);
  const files = Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]),
  );
  return { file, files };
}

function makeDesk() {
  return {
    putSettings: vi.fn((_text: string) => Promise.resolve()),
    putScript: vi.fn((name: string, _text: string) => Promise.resolve(name !== 'kept.lua')),
    putSecret: vi.fn((_account: string, _secret: string) => Promise.resolve()),
  };
}

test('everything is in the export, and no key in any of its files', async () => {
  const { file, files } = await exportTo(makeFilled());
  expect(Object.keys(files).sort()).toEqual([
    'chats.parley-chats.json',
    'ledger.csv',
    'parley.json',
    'parley.yaml',
    'providers/own.lua',
  ]);
  const all = JSON.stringify(files);
  for (const secret of [...secrets, 'sk-keychain']) expect(all).not.toContain(secret);
  const [head, row] = (files['ledger.csv'] ?? '').split('\r\n');
  expect(head).toMatch(/^id,started_at,client,backend,model_asked,/);
  expect(row).toContain(`,'=cmd,groq,"a ""b"", c",`);
  const reading = { name: 'everything.zip', signal: new AbortController().signal };
  const preview = await previewImport(file, openTestStore().imports, reading);
  expect(preview).toMatchObject({ source: 'parley', chats: [{ title: 'Tides', state: 'new', messages: 1 }] });
});

test('settings stay valid without their keys, and keep what only says where a key is', () => {
  const clean = withoutKeys(settings) ?? '';
  const parsed = parseConfig(clean, 'parley.yaml');
  expect(parsed).toMatchObject({
    type: 'good',
    config: {
      llm: {
        backends: [
          { name: 'groq' },
          { name: 'two', api_key: 'env:OTHER', headers: { 'X-Org': 'env:ORG' } },
          { name: 'safe', api_key: 'keychain:work' },
          { name: 'var', api_key: '${GROQ_KEY}', url: 'https://x.example/v1' },
        ],
      },
      network: { proxy: 'http://proxy.example:3128' },
    },
  });
  expect(withoutKeys('llm: [')).toBeUndefined();
  expect(withoutKeys('')).toMatch(/^# Exported/);
  const user = withoutKeys('network: { proxy: "http://me@p:1", proxy_password: hunter2 }') ?? '';
  expect(user).not.toContain('hunter2');
  expect(parseConfig(user, 'parley.yaml').type).toBe('good');
  const whole = parseConfig(settings, 'parley.yaml');
  expect(whole.type === 'good' && keychainAccounts(whole.config)).toEqual(['work']);
});

test('under a passphrase the settings come back as they were, and the keychain only where asked for', async () => {
  const filled = makeFilled();
  const plain = await exportTo(filled, { passphrase: 'correct horse', keychain: false });
  for (const secret of secrets) expect(JSON.stringify(plain.files)).not.toContain(secret);
  const desk = makeDesk();
  const wish = { settings: true, scripts: true, passphrase: 'correct horse' };
  expect(await takeEverything(plain.file, wish, desk)).toEqual({
    settings: true,
    scripts: 1,
    kept_scripts: [],
    keys: 0,
  });
  expect(desk.putSettings).toHaveBeenCalledExactlyOnceWith(settings);

  const whole = await exportTo(filled, { passphrase: 'correct horse', keychain: true });
  expect(JSON.stringify(whole.files)).not.toContain('sk-keychain');
  await takeEverything(whole.file, wish, desk);
  expect(desk.putSecret).toHaveBeenCalledExactlyOnceWith('work', 'sk-keychain');
});

test('a script that holds a key is exported under a passphrase alone, and said before', async () => {
  const filled = makeFilled();
  const script = 'return { base_url = "https://a.example", api_key = "abc-literal-1" }';
  writeFileSync(join(filled.dataDir, 'providers', 'literal.lua'), script);
  expect(await scriptsWithKeys(filled.dataDir)).toEqual(['literal.lua']);
  const plain = await exportTo(filled);
  expect(Object.keys(plain.files)).not.toContain('providers/literal.lua');
  expect(Object.keys(plain.files)).toContain('providers/own.lua');
  const sealed = await exportTo(filled, { passphrase: 'correct horse', keychain: false });
  expect(JSON.stringify([plain.files, sealed.files])).not.toContain('abc-literal-1');
  const desk = makeDesk();
  await takeEverything(sealed.file, { settings: false, scripts: true, passphrase: 'correct horse' }, desk);
  expect(desk.putScript.mock.calls).toEqual([
    ['own.lua', 'return {}'],
    ['literal.lua', script],
  ]);
});

test('a sealed script with a path in its name is refused', async () => {
  const keys = { settings: null, keychain: {}, scripts: { '../evil.lua': 'x' } };
  const about = { format: 'parley-everything', version: 1, exported_at: '', app_version: '1' };
  const sealed = await seal(JSON.stringify(keys), 'correct horse');
  const file = join(makeDataDir(), 'sealed.zip');
  const entries = { 'parley.json': about, 'keys.sealed.json': sealed };
  const bytes = Object.entries(entries).map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]);
  writeFileSync(file, zipSync(Object.fromEntries(bytes)));
  const desk = makeDesk();
  const wish = { settings: false, scripts: true, passphrase: 'correct horse' };
  await expect(takeEverything(file, wish, desk)).rejects.toThrow(/no export of everything/);
  expect(desk.putScript).not.toHaveBeenCalled();
});

test('a wrong passphrase, or none where there are keys, writes nothing of them', async () => {
  const { file } = await exportTo(makeFilled(), { passphrase: 'correct horse', keychain: true });
  const desk = makeDesk();
  const wish = { settings: true, scripts: true, passphrase: 'battery staple' };
  await expect(takeEverything(file, wish, desk)).rejects.toThrow(/not the passphrase/);
  expect(desk.putSettings).not.toHaveBeenCalled();
  expect(desk.putScript).not.toHaveBeenCalled();
  await takeEverything(file, { ...wish, passphrase: null }, desk);
  expect(desk.putSettings.mock.calls[0]?.[0]).not.toContain('sk-literal');
  expect(desk.putSecret).not.toHaveBeenCalled();
});

test('what was sealed opens with its passphrase alone, and not once a byte is another', async () => {
  const sealed = await seal('secret', 'Passwört');
  expect(await unseal(sealed, 'Passwört'.normalize('NFD'))).toBe('secret');
  await expect(unseal({ ...sealed, data: 'AAAA' }, 'Passwört')).rejects.toThrow(/not the passphrase/);
  await expect(unseal({ ...sealed, tag: 'AAAA' }, 'Passwört')).rejects.toThrow(/not the passphrase/);
});

test('a damaged or foreign file is refused in one sentence', async () => {
  const { file } = await exportTo(makeFilled());
  const dir = makeDataDir();
  const write = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(dir, name), bytes);
    return join(dir, name);
  };
  const whole = await import('node:fs').then(({ readFileSync }) => readFileSync(file));
  const cut = write('cut.zip', whole.subarray(0, whole.length / 2));
  await expect(readEverything(cut)).rejects.toThrow(/not whole/);
  const bent = Buffer.from(whole);
  bent.fill(0xff, 40, 80);
  await expect(readEverything(write('bent.zip', bent))).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(readEverything(write('text.zip', 'hello'))).rejects.toThrow(/no export of everything/);
  await expect(readEverything(write('empty.zip', ''))).rejects.toThrow(/no export of everything/);
  const other = zipSync({ 'a.txt': Buffer.from('hello') });
  await expect(readEverything(write('other.zip', other))).rejects.toThrow(/no export of everything/);
  const about = { format: 'parley-everything', version: 99, exported_at: '', app_version: '9' };
  const newer = zipSync({ 'parley.json': Buffer.from(JSON.stringify(about)) });
  await expect(readEverything(write('newer.zip', newer))).rejects.toThrow(/newer Parley/);
});

test('a script with a path in its name is not taken', async () => {
  const about = { format: 'parley-everything', version: 1, exported_at: '', app_version: '1' };
  const bytes = zipSync({
    'parley.json': Buffer.from(JSON.stringify(about)),
    'providers/../evil.lua': Buffer.from('x'),
    'providers/.approved.json': Buffer.from('{}'),
    'providers/sub/deep.lua': Buffer.from('x'),
    'providers/good.lua': Buffer.from('return {}'),
  });
  const file = join(makeDataDir(), 'paths.zip');
  writeFileSync(file, bytes);
  const { scripts, sealed } = await readEverything(file);
  expect([...scripts.keys()]).toEqual(['good.lua']);
  expect(sealed).toBeUndefined();
});
