import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createBackendHandlers } from '../../electron/api/backend-handlers.ts';
import { openConfigFile } from '../../electron/config/config-file.ts';
import { openScriptApprovals } from '../../electron/config/script-approvals.ts';
import { apiCalls } from '../../electron/contract/api.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { Keychain } from '../../electron/engine/keys/keychain.ts';
import { noGrants } from '../../electron/engine/script-grants.ts';
import { createProviderEdits } from '../../electron/edits/provider-edits.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';

const yaml = `llm:
  backends:
    # first the cheap one
    - { name: groq, type: groq, api_key: [ env:GROQ_A, "keychain:backend-groq" ], priority: 1 } # fast
    - { name: work, type: openai, priority: 2 } # behind the proxy
  # names for the lazy
  aliases:
    fast: [ groq/a, gone/b, work/c ] # in this order
`;

/** Everything behind the calls: a real parley.yaml, real scripts, a keychain in memory. */
async function setUp(options: { text?: string; keychain?: Partial<Keychain> } = {}) {
  const secrets = new Map<string, string>();
  const keychain: Keychain = {
    get: account => Promise.resolve(secrets.get(account)),
    set: (account, value) => Promise.resolve(void secrets.set(account, value)),
    remove: account => Promise.resolve(secrets.delete(account)),
    ...options.keychain,
  };
  let approvals: ReturnType<typeof openScriptApprovals> | undefined;
  const test = createTestEngine({
    keychain,
    env: { GROQ_API_KEY: 'gsk-from-env', WORK_KEY: 'sk-work-secret' },
    grantsOf: async (type, sha256) => (await approvals?.grantsOf(type, sha256)) ?? noGrants,
  });
  const dir = dirname(test.userDir);
  approvals = openScriptApprovals(join(test.userDir, '.approved.json'));
  const file = join(dir, 'parley.yaml');
  writeFileSync(file, options.text ?? yaml);
  const config = await openConfigFile({
    file,
    onChange: changed => test.setConfig(changed),
    onProblem: () => undefined,
  });
  test.setConfig(config.current());
  const store = openStore({ file: join(dir, 'parley.db') });
  const { userDir, engine } = test;
  const onChange = () => engine.reload();
  const edits = createProviderEdits({ config, keychain, approvals, userDir, onChange });
  const handlers = createBackendHandlers({ engine, store, edits });
  onTestFinished(async () => {
    await config.close();
    store.close();
    await test.close();
  });
  return { handlers, edits, engine, secrets, userDir, yaml: () => readFileSync(file, 'utf8') };
}

const own = (url: string) => `return {
  dialect = "openai_completions", base_url = "${url}", api_key = { env = "WORK_KEY" }, models = { { id = "m" } },
}`;

describe('backends', () => {
  it('come back to their place as they were written after a removal', async () => {
    const { handlers, edits, yaml: text } = await setUp();
    await edits.removeBackend('groq');
    expect(text()).not.toContain('name: groq');
    await handlers['backends.restore']({ name: 'groq' });
    expect(text()).toBe(yaml);
    await expect(handlers['backends.restore']({ name: 'groq' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are put into another order by their priorities alone', async () => {
    const { handlers, engine, yaml: text } = await setUp();
    await handlers['backends.reorder']({ names: ['work', 'nobody', 'groq'] });
    expect(text()).toBe(
      yaml
        .replace('priority: 1', 'priority: 9')
        .replace('priority: 2', 'priority: 1')
        .replace('priority: 9', 'priority: 2'),
    );
    expect((await engine.listBackends()).map(({ name }) => name)).toEqual(['work', 'groq']);
  });

  it('are switched off and on again without a trace', async () => {
    const { handlers, yaml: text } = await setUp();
    await expect(handlers['backends.update']({ name: 'work', enabled: false })).resolves.toMatchObject({
      enabled: false,
    });
    expect(text()).toContain('{ name: work, type: openai, priority: 2, enabled: false } # behind the proxy');
    await handlers['backends.update']({ name: 'work', enabled: true });
    expect(text()).toBe(yaml);
  });

  it('are copied behind the original, never over another one', async () => {
    const { handlers, yaml: text } = await setUp();
    await handlers['backends.duplicate']({ name: 'groq', copy: 'groq-2' });
    expect(text().split('\n')[4]).toContain('{ name: groq-2, type: groq');
    await expect(handlers['backends.duplicate']({ name: 'groq', copy: 'work' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('of a broken file are not edited, and the mistake is named by line and column', async () => {
    const broken = `${yaml}  - what\n`;
    const { handlers, yaml: text } = await setUp({ text: broken });
    await expect(handlers['backends.reorder']({ names: ['work'] })).rejects.toThrow(/parley\.yaml:9:1/);
    await expect(
      handlers['aliases.save']({ name: 'x', targets: ['a/b'], before: null }),
    ).rejects.toMatchObject({ code: 'config_invalid' });
    expect(text()).toBe(broken);
  });
});

describe('keys', () => {
  it('are shown by tier, and which of them wins, but never themselves', async () => {
    const { handlers, secrets, userDir } = await setUp();
    secrets.set('backend-groq', 'gsk-in-keychain');
    const keys = await handlers['keys.list']({ name: 'groq' });
    expect(keys).toMatchObject({
      needs_key: true,
      count: 2,
      slots: [
        { tier: 'settings', source: 'env', name: 'GROQ_A', number: 1, state: 'unset', wins: true },
        { tier: 'settings', source: 'keychain', name: 'backend-groq', number: 2, state: 'set', wins: true },
        { tier: 'script', source: 'env', name: 'GROQ_API_KEY', number: null, state: 'set', wins: false },
      ],
    });
    expect(JSON.stringify(keys)).not.toContain('gsk-');
    expect(apiCalls['keys.list'].output.parse(keys)).toEqual(keys);
    expect(userDir).not.toBe('');
  });

  it('are added beside the others, each in an account of its own, and removed with their secret', async () => {
    const { handlers, secrets, yaml: text } = await setUp();
    secrets.set('backend-groq', 'gsk-first');
    await handlers['keys.add']({ name: 'groq', api_key: 'gsk-second', where: 'keychain' });
    expect(Object.fromEntries(secrets)).toEqual({
      'backend-groq': 'gsk-first',
      'backend-groq#2': 'gsk-second',
    });
    expect(text()).toContain('[ env:GROQ_A, "keychain:backend-groq", keychain:backend-groq#2 ]');
    expect(text()).not.toContain('gsk-');
    const left = await handlers['keys.remove']({ name: 'groq', number: 3, count: 3 });
    expect(left.count).toBe(2);
    expect([...secrets.keys()]).toEqual(['backend-groq']);
    await expect(handlers['keys.remove']({ name: 'groq', number: 1, count: 3 })).rejects.toThrow(
      'changed meanwhile',
    );
  });

  it('replace none of a list when one is saved', async () => {
    const { edits, secrets, yaml: text } = await setUp();
    await edits.saveKey('groq', 'gsk-new');
    expect(secrets.get('backend-groq')).toBe('gsk-new');
    expect(text()).toBe(yaml);
  });

  it('of another backend stay in the keychain while it uses them', async () => {
    const { handlers, secrets } = await setUp();
    secrets.set('backend-groq', 'gsk-shared');
    await handlers['keys.add_reference']({ name: 'work', reference: 'keychain:backend-groq' });
    await handlers['keys.remove']({ name: 'groq', number: 2, count: 2 });
    expect(secrets.get('backend-groq')).toBe('gsk-shared');
  });

  it('are written into the settings only as keys, and referred to only by name', async () => {
    const { handlers, yaml: text } = await setUp();
    await expect(handlers['keys.add']({ name: 'work', api_key: 'env:X', where: 'settings' })).rejects.toThrow(
      'reference',
    );
    await expect(handlers['keys.add_reference']({ name: 'work', reference: 'sk-oops' })).rejects.toThrow(
      'env:NAME',
    );
    expect(text()).toBe(yaml);
    await handlers['keys.add']({ name: 'work', api_key: 'sk-plain', where: 'settings' });
    expect(text()).toContain('api_key: sk-plain');
  });

  it('that the keychain cannot give are told apart from those that are not there', async () => {
    const unavailable = () => Promise.reject(new AppError('keychain_unavailable', 'The keychain is locked.'));
    const { handlers } = await setUp({ keychain: { get: unavailable } });
    const { slots } = await handlers['keys.list']({ name: 'groq' });
    expect(slots.map(({ state }) => state)).toEqual(['unset', 'unavailable', 'set']);
    expect(slots[1]?.error?.message).toBe('The keychain is locked.');
  });

  it('are tested one tier at a time', async () => {
    const upstream = await startUpstream();
    const { handlers, userDir, edits } = await setUp();
    writeFileSync(join(userDir, 'mine.lua'), own(upstream.url));
    await edits.addBackend({ name: 'mine', type: 'mine' });
    await edits.addKey('mine', 'sk-settings', 'keychain');
    for (const [tier, key] of [
      ['settings', 'sk-settings'],
      ['script', 'sk-work-secret'],
      ['call', 'sk-typed'],
    ] as const) {
      const check = await handlers['keys.test']({ name: 'mine', tier, api_key: 'sk-typed' });
      expect(check).toMatchObject({ error: null, ok: true, key: { tier } });
      expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${key}`);
      expect(JSON.stringify(check)).not.toContain('sk-');
    }
    const missing = await handlers['keys.test']({ name: 'groq', tier: 'settings', number: 1 });
    expect(missing).toMatchObject({ ok: false, reachable: null });
    expect(missing.error).toContain('GROQ_A');
  });
});

describe('grants', () => {
  it('of a script are revoked one by one, and then its calls fail naming the host', async () => {
    const { handlers, engine, edits, userDir } = await setUp();
    const source = own('https://api.mine.test');
    writeFileSync(join(userDir, 'mine.lua'), source);
    await edits.addBackend({ name: 'mine', type: 'mine' });
    const { review } = await handlers['scripts.review']({ type: 'mine' });
    await expect(handlers['scripts.approve']({ type: 'mine', sha256: 'f'.repeat(64) })).rejects.toThrow(
      'changed',
    );
    const granted = await handlers['scripts.approve']({ type: 'mine', sha256: review.sha256 });
    expect(granted).toMatchObject({ approval: 'current', hosts: ['api.mine.test'], env: ['WORK_KEY'] });
    expect((await engine.listBackends()).find(({ name }) => name === 'mine')?.script_error).toBeNull();

    const left = await handlers['scripts.revoke']({ type: 'mine', grant: 'api.mine.test' });
    expect(left).toMatchObject({ hosts: [], env: ['WORK_KEY'] });
    const status = (await engine.listBackends()).find(({ name }) => name === 'mine');
    expect(status?.script_error).toMatchObject({ code: 'host_not_granted' });
    expect(status?.script_error?.message).toContain('api.mine.test');
    await expect(handlers['scripts.revoke']({ type: 'mine', grant: 'api.mine.test' })).rejects.toMatchObject({
      code: 'not_found',
    });

    await handlers['scripts.grant']({ type: 'mine', grant: 'https://api.mine.test/v1' });
    await handlers['scripts.revoke']({ type: 'mine', grant: 'env:WORK_KEY' });
    const keyless = (await engine.listBackends()).find(({ name }) => name === 'mine');
    expect(keyless).toMatchObject({ script_error: null, key_error: { code: 'script_refused' } });
  });

  it('of a path are nobody’s', async () => {
    const { handlers } = await setUp();
    await expect(handlers['scripts.get']({ type: '../parley' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(handlers['scripts.get']({ type: 'openai' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a dry run', () => {
  it('asks the hosts of the review with the key that is typed, and writes nothing', async () => {
    const upstream = await startUpstream();
    const { handlers, engine, userDir } = await setUp();
    const source = `return { dialect = "openai_completions", base_url = "${upstream.url}",
      api_key = config.api_key, models = load_models("models/mine.json") }`;
    const files = { 'models/mine.json': '[{ "id": "small" }, { "id": "large" }]' };
    const review = await engine.inspectProvider('mine.lua', source);
    const input = { file_name: 'mine.lua', source, files, sha256: review.sha256, api_key: 'sk-typed' };
    await expect(handlers['scripts.try'](input)).resolves.toMatchObject({ ok: true, models: 2 });
    expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer sk-typed');
    expect(await engine.listBackends()).toHaveLength(2);
    expect(() => readFileSync(join(userDir, 'mine.lua'))).toThrow('ENOENT');
    await expect(handlers['scripts.try']({ ...input, source: `${source} ` })).rejects.toMatchObject({
      code: 'script_refused',
    });
  });

  it('never reaches a host the review did not name', async () => {
    const elsewhere = await startUpstream();
    const { handlers, engine } = await setUp();
    const source = `return { dialect = "openai_completions", base_url = "https://api.mine.test", api_key = "k",
      models = function() return json.decode(http.get("${elsewhere.url}/models").body) end,
      health_check = function() return http.get("${elsewhere.url}/health").status == 200 end }`;
    const { sha256, hosts } = await engine.inspectProvider('mine.lua', source);
    expect(hosts).toEqual(['api.mine.test']);
    const check = await handlers['scripts.try']({ file_name: 'mine.lua', source, files: {}, sha256 });
    expect(check.ok).toBe(false);
    expect(check.error).toContain(new URL(elsewhere.url).host);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('aliases', () => {
  it('are listed with what is wrong with their targets', async () => {
    const { handlers } = await setUp();
    const [fast] = await handlers['aliases.list']({});
    expect(fast?.targets.map(({ model }) => model)).toEqual(['groq/a', 'gone/b', 'work/c']);
    expect(fast?.targets[1]?.problem).toEqual({ type: 'no_backend', backend: 'gone' });
    expect(fast?.last_answer).toBeNull();
  });

  it('are written in their order and under their name, with every comment', async () => {
    const { handlers, yaml: text } = await setUp();
    await handlers['aliases.save']({ name: 'quick', targets: ['work/c', 'groq/a'], before: 'fast' });
    expect(text()).toBe(yaml.replace('fast: [ groq/a, gone/b, work/c ]', 'quick: [ work/c, groq/a ]'));
    await handlers['aliases.save']({ name: 'big', targets: ['work/d'], before: null });
    expect(text()).toContain('    big: [ work/d ]');
    await expect(
      handlers['aliases.save']({ name: 'big', targets: ['a/b'], before: 'quick' }),
    ).rejects.toThrow('already');
    await expect(
      handlers['aliases.save']({ name: 'bad', targets: ['no-backend'], before: null }),
    ).rejects.toMatchObject({ code: 'config_invalid' });
    await handlers['aliases.remove']({ name: 'quick' });
    await handlers['aliases.remove']({ name: 'big' });
    expect(text()).not.toContain('aliases');
  });
});

it('a hidden model is left out of the lists and still answers to its name', async () => {
  const {
    handlers,
    edits,
    engine,
    userDir,
    yaml: text,
  } = await setUp({ text: 'llm: { backends: [] } # mine\n' });
  mkdirSync(userDir, { recursive: true });
  writeFileSync(
    join(userDir, 'mine.lua'),
    own('https://api.mine.test').replace('{ { id = "m" } }', '{ { id = "m" }, { id = "n" } }'),
  );
  await edits.addBackend({ name: 'mine', type: 'mine' });
  await handlers['models.hide']({ id: 'mine/m', hidden: true });
  expect((await engine.listModels()).models.map(({ id }) => id)).toEqual(['mine/n']);
  expect((await engine.listModels({ hidden: true })).models).toMatchObject([
    { id: 'mine/m', hidden: true },
    { id: 'mine/n' },
  ]);
  expect(await engine.resolveModel('mine/m')).toMatchObject({ candidates: [{ model: 'm' }] });
  await handlers['models.hide']({ id: 'mine/m', hidden: false });
  expect(text()).not.toContain('hidden');
});

it('the catalogue has every provider of the app with its title, and says where a key is found', async () => {
  const { handlers } = await setUp();
  const catalogue = await handlers['catalogue.list']({});
  expect(catalogue.length).toBeGreaterThan(25);
  expect(catalogue.find(({ type }) => type === 'groq')).toMatchObject({
    title: 'Groq',
    key_env: 'GROQ_API_KEY',
    backends: ['groq'],
  });
  expect(catalogue.find(({ type }) => type === 'custom')).toMatchObject({ needs_url: true });
  expect(JSON.stringify(catalogue)).not.toContain('gsk-from-env');
});
