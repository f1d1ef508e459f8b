import type { BackendStatus } from '../../electron/contract/backends.ts';
import * as data from './fake-data.ts';
import { fakeDetails, fakeInspected } from './fake-inspector.ts';
import type { ChatCallName, FakeCalls } from './fake-types.ts';

type DeskCalls = Omit<FakeCalls, ChatCallName>;

const portTaken = 'Port 4141 is taken by another program. Choose another one in parley.yaml.';
const ollamaIsOff = 'ollama does not answer at http://127.0.0.1:11434. Start it, or correct its address.';

export function fakeDeskCalls(wish: URLSearchParams): DeskCalls {
  const isFirstStart = wish.has('empty') || wish.has('none');
  return {
    ...backendCalls(data.fakeBackends.filter(({ demo }) => demo || !isFirstStart)),
    ...scriptCalls,
    ...keyCalls(isFirstStart),
    ...inspectorCalls(isFirstStart),
    'app.info': () => appInfo(wish.has('broken')),
    'models.list': () => modelList(isFirstStart, wish.has('none')),
    'calls.list': ({ limit, before }) => {
      const all = isFirstStart ? [] : data.fakeCalls();
      const start = before === undefined ? 0 : all.findIndex(call => call.id === before) + 1;
      return { calls: all.slice(start, start + limit), more: all.length > start + limit };
    },
  };
}

function appInfo(isBroken: boolean): ReturnType<DeskCalls['app.info']> {
  return {
    version: '0.1.0',
    platform: 'linux',
    data_dir: '/home/me/.local/share/parley',
    config_file: '/home/me/.local/share/parley/parley.yaml',
    gateway_url: isBroken ? null : 'http://127.0.0.1:4141',
    gateway_error: isBroken ? { code: 'port_taken', message: portTaken } : null,
    config_problem: isBroken
      ? { file: 'parley.yaml', message: 'a backend needs a type', line: 4, column: 7 }
      : null,
  };
}

function modelList(isFirstStart: boolean, isNone: boolean): ReturnType<DeskCalls['models.list']> {
  if (isFirstStart) return { models: isNone ? [] : [data.elizaModel], problems: [] };
  return {
    models: data.fakeModels(),
    problems: [
      { backend: 'ollama', error: { code: 'upstream_unreachable', message: ollamaIsOff } },
      {
        backend: 'work',
        error: { code: 'script_error', message: 'house.lua, line 12: unexpected symbol near "}".' },
      },
    ],
  };
}

function backendCalls(backends: BackendStatus[]) {
  const find = (name: string) => {
    const found = backends.find(backend => backend.name === name);
    if (!found) throw new Error(`There is no backend named ${name}.`);
    return found;
  };
  return {
    'backends.list': () => backends,
    'backends.test': async ({ name }) => {
      await new Promise(resolve => setTimeout(resolve, 400));
      const backend = find(name);
      const unreachable = name === 'ollama' ? ollamaIsOff : null;
      const error = backend.script_error?.message ?? backend.key_error?.message ?? unreachable;
      const isOk = error === null;
      return {
        ...backend,
        ok: isOk,
        error,
        reachable: isOk,
        models: isOk ? 14 : null,
        latency_ms: isOk ? 182 : null,
      };
    },
    'backends.add': ({ name, type, url }) => {
      const backend = { ...find('openai'), key: null, name, type, title: type, base_url: url ?? null };
      backends.push(backend);
      return backend;
    },
    'backends.remove': ({ name }) => {
      backends.splice(backends.indexOf(find(name)), 1);
      return {};
    },
    'backends.save_key': ({ name }) =>
      Object.assign(find(name), { key_error: null, key: { tier: 'settings', source: 'keychain', name } }),
  } satisfies Partial<DeskCalls>;
}

const scriptCalls = {
  'providers.list': () => data.fakeProviders(),
  'providers.inspect': ({ file_name, source }) => {
    const type = file_name.replace(/\.lua$/, '');
    if (!source.includes('return')) {
      throw new Error(`${file_name}, line 1: the script returns nothing. End it with "return { … }".`);
    }
    const replaces = type === 'house' ? 'user' : null;
    return {
      type,
      name: type,
      dialect: 'openai_completions',
      base_url: 'https://api.example.com',
      hosts: ['api.example.com'],
      env: ['EXAMPLE_API_KEY'],
      keychain: [],
      hooks: ['on_request', 'parse_models'],
      models: [],
      warnings: type === 'groq' ? ['It asks for the environment variable EXAMPLE_API_KEY.'] : [],
      approved_source: type === 'house' ? 'return { protocol = "openai_compat" }\n' : null,
      replaces: type === 'groq' ? 'built-in' : replaces,
      sha256: 'f'.repeat(64),
    };
  },
  'providers.import': ({ file_name }) => {
    const type = file_name.replace(/\.lua$/, '');
    return { type, name: type, origin: 'user', file: file_name, backends: [], error: null };
  },
} satisfies Partial<DeskCalls>;

function keyCalls(isFirstStart: boolean) {
  const keys = isFirstStart ? [] : data.fakeKeys();
  return {
    'gateway_keys.list': () => keys,
    'gateway_keys.create': ({ name }) => {
      const key = data.fakeKey(name);
      keys.push(key);
      return { ...key, key: 'pk-0123456789abcdefghijklmnopqrstuvwxyz0123456789' };
    },
    'gateway_keys.edit': ({ id, ...changes }) => {
      const key = keys.find(each => each.id === id) ?? data.fakeKey('gone');
      return Object.assign(key, changes);
    },
    'gateway_keys.revoke': ({ id }) => {
      keys.splice(
        keys.findIndex(key => key.id === id),
        1,
      );
      return {};
    },
  } satisfies Partial<DeskCalls>;
}

function inspectorCalls(isFirstStart: boolean) {
  return {
    'inspector.list': ({ client, backend, status }) =>
      (isFirstStart ? [] : fakeInspected()).filter(
        call =>
          (client === undefined || call.client === client) &&
          (backend === undefined || call.backend === backend) &&
          (status === undefined || call.status === status),
      ),
    'inspector.get': ({ id }) => fakeDetails(id),
    'inspector.curl': () => ({ command: "curl -N \\\n  'http://127.0.0.1:4141/v1/chat/completions'" }),
    'inspector.replay': ({ id }) => ({ id }),
  } satisfies Partial<DeskCalls>;
}
