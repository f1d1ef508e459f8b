import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createApi } from '../../electron/api/create-api.ts';
import type { Api } from '../../electron/api/create-api.ts';
import { createChatRunner } from '../../electron/api/chat-runner.ts';
import { createEventHub } from '../../electron/api/event-hub.ts';
import type { ApiEvent } from '../../electron/api/event-hub.ts';
import { createHandlers } from '../../electron/api/create-handlers.ts';
import { openConfigFile } from '../../electron/config/config-file.ts';
import { openScriptApprovals } from '../../electron/config/script-approvals.ts';
import { apiCalls } from '../../electron/contract/api.ts';
import type { ApiCallName, ApiInput, ApiOutput } from '../../electron/contract/api.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { Keychain } from '../../electron/engine/keys/keychain.ts';
import { createProviderEdits } from '../../electron/edits/provider-edits.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { createTestEngine } from '../support/test-engine.ts';

const script = `return {
  name = "Acme AI", protocol = "openai_compat", base_url = "https://api.acme.test", completions_endpoint = "/v1/chat/completions",
  auth_type = "bearer", auth_key = config.api_key,
}`;
const secret = 'sk-acme-0123456789abcdef';
const config = `# my settings
llm:
  backends:
    # the one at work
    - { name: work, type: openai, url: "http://127.0.0.1:9" } # behind the proxy
  retry:   { max_attempts: 5 }
`;

type Ask = {
  <N extends ApiCallName>(name: N, input: ApiInput<N>): Promise<ApiOutput<N>>;
};

type Setting = {
  api: Api;
  /** Asks, checks the answer against the contract, and throws what was refused. */
  ask: Ask;
  refused: <N extends ApiCallName>(name: N, input: ApiInput<N>) => Promise<{ code: string; message: string }>;
  yaml: () => string;
  writeYaml: (text: string) => void;
  scriptFile: (type: string) => string;
  secrets: Map<string, string>;
  events: ApiEvent[];
};

/** Everything behind the page but the gateway: real scripts, a real parley.yaml, a keychain in memory. */
async function setUp(options: { yaml?: string; keychain?: Partial<Keychain> } = {}): Promise<Setting> {
  const secrets = new Map<string, string>();
  const keychain: Keychain = {
    get: account => Promise.resolve(secrets.get(account)),
    set: (account, value) => Promise.resolve(void secrets.set(account, value)),
    remove: account => Promise.resolve(secrets.delete(account)),
    ...options.keychain,
  };
  const test = createTestEngine({ keychain });
  const file = join(dirname(test.userDir), 'parley.yaml');
  writeFileSync(file, options.yaml ?? config);
  const problems: unknown[] = [];
  const onProblem = (error: unknown): void => void problems.push(error);
  const hub = createEventHub(onProblem);
  const events: ApiEvent[] = [];
  hub.on(event => events.push(event));
  const configFile = await openConfigFile({ file, onChange: changed => test.setConfig(changed), onProblem });
  test.setConfig(configFile.current());
  const store = openStore({ file: join(dirname(test.userDir), 'parley.db') });
  const { engine } = test;
  const edits = createProviderEdits({
    config: configFile,
    keychain,
    approvals: openScriptApprovals(join(test.userDir, '.approved.json')),
    userDir: test.userDir,
    onChange() {
      engine.reload();
      hub.emit('backends.changed', {});
    },
  });
  const runner = createChatRunner({ engine, chats: store.chats, queue: store.queue, hub, onProblem });
  const notHere = (): never => {
    throw new AppError('internal', 'not asked for here');
  };
  const inspector = { list: notHere, get: notHere, toCurl: notHere, replay: notHere };
  const nobody = { get: notHere, set: notHere, typed: () => undefined };
  const uploads = { start: notHere, addPart: notHere, preview: notHere, apply: notHere, cancel: notHere };
  const imports = { ...uploads, fileOf: notHere, close: notHere };
  const atGateway = {
    desktop: notHere,
    fetchScript: notHere,
    connect: { preview: notHere, write: notHere },
    server: { get: notHere, change: notHere },
    settings: {
      network: notHere,
      setNetwork: notHere,
      testHost: notHere,
      stored: notHere,
      erase: notHere,
    },
    about: {
      updates: {
        state: notHere,
        check: notHere,
        download: notHere,
        install: notHere,
        onChange: notHere,
      },
      mode: notHere,
      setMode: notHere,
      problems: notHere,
      openFolder: notHere,
    },
    studio: {
      open: notHere,
      check: notHere,
      save: notHere,
      override: notHere,
      create: notHere,
      keepDraft: notHere,
      dropDraft: notHere,
      run: notHere,
      stop: notHere,
      log: notHere,
    },
    budgets: { list: notHere, save: notHere, remove: notHere },
    prices: { save: notHere, rules: notHere },
    backups: {
      list: notHere,
      create: notHere,
      delete: notHere,
      restore: notHere,
      preview: notHere,
      merge: notHere,
      exportAll: notHere,
      scriptsWithKeys: notHere,
      putSettings: notHere,
      putScript: notHere,
      putSecret: notHere,
    },
  };
  const others = {
    ...atGateway,
    inspector,
    imports,
    titles: nobody,
    version: '0',
    appInfo: notHere,
    lookAround: notHere,
  };
  const handlers = createHandlers({ engine, store, runner, hub, edits, ...others });
  const api = createApi(handlers, hub, onProblem);
  onTestFinished(async () => {
    await configFile.close();
    store.close();
    await test.close();
  });
  const ask: Ask = async (name, input) => {
    const result = await api.call(name, input);
    if (!result.ok) throw new AppError(result.error.code, result.error.message);
    // Safe: parsed by the schema of this very call.
    return apiCalls[name].output.parse(result.value) as never;
  };
  return {
    api,
    ask,
    async refused(name, input) {
      const result = await api.call(name, input);
      if (result.ok) throw new Error(`${name} was not refused`);
      return result.error;
    },
    yaml: () => readFileSync(file, 'utf8'),
    writeYaml: text => writeFileSync(file, text),
    scriptFile: type => join(test.userDir, `${type}.lua`),
    secrets,
    events,
  };
}

describe('backends', () => {
  it('are added at the end of the list, and every line of the person stays', async () => {
    const { ask, yaml } = await setUp();
    const status = await ask('backends.add', { name: 'home', type: 'ollama', url: 'http://localhost:11434' });
    expect(status).toMatchObject({
      name: 'home',
      type: 'ollama',
      title: 'Ollama',
      script: 'built-in',
      needs_key: false,
      script_error: null,
    });
    expect(yaml()).toBe(
      config.replace(
        '# behind the proxy\n',
        '# behind the proxy\n    - { name: home, type: ollama, url: http://localhost:11434 }\n',
      ),
    );
    await ask('backends.remove', { name: 'home' });
    expect(yaml()).toBe(config);
    expect((await ask('backends.list', {})).map(({ name }) => name)).toEqual(['work']);
  });

  it('are refused with a reason, and the file stays as it is', async () => {
    const { refused, yaml } = await setUp();
    expect(await refused('backends.add', { name: 'work', type: 'ollama' })).toMatchObject({
      code: 'invalid_request',
    });
    expect(await refused('backends.add', { name: 'a b', type: 'ollama' })).toMatchObject({
      code: 'config_invalid',
    });
    expect(await refused('backends.add', { name: 'up', type: '../up' })).toMatchObject({
      code: 'config_invalid',
    });
    expect(await refused('backends.add', { name: 'ftp', type: 'ollama', url: 'ftp://x' })).toMatchObject({
      code: 'config_invalid',
    });
    expect(await refused('backends.remove', { name: 'none' })).toMatchObject({ code: 'unknown_backend' });
    expect(await refused('backends.test', { name: 'none' })).toMatchObject({ code: 'unknown_backend' });
    expect(yaml()).toBe(config);
  });

  it('are not written into a broken file', async () => {
    const { refused, yaml, writeYaml } = await setUp();
    const broken = `${config}  aliases: [`;
    writeYaml(broken);
    expect(await refused('backends.add', { name: 'home', type: 'ollama' })).toMatchObject({
      code: 'config_invalid',
    });
    expect(yaml()).toBe(broken);
  });

  it('with a type nobody knows are added and say so', async () => {
    const { ask } = await setUp();
    expect(await ask('backends.add', { name: 'later', type: 'later' })).toMatchObject({
      script: null,
      script_error: { code: 'unknown_provider' },
    });
  });

  it('that cannot be reached are told apart by the test button', async () => {
    const { ask } = await setUp();
    expect(await ask('backends.test', { name: 'work' })).toMatchObject({
      ok: false,
      key: null,
      error: expect.stringContaining('OPENAI_API_KEY') as string,
    });
  });
});

describe('a key', () => {
  it('goes into the keychain; the file has a reference, and no answer or event has the key', async () => {
    const { ask, yaml, secrets, events, api } = await setUp();
    const status = await ask('backends.save_key', { name: 'work', api_key: secret });
    expect(status).toMatchObject({ name: 'work', key_error: null });
    expect([...secrets]).toEqual([['backend-work', secret]]);
    expect(yaml()).toBe(
      config.replace('"http://127.0.0.1:9" }', '"http://127.0.0.1:9", api_key: keychain:backend-work }'),
    );
    const shown = [
      status,
      await api.call('backends.list', {}),
      await api.call('backends.test', { name: 'work' }),
      events,
    ];
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(events.map(({ name }) => name)).toContain('backends.changed');
  });

  it('is refused where there is no keychain, and the file stays as it is', async () => {
    const unavailable = new AppError('keychain_unavailable', 'The system keychain cannot be used.');
    const { refused, yaml } = await setUp({ keychain: { set: () => Promise.reject(unavailable) } });
    const error = await refused('backends.save_key', { name: 'work', api_key: secret });
    expect(error).toEqual({ code: 'keychain_unavailable', message: 'The system keychain cannot be used.' });
    expect(yaml()).toBe(config);
  });

  it('is stored for nobody where there is no such backend', async () => {
    const { refused, secrets } = await setUp();
    const error = await refused('backends.save_key', { name: 'none', api_key: secret });
    expect(error.code).toBe('unknown_backend');
    expect(error.message).not.toContain(secret);
    expect(secrets.size).toBe(0);
  });
});

describe('a dropped script', () => {
  it('is looked at without being kept', async () => {
    const { ask, scriptFile } = await setUp();
    const review = await ask('providers.inspect', { file_name: 'acme.lua', source: script });
    expect(review).toMatchObject({
      type: 'acme',
      name: 'Acme AI',
      base_url: 'https://api.acme.test',
      hosts: ['api.acme.test'],
      hooks: [],
      replaces: null,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(existsSync(scriptFile('acme'))).toBe(false);
    expect(await ask('providers.inspect', { file_name: 'openai.lua', source: script })).toMatchObject({
      replaces: 'built-in',
    });
  });

  it.each([
    ['acme.lua', 'script_error', 'return {'],
    ['acme.lua', 'script_result', 'return nil'],
    ['acme.lua', 'script_result', 'return { name = "x" }'],
    ['acme.lua', 'script_timeout', 'while true do end'],
    ['acme.txt', 'script_refused', script],
    ['.lua', 'script_refused', script],
    ['a b.lua', 'script_refused', script],
  ])('%s is refused with a reason: %s', async (fileName, code, source) => {
    const { refused } = await setUp();
    const error = await refused('providers.inspect', { file_name: fileName, source });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/\.lua/);
  });

  it('is refused where it sends a request while it is looked at, or takes the name of the demo', async () => {
    const { refused } = await setUp();
    const asking = 'http.get("https://api.acme.test/") return {}';
    expect((await refused('providers.inspect', { file_name: 'acme.lua', source: asking })).message).toContain(
      'sends a request while it is loaded',
    );
    expect((await refused('providers.inspect', { file_name: 'eliza.lua', source: script })).code).toBe(
      'script_refused',
    );
  });

  it('is written once it was reviewed, with a backend of its name', async () => {
    const { ask, scriptFile, yaml, events } = await setUp();
    const { sha256 } = await ask('providers.inspect', { file_name: 'acme.lua', source: script });
    const info = await ask('providers.import', { file_name: 'acme.lua', source: script, sha256 });
    expect(info).toMatchObject({
      type: 'acme',
      name: 'Acme AI',
      origin: 'user',
      file: scriptFile('acme'),
      backends: ['acme'],
      error: null,
    });
    expect(readFileSync(scriptFile('acme'), 'utf8')).toBe(script);
    expect(yaml()).toContain('    - { name: acme, type: acme }\n');
    expect(yaml()).toContain('# the one at work');
    expect(events.some(({ name }) => name === 'backends.changed')).toBe(true);
  });

  it('that is not the reviewed one any more is refused, and nothing is written', async () => {
    const { ask, refused, scriptFile, yaml } = await setUp();
    const { sha256 } = await ask('providers.inspect', { file_name: 'acme.lua', source: script });
    const changed = script.replace('api.acme.test', 'evil.test');
    const error = await refused('providers.import', { file_name: 'acme.lua', source: changed, sha256 });
    expect(error.code).toBe('script_refused');
    expect(existsSync(scriptFile('acme'))).toBe(false);
    expect(yaml()).toBe(config);
  });

  it('replaces one of the same name only when that is asked for', async () => {
    const { ask, refused, scriptFile } = await setUp();
    const older = script.replace('Acme AI', 'Older');
    writeFileSync(scriptFile('acme'), older);
    const input = { file_name: 'acme.lua', source: script };
    const { sha256, replaces } = await ask('providers.inspect', input);
    expect(replaces).toBe('user');
    expect((await refused('providers.import', { ...input, sha256 })).code).toBe('script_refused');
    expect(readFileSync(scriptFile('acme'), 'utf8')).toBe(older);
    expect(await ask('providers.import', { ...input, sha256, replace: true })).toMatchObject({
      name: 'Acme AI',
    });
    expect(readFileSync(scriptFile('acme'), 'utf8')).toBe(script);
  });

  it('finds another name for its backend where its own is taken', async () => {
    const { ask } = await setUp();
    const input = { file_name: 'work.lua', source: script };
    const { sha256 } = await ask('providers.inspect', input);
    expect(await ask('providers.import', { ...input, sha256 })).toMatchObject({ backends: ['work-2'] });
  });

  it('finds a free name, also where the second choice is taken', async () => {
    const { ask } = await setUp({
      yaml: 'llm: { backends: [{ name: work, type: openai }, { name: work-2, type: openai }] }\n',
    });
    const input = { file_name: 'work.lua', source: script };
    const { sha256 } = await ask('providers.inspect', input);
    expect(await ask('providers.import', { ...input, sha256 })).toMatchObject({ backends: ['work-3'] });
  });

  it('may have a name that no backend may have', async () => {
    const { ask } = await setUp();
    const input = { file_name: '_acme.lua', source: script };
    const { sha256 } = await ask('providers.inspect', input);
    expect(await ask('providers.import', { ...input, sha256 })).toMatchObject({
      type: '_acme',
      backends: ['acme'],
    });
  });

  it('leaves nothing behind where its backend cannot be written', async () => {
    const { ask, refused, scriptFile, writeYaml } = await setUp();
    const input = { file_name: 'acme.lua', source: script };
    const { sha256 } = await ask('providers.inspect', input);
    writeYaml('llm: [');
    expect((await refused('providers.import', { ...input, sha256 })).code).toBe('config_invalid');
    expect(existsSync(scriptFile('acme'))).toBe(false);
    writeYaml(config);
    expect(await ask('providers.import', { ...input, sha256 })).toMatchObject({ backends: ['acme'] });
  });
});

describe('the other calls', () => {
  it('answer as the contract says, from the first chat to the last', async () => {
    const { ask, refused } = await setUp();
    const chat = await ask('chats.create', { model: null });
    await ask('chats.rename', { id: chat.id, title: '  A name ' });
    expect(await ask('chats.list', {})).toMatchObject([{ id: chat.id, title: 'A name' }]);
    const { answer, user_message: question } = await ask('messages.send', {
      chat_id: chat.id,
      parent_id: null,
      model: 'none/x',
      text: 'Hi',
    });
    expect(await ask('chats.set_leaf', { id: chat.id, leaf_id: question.id })).toMatchObject({
      leaf_id: question.id,
    });
    await ask('messages.stop', { id: answer.id });
    await ask('chats.delete', { id: chat.id });
    expect(await ask('chats.list', {})).toEqual([]);
    expect((await refused('chats.get', { id: chat.id })).code).toBe('not_found');
    await ask('chats.restore', { id: chat.id });
    expect((await ask('chats.get', { id: chat.id })).messages).toHaveLength(2);
    const created = await ask('gateway_keys.create', { name: 'editor' });
    expect(created.key).toMatch(/^parley-/);
    const [listed] = await ask('gateway_keys.list', {});
    expect(JSON.stringify(listed)).not.toContain(created.key);
    expect((await refused('gateway_keys.create', { name: 'editor' })).code).toBe('invalid_request');
    await ask('gateway_keys.revoke', { id: created.id });
    expect((await refused('gateway_keys.revoke', { id: created.id })).code).toBe('not_found');
    expect((await ask('providers.list', {})).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ollama', 'openai', 'openrouter']),
    );
    expect(await ask('calls.list', {})).toMatchObject({ more: false });
    expect(await ask('models.list', {})).toMatchObject({ problems: [{ backend: 'work' }] });
  });
});
