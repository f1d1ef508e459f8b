import type { BackendStatus, ProviderInfo } from '../../electron/contract/backends.ts';
import type { Call } from '../../electron/contract/calls.ts';
import type { ListedKey } from '../../electron/contract/keys.ts';
import type { Model } from '../../electron/contract/models.ts';
import { isoAgo } from './fake-chats.ts';

const day = 86_400_000;

const plainBackend = {
  script: 'built-in',
  script_file: null,
  enabled: true,
  demo: false,
  needs_key: true,
  key: null,
  key_error: null,
  script_error: null,
} as const;

export const fakeBackends: BackendStatus[] = [
  {
    ...plainBackend,
    name: 'groq',
    type: 'groq',
    title: 'Groq',
    base_url: 'https://api.groq.com/openai',
    key: { tier: 'settings', source: 'env', name: 'GROQ_API_KEY' },
  },
  {
    ...plainBackend,
    name: 'openai',
    type: 'openai',
    title: 'OpenAI',
    base_url: 'https://api.openai.com',
    key_error: {
      code: 'no_api_key',
      message: 'openai needs an API key. Add one under Providers → openai.',
    },
  },
  {
    ...plainBackend,
    name: 'ollama',
    type: 'ollama',
    title: 'Ollama',
    base_url: 'http://127.0.0.1:11434',
    needs_key: false,
  },
  {
    ...plainBackend,
    name: 'work',
    type: 'house',
    title: 'House model',
    script: 'user',
    base_url: null,
    script_error: {
      code: 'script_error',
      message: 'house.lua, line 12: unexpected symbol near "}". Correct the file; it is read again at once.',
    },
  },
  {
    ...plainBackend,
    name: 'eliza',
    type: 'eliza',
    title: 'ELIZA',
    base_url: 'http://127.0.0.1:49152',
    needs_key: false,
    demo: true,
  },
];

export function fakeModel(id: string, name: string, facts: Partial<Model> = {}): Model {
  const backend = id.slice(0, id.indexOf('/'));
  return { id, name, backend, provider: backend, dialect: 'openai_completions', demo: false, ...facts };
}

export const elizaModel = fakeModel('eliza/doctor', 'ELIZA', { demo: true, input_modalities: ['text'] });

export function fakeModels(): Model[] {
  const many = Array.from({ length: 60 }, (_, index) =>
    fakeModel(`openrouter/vendor/model-${index}`, `Vendor Model ${index}`),
  );
  return [
    fakeModel('groq/llama-3.3-70b', 'Llama 3.3 70B', { input_modalities: ['text'] }),
    fakeModel('groq/gpt-oss-120b', 'GPT-OSS 120B', { reasoning: true }),
    fakeModel('openai/gpt-4.1', 'GPT-4.1', { input_modalities: ['text', 'image'] }),
    ...many,
  ];
}

export function fakeProviders(): ProviderInfo[] {
  const builtIn = ['anthropic', 'groq', 'ollama', 'openai', 'openrouter'];
  return [
    ...builtIn.map((type): ProviderInfo => ({
      type,
      name: type[0]?.toUpperCase() + type.slice(1),
      origin: 'built-in',
      file: `providers/${type}.lua`,
      backends: [],
      error: null,
    })),
    {
      type: 'house',
      name: 'house',
      origin: 'user',
      file: '/home/me/.local/share/parley/providers/house.lua',
      backends: ['work'],
      error: { code: 'script_error', message: 'house.lua, line 12: unexpected symbol near "}".' },
    },
  ];
}

export function fakeCalls(): Call[] {
  const statuses: Call['status'][] = ['ok', 'ok', 'ok', 'error', 'cancelled', 'interrupted'];
  return Array.from({ length: 130 }, (_, index): Call => {
    const status = statuses[index % 6] ?? 'ok';
    const isOk = status === 'ok';
    return {
      id: `call-${index}`,
      started_at: isoAgo(index * 930_000),
      client: index % 3 === 0 ? 'editor' : 'chat',
      backend: index % 2 === 0 ? 'groq' : 'openrouter',
      model_asked: index % 2 === 0 ? 'groq/llama-3.3-70b' : 'openrouter/vendor/model-3',
      model_answered: index % 4 === 1 ? 'vendor/model-3-2026' : null,
      dialect_in: 'openai_completions',
      dialect_out: 'openai_completions',
      status,
      http_status: isOk ? 200 : null,
      error_code: status === 'error' ? 'upstream_timeout' : null,
      input_tokens: isOk ? 1200 + index * 37 : null,
      output_tokens: isOk ? 310 + index : null,
      cache_read_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      tokens_origin: isOk ? 'reported' : 'unknown',
      cost_usd: isOk && index % 2 === 0 ? 0.00093 * (index + 1) : null,
      price: null,
      first_token_ms: isOk ? 212 + index : null,
      duration_ms: 900 + index * 411,
      attempts: 1,
    };
  });
}

/** A key without limits that has used nothing. */
export function fakeKey(name: string): ListedKey {
  return {
    id: crypto.randomUUID(),
    name,
    prefix: 'pk-0123',
    created_at: isoAgo(0),
    last_used_at: null,
    revoked_at: null,
    allowed_models: null,
    requests_per_minute: null,
    budget: null,
    expires_at: null,
    usage: {
      period: 'month',
      since: isoAgo(9 * day),
      until: isoAgo(-21 * day),
      calls: 0,
      cost_usd: 0,
      tokens: 0,
      unpriced_calls: 0,
      uncounted_calls: 0,
    },
  };
}

export function fakeKeys(): ListedKey[] {
  return [
    {
      ...fakeKey('editor'),
      prefix: 'pk-7f3a',
      created_at: isoAgo(9 * day),
      last_used_at: isoAgo(3_600_000),
      allowed_models: ['groq/*', 'fast'],
      requests_per_minute: 60,
      budget: { amount: 5, unit: 'usd', period: 'month' },
      usage: { ...fakeKey('editor').usage, calls: 214, cost_usd: 4.12, tokens: 1_310_552, unpriced_calls: 3 },
    },
    { ...fakeKey('scripts on the build machine'), prefix: 'pk-91c0', created_at: isoAgo(40 * day) },
  ];
}
