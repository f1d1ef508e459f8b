import { readdirSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { modelFactsSchema } from '../../electron/contract/models.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import type { Backend, BackendRegistry } from '../../electron/engine/backend-registry.ts';
import { buildGet, buildRequest } from '../../electron/engine/build-request.ts';
import type { ScriptHost } from '../../electron/engine/lua/script-host.ts';
import { findResources } from '../../electron/resources.ts';
import { createProviderHost, readProvider } from './load-provider.ts';
import { openBackends } from './open-backends.ts';

const { providersDir } = findResources();
const types = readdirSync(providersDir)
  .filter(file => file.endsWith('.lua') && !file.endsWith('.d.lua'))
  .map(file => file.slice(0, -'.lua'.length));
const modelFiles = readdirSync(`${providersDir}/models`);

/** The path each dialect asks on, as the design fixes it; checked below against the dialects there are. */
const dialectPaths = {
  openai_completions: () => '/v1/chat/completions',
  openai_responses: () => '/v1/responses',
  anthropic_messages: () => '/v1/messages',
  google_gemini: model => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  ollama_chat: () => '/api/chat',
} satisfies Record<DialectName, (model: string) => string>;

type Expected = {
  dialect: DialectName | null;
  /** Full address of a call to the model `m`. */
  call: string;
  models: string | null;
  health: string;
  auth: 'none' | 'bearer' | 'x-api-key' | 'x-goog-api-key' | 'api-key' | 'script';
  env?: string;
  /** Hooks beside parse_models, which is not on a call's way. */
  hooks?: string[];
  url?: string;
};

const completions = { dialect: 'openai_completions', auth: 'bearer' } as const;
const local = { dialect: 'openai_completions', auth: 'none' } as const;

/** Every full address as the vendor documents it. */
const catalogue: Record<string, Expected> = {
  alibaba: {
    ...completions,
    env: 'DASHSCOPE_API_KEY',
    hooks: ['modify_body'],
    ...under('https://dashscope-intl.aliyuncs.com/compatible-mode/v1'),
  },
  anthropic: {
    dialect: 'anthropic_messages',
    auth: 'x-api-key',
    env: 'ANTHROPIC_API_KEY',
    call: 'https://api.anthropic.com/v1/messages',
    models: 'https://api.anthropic.com/v1/models?limit=1000',
    health: 'https://api.anthropic.com/v1/models',
  },
  azure: {
    ...completions,
    auth: 'api-key',
    env: 'AZURE_OPENAI_API_KEY',
    hooks: ['build_url'],
    url: 'https://acme.openai.azure.com/',
    call: 'https://acme.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21',
    models: null,
    health: 'https://acme.openai.azure.com/openai/models?api-version=2024-10-21',
  },
  cerebras: { ...completions, env: 'CEREBRAS_API_KEY', ...under('https://api.cerebras.ai/v1') },
  cohere: {
    ...completions,
    env: 'COHERE_API_KEY',
    call: 'https://api.cohere.ai/compatibility/v1/chat/completions',
    models: 'https://api.cohere.ai/v1/models?endpoint=chat&page_size=1000',
    health: 'https://api.cohere.ai/v1/models?page_size=1',
  },
  custom: { ...local, url: 'http://127.0.0.1:5', ...under('http://127.0.0.1:5/v1') },
  deepseek: {
    ...completions,
    env: 'DEEPSEEK_API_KEY',
    hooks: ['modify_body'],
    ...under('https://api.deepseek.com'),
  },
  eliza: {
    ...local,
    url: 'http://127.0.0.1:5',
    ...under('http://127.0.0.1:5/v1'),
    health: 'http://127.0.0.1:5/health',
  },
  fireworks: { ...completions, env: 'FIREWORKS_API_KEY', ...under('https://api.fireworks.ai/inference/v1') },
  'github-models': {
    ...completions,
    env: 'GITHUB_TOKEN',
    call: 'https://models.github.ai/inference/chat/completions',
    models: 'https://models.github.ai/catalog/models',
    health: 'https://models.github.ai/catalog/models',
  },
  google: {
    dialect: 'google_gemini',
    auth: 'x-goog-api-key',
    env: 'GEMINI_API_KEY',
    call: 'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
    models: 'https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000',
    health: 'https://generativelanguage.googleapis.com/v1beta/models?pageSize=1',
  },
  groq: {
    ...completions,
    env: 'GROQ_API_KEY',
    hooks: ['modify_body'],
    ...under('https://api.groq.com/openai/v1'),
  },
  huggingface: { ...completions, env: 'HF_TOKEN', ...under('https://router.huggingface.co/v1') },
  litellm: { ...local, ...under('http://localhost:4000/v1') },
  llamacpp: { ...local, ...under('http://localhost:8080/v1'), health: 'http://localhost:8080/health' },
  lmstudio: { ...local, ...under('http://localhost:1234/v1'), models: 'http://localhost:1234/api/v1/models' },
  minimax: {
    dialect: 'anthropic_messages',
    auth: 'bearer',
    env: 'MINIMAX_API_KEY',
    call: 'https://api.minimax.io/anthropic/v1/messages',
    models: 'https://api.minimax.io/v1/models',
    health: 'https://api.minimax.io/v1/models',
  },
  mistral: {
    ...completions,
    env: 'MISTRAL_API_KEY',
    hooks: ['modify_body'],
    ...under('https://api.mistral.ai/v1'),
  },
  moonshot: {
    ...completions,
    env: 'MOONSHOT_API_KEY',
    hooks: ['modify_body'],
    ...under('https://api.moonshot.ai/v1'),
  },
  nvidia: { ...completions, env: 'NVIDIA_API_KEY', ...under('https://integrate.api.nvidia.com/v1') },
  ollama: {
    dialect: 'ollama_chat',
    auth: 'none',
    call: 'http://localhost:11434/api/chat',
    models: 'http://localhost:11434/api/tags',
    health: 'http://localhost:11434/',
  },
  'ollama-cloud': {
    dialect: 'ollama_chat',
    auth: 'bearer',
    env: 'OLLAMA_API_KEY',
    call: 'https://ollama.com/api/chat',
    models: 'https://ollama.com/api/tags',
    health: 'https://ollama.com/api/tags',
  },
  openai: {
    dialect: 'openai_responses',
    auth: 'bearer',
    env: 'OPENAI_API_KEY',
    call: 'https://api.openai.com/v1/responses',
    models: 'https://api.openai.com/v1/models',
    health: 'https://api.openai.com/v1/models',
  },
  opencode: {
    dialect: null,
    auth: 'script',
    env: 'OPENCODE_API_KEY',
    hooks: ['authenticate', 'build_url'],
    call: 'https://opencode.ai/zen/v1/chat/completions',
    models: null,
    health: 'https://opencode.ai/zen/v1/models',
  },
  openrouter: {
    ...completions,
    env: 'OPENROUTER_API_KEY',
    hooks: ['modify_body', 'modify_events'],
    ...under('https://openrouter.ai/api/v1'),
    health: 'https://openrouter.ai/api/v1/key',
  },
  perplexity: {
    dialect: 'openai_responses',
    auth: 'bearer',
    env: 'PERPLEXITY_API_KEY',
    call: 'https://api.perplexity.ai/v1/responses',
    models: 'https://api.perplexity.ai/v1/models',
    health: 'https://api.perplexity.ai/v1/models',
  },
  sambanova: { ...completions, env: 'SAMBANOVA_API_KEY', ...under('https://api.sambanova.ai/v1') },
  together: { ...completions, env: 'TOGETHER_API_KEY', ...under('https://api.together.xyz/v1') },
  venice: {
    ...completions,
    env: 'VENICE_API_KEY',
    call: 'https://api.venice.ai/api/v1/chat/completions',
    models: 'https://api.venice.ai/api/v1/models?type=text',
    health: 'https://api.venice.ai/api/v1/models?type=text',
  },
  'vercel-gateway': {
    ...completions,
    env: 'AI_GATEWAY_API_KEY',
    ...under('https://ai-gateway.vercel.sh/v1'),
    health: 'https://ai-gateway.vercel.sh/v1/credits',
  },
  vllm: { ...local, ...under('http://localhost:8000/v1'), health: 'http://localhost:8000/health' },
  xai: {
    ...completions,
    env: 'XAI_API_KEY',
    ...under('https://api.x.ai/v1'),
    models: 'https://api.x.ai/v1/language-models',
  },
  zai: {
    ...completions,
    env: 'ZAI_API_KEY',
    hooks: ['modify_body'],
    call: 'https://api.z.ai/api/paas/v4/chat/completions',
    models: null,
    health: 'https://api.z.ai/api/paas/',
  },
};

/** Addresses of a service that has OpenAI's paths below `base`. */
function under(base: string): Pick<Expected, 'call' | 'models' | 'health'> {
  return { call: `${base}/chat/completions`, models: `${base}/models`, health: `${base}/models` };
}

const key = 'sk-test-0123456789';
let host: ScriptHost;
let backends: BackendRegistry;

beforeAll(() => {
  host = createProviderHost();
  const lines = types.flatMap(type => {
    const url = catalogue[type]?.url;
    const line = { name: type, type, ...(url === undefined ? {} : { url }) };
    return [line, { ...line, name: `${type}-keyed`, api_key: key }];
  });
  const names = Object.values(catalogue).flatMap(({ env }) => env ?? []);
  backends = openBackends(host, lines, Object.fromEntries(names.map(name => [name, `from-${name}`])));
});

afterAll(async () => {
  await backends.close();
  await host.close();
});

function expectedOf(type: string): Expected {
  const expected = catalogue[type];
  if (!expected) throw new Error(`${type}.lua is not in the catalogue of this test. Add its addresses.`);
  return expected;
}

/** A call as the engine builds it, up to the network. */
async function buildCall(backend: Backend, dialect: DialectName, model = 'm') {
  const { request } = await buildRequest(backend, {
    path: dialectPaths[dialect](model),
    model,
    stream: true,
    body: { type: 'json', value: { model, messages: [] } },
  });
  return request;
}

test('the catalogue has every provider of the plan', () => {
  expect(types.toSorted()).toEqual(Object.keys(catalogue).toSorted());
});

test.each(Object.entries(dialects as Partial<Record<DialectName, Dialect>>))(
  '%s asks on the path the scripts are made for',
  (name, dialect) => {
    expect(dialect?.client.path({ id: 'm' }, { stream: true })).toBe(dialectPaths[name as DialectName]('m')); // keys of the registry are dialect names
  },
);

test.for(Object.keys(dialectPaths))('the registry has %s', (name, context) => {
  context.skip(!(name in dialects), `the path of ${name} is taken from the design until it is registered`);
  expect(dialects).toHaveProperty(name);
});

describe.each(types)('%s', type => {
  test('says what the contract asks for, without the network', async () => {
    const { description } = await backends.get(type);
    const { dialect, hooks = [], env } = expectedOf(type);
    expect(description.dialects[0] ?? null).toBe(dialect);
    expect([...description.hooks].filter(hook => hook !== 'parse_models').toSorted()).toEqual(hooks);
    expect(description.key).toEqual(env === undefined ? null : { type: 'value', value: { env } });
    expect(description.hosts).toEqual([]);
    expect(description.title === '').toBe(type === 'custom'); // a server of one's own is called what its backend is called
  });

  test('asks the documented address', async () => {
    const backend = await backends.get(type);
    const { call, models, health, dialect } = expectedOf(type);
    expect((await buildCall(backend, dialect ?? 'openai_completions')).url).toBe(call);
    const listUrl = backend.description.models ? null : backend.base_url + backend.description.models_path;
    expect(listUrl).toBe(models);
    expect(backend.base_url + backend.description.health_path).toBe(health);
  });

  test('carries its key where the vendor wants it, on calls and on lists', async () => {
    const { auth, dialect, env } = expectedOf(type);
    const call = await buildCall(await backends.get(type), dialect ?? 'openai_completions');
    expect(authHeaders(call.headers)).toEqual(env === undefined ? {} : authOf(auth, `from-${env}`));
    const keyed = await backends.get(`${type}-keyed`);
    const wanted = type === 'eliza' ? {} : authOf(auth === 'none' ? 'bearer' : auth, key);
    expect(authHeaders((await buildCall(keyed, dialect ?? 'openai_completions')).headers)).toEqual(wanted);
    expect(authHeaders((await buildGet(keyed, '/', 1000)).request.headers)).toEqual(wanted);
  });

  test('begins with a comment that names its sources', async () => {
    if (type === 'eliza') return; // its server is ours
    const [first, ...rest] = (await readProvider(`${type}.lua`)).split('\n');
    const comment = rest
      .slice(
        0,
        rest.findIndex(line => !line.startsWith('--')),
      )
      .join('\n');
    expect(first).toMatch(/^-- \S/);
    expect(comment).toMatch(/^-- Docs: /m);
    expect(comment).toMatch(/https:\/\//);
  });

  test('goes to another address when the backend has one, and nowhere else', async () => {
    const moved = openBackends(host, [{ name: 'moved', type, url: 'http://127.0.0.1:9', api_key: key }]);
    const backend = await moved.get('moved');
    expect((await buildCall(backend, expectedOf(type).dialect ?? 'openai_completions')).url).toMatch(
      /^http:\/\/127\.0\.0\.1:9\//,
    );
    await moved.close();
  });
});

describe('opencode asks each vendor in its own way', () => {
  test.each([
    [
      'gpt-5.5',
      'openai_responses',
      'https://opencode.ai/zen/v1/responses',
      { authorization: `Bearer ${key}` },
    ],
    ['claude-opus-5', 'anthropic_messages', 'https://opencode.ai/zen/v1/messages', { 'x-api-key': key }],
    [
      'gemini-3-flash',
      'google_gemini',
      'https://opencode.ai/zen/v1/models/gemini-3-flash:streamGenerateContent?alt=sse',
      { 'x-goog-api-key': key },
    ],
    [
      'kimi-k3',
      'openai_completions',
      'https://opencode.ai/zen/v1/chat/completions',
      { authorization: `Bearer ${key}` },
    ],
  ] as const)('%s', async (model, dialect, url, auth) => {
    const backend = await backends.get('opencode-keyed');
    expect(backend.description.models?.find(each => each.id === model)?.dialect).toBe(dialect);
    const call = await buildCall(backend, dialect, model);
    expect(call.url).toBe(url);
    expect(authHeaders(call.headers)).toEqual(auth);
    expect(call.headers['anthropic-version']).toBe(
      dialect === 'anthropic_messages' ? '2023-06-01' : undefined,
    );
  });
});

test('anthropic names its version and openrouter names Parley, on calls and on lists', async () => {
  expect((await buildGet(await backends.get('anthropic'), '/', 1000)).request.headers).toMatchObject({
    'anthropic-version': '2023-06-01',
  });
  const call = await buildCall(await backends.get('openrouter'), 'openai_completions');
  expect(call.headers).toMatchObject({
    'x-title': 'Parley',
    'http-referer': expect.stringContaining('parley'),
  });
});

test.each([
  ['custom', 'https://llm.example/v1', 'https://llm.example/v1/chat/completions'],
  ['custom', 'https://llm.example/api/paas/v4/', 'https://llm.example/api/paas/v4/chat/completions'],
  ['custom', 'https://llm.example/team', 'https://llm.example/team/v1/chat/completions'],
  [
    'azure',
    'https://acme.openai.azure.com/openai/v1/',
    'https://acme.openai.azure.com/openai/v1/chat/completions',
  ],
  ['zai', 'https://api.z.ai/api/coding/paas', 'https://api.z.ai/api/coding/paas/v4/chat/completions'],
  ['minimax', 'https://api.minimaxi.com', 'https://api.minimaxi.com/anthropic/v1/messages'],
])('%s at %s asks %s', async (type, url, expected) => {
  const registry = openBackends(host, [{ name: 'b', type, url, api_key: key }]);
  const backend = await registry.get('b');
  expect((await buildCall(backend, backend.description.dialects[0] ?? 'openai_completions')).url).toBe(
    expected,
  );
  await registry.close();
});

test('a custom server without an address is refused with the way out', async () => {
  const registry = openBackends(host, [{ name: 'lost', type: 'custom' }]);
  await expect(registry.get('lost')).rejects.toMatchObject({
    code: 'script_result',
    message: expect.stringContaining('base_url'),
  });
});

test.each(modelFiles)('models/%s holds models, each once, with facts of the right kind', async file => {
  const list = modelFactsSchema
    .strict()
    .array()
    .min(1)
    .parse(JSON.parse(await readProvider(`models/${file}`)));
  expect(new Set(list.map(model => model.id)).size).toBe(list.length);
  const halfPriced = list.filter(
    ({ input_cost: input, output_cost: output }) => (input === undefined) !== (output === undefined),
  );
  expect(halfPriced).toEqual([]);
  const misdated = list.filter(
    ({ release_date: date }) => date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date),
  );
  expect(misdated).toEqual([]);
  const type = file.slice(0, -'.json'.length);
  expect((await backends.get(type)).description.models).toHaveLength(list.length);
});

function authHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) =>
      ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'].includes(name),
    ),
  );
}

function authOf(auth: Expected['auth'], value: string): Record<string, string> {
  if (auth === 'none') return {};
  return auth === 'bearer' || auth === 'script' ? { authorization: `Bearer ${value}` } : { [auth]: value };
}
