import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Json } from '../../electron/contract/json.ts';
import type { ScriptHost } from '../../electron/engine/lua/script-host.ts';
import { createProviderHost, parseModels } from './load-provider.ts';

let host: ScriptHost;

beforeAll(() => {
  host = createProviderHost();
});

afterAll(() => host.close());

const withParser = [
  'anthropic',
  'cohere',
  'github-models',
  'google',
  'groq',
  'huggingface',
  'llamacpp',
  'lmstudio',
  'mistral',
  'ollama',
  'ollama-cloud',
  'openai',
  'openrouter',
  'together',
  'venice',
  'vercel-gateway',
  'vllm',
  'xai',
];

describe.each(withParser)('%s', type => {
  test('lists nothing where there is nothing, and for an answer of another kind', async () => {
    expect(await parseModels(host, type, { data: [], models: [] })).toEqual([]);
    expect(await parseModels(host, type, { error: 'no' })).toEqual([]);
  });

  test('takes a model of which nothing but its name is known', async () => {
    const bare = {
      id: 'm',
      name: 'models/m',
      key: 'm',
      supportedGenerationMethods: ['generateContent'],
      supported_output_modalities: ['text'],
    };
    const answer: Json = type === 'github-models' ? [bare] : { data: [bare], models: [bare] };
    expect(await parseModels(host, type, answer)).toHaveLength(1);
  });
});

test('ollama leaves out what only embeds, whether or not the server says so', async () => {
  const models = [
    { name: 'llava:7b', capabilities: ['completion', 'vision'], details: { family: 'llama' } },
    { name: 'qwen3:8b', capabilities: ['completion', 'tools', 'thinking'], details: { family: 'qwen3' } },
    { name: 'embeddinggemma:latest', capabilities: ['embedding'], details: { family: 'gemma3' } },
    { name: 'nomic-embed-text:latest', details: { family: 'nomic-bert' } },
    { name: 'llama3:latest', details: { family: 'llama', families: null } },
  ];
  expect(await parseModels(host, 'ollama', { models })).toEqual([
    {
      id: 'llava:7b',
      name: 'llava:7b',
      input_modalities: ['text', 'image'],
      reasoning: false,
      tools: false,
    },
    { id: 'qwen3:8b', name: 'qwen3:8b', input_modalities: ['text'], reasoning: true, tools: true },
    { id: 'llama3:latest', name: 'llama3:latest' },
  ]);
});

test('openrouter tells facts and prices per million tokens', async () => {
  const data = [
    {
      id: 'acme/large',
      name: 'Acme: Large',
      context_length: 131072,
      architecture: { input_modalities: ['text', 'image', 'file', 'smell'], output_modalities: ['text'] },
      pricing: { prompt: '0.0000025', completion: '0.00001', request: '0', input_cache_read: '0.00000025' },
      top_provider: { context_length: 131072, max_completion_tokens: 16384, is_moderated: false },
      supported_parameters: ['tools', 'reasoning'],
    },
    {
      id: 'openrouter/auto',
      name: 'Auto Router',
      context_length: 0,
      architecture: { input_modalities: ['smell'], output_modalities: [] },
      pricing: { prompt: '-1', completion: '-1' },
      top_provider: { max_completion_tokens: null },
      supported_parameters: null,
    },
    { id: 'bare/free', pricing: { prompt: '0', completion: '0' } },
  ];
  expect(await parseModels(host, 'openrouter', { data })).toEqual([
    {
      id: 'acme/large',
      name: 'Acme: Large',
      context_size: 131072,
      max_output_tokens: 16384,
      input_modalities: ['text', 'image', 'pdf'],
      output_modalities: ['text'],
      reasoning: true,
      tools: true,
      input_cost: 2.5,
      output_cost: 10,
      cache_read_cost: 0.25,
    },
    { id: 'openrouter/auto', name: 'Auto Router', reasoning: false },
    { id: 'bare/free', name: 'bare/free', reasoning: false, input_cost: 0, output_cost: 0 },
  ]);
});

test('openai keeps what answers in text over its Responses API', async () => {
  const chats = [
    'gpt-3.5-turbo gpt-4 gpt-4o gpt-4o-mini-2024-07-18 gpt-4.1-nano gpt-5 gpt-5.4-mini gpt-6-sol chatgpt-4o-latest',
    'o1 o3-mini o4-mini-2025-04-16 ft:gpt-4o-mini:acme::x1 o1-pro o3-pro-2025-06-10 gpt-5-pro gpt-5.4-pro-2026-03-05',
    'gpt-5-codex gpt-5.1-codex-max codex-mini-latest',
  ].flatMap(ids => ids.split(' '));
  const others = [
    'text-embedding-3-large omni-moderation-latest whisper-1 tts-1-hd gpt-4o-mini-tts gpt-4o-transcribe',
    'gpt-4o-mini-transcribe gpt-4o-transcribe-diarize gpt-realtime gpt-4o-realtime-preview gpt-audio-mini',
    'gpt-4o-audio-preview-2024-12-17 dall-e-3 gpt-image-1 chatgpt-image-latest sora-2 davinci-002 babbage-002',
    'gpt-3.5-turbo-instruct-0914 gpt-4o-search-preview gpt-5-search-api o3-deep-research',
    'o4-mini-deep-research-2025-06-26 computer-use-preview ft:babbage-002:acme::x2',
  ].flatMap(ids => ids.split(' '));
  const data = [...chats, ...others].map(id => ({ id, object: 'model' }));
  expect(await parseModels(host, 'openai', { object: 'list', data })).toEqual(
    chats.map(id => ({ id, name: id })),
  );
});

test('anthropic tells limits, what goes in, and when a model came', async () => {
  const capabilities = {
    thinking: { supported: true },
    image_input: { supported: true },
    pdf_input: { supported: false },
  };
  const data = [
    {
      type: 'model',
      id: 'claude-x',
      display_name: 'Claude X',
      created_at: '2026-02-04T00:00:00Z',
      max_input_tokens: 1000000,
      max_tokens: 128000,
      capabilities,
    },
    {
      type: 'model',
      id: 'claude-y',
      display_name: 'Claude Y',
      created_at: '1970-01-01T00:00:00Z',
      max_input_tokens: null,
      max_tokens: null,
      capabilities: null,
    },
  ];
  expect(await parseModels(host, 'anthropic', { data, has_more: false })).toEqual([
    {
      id: 'claude-x',
      name: 'Claude X',
      context_size: 1000000,
      max_output_tokens: 128000,
      reasoning: true,
      release_date: '2026-02-04',
      input_modalities: ['text', 'image'],
    },
    { id: 'claude-y', name: 'Claude Y' },
  ]);
});

test('google keeps what chats, by its short name', async () => {
  const generate = ['generateContent', 'countTokens'];
  const models = [
    {
      name: 'models/gemini-3-pro',
      displayName: 'Gemini 3 Pro',
      inputTokenLimit: 1048576,
      outputTokenLimit: 65536,
      supportedGenerationMethods: generate,
      thinking: true,
    },
    { name: 'models/gemini-3-pro-image', displayName: 'Image', supportedGenerationMethods: generate },
    {
      name: 'models/gemini-2.5-flash-preview-tts',
      displayName: 'Speech',
      supportedGenerationMethods: generate,
    },
    {
      name: 'models/gemini-embedding-001',
      displayName: 'Embedding',
      supportedGenerationMethods: ['embedContent'],
    },
  ];
  expect(await parseModels(host, 'google', { models })).toEqual([
    {
      id: 'gemini-3-pro',
      name: 'Gemini 3 Pro',
      context_size: 1048576,
      max_output_tokens: 65536,
      reasoning: true,
    },
  ]);
});

test('groq leaves out speech, guards and what is switched off', async () => {
  const data = [
    { id: 'llama-3.3-70b-versatile', active: true, context_window: 131072, max_completion_tokens: 32768 },
    { id: 'whisper-large-v3', active: true, context_window: 448 },
    { id: 'meta-llama/llama-guard-4-12b', active: true, context_window: 131072 },
    { id: 'old-model', active: false },
  ];
  expect(await parseModels(host, 'groq', { data })).toEqual([
    {
      id: 'llama-3.3-70b-versatile',
      name: 'llama-3.3-70b-versatile',
      context_size: 131072,
      max_output_tokens: 32768,
    },
  ]);
});

test('together reads a bare array, and takes no price for free that is by the hour', async () => {
  const list = [
    {
      id: 'a/chat',
      type: 'chat',
      display_name: 'A Chat',
      context_length: 131072,
      pricing: { hourly: 0, input: 0.88, output: 0.9 },
    },
    {
      id: 'b/rented',
      type: 'chat',
      display_name: 'B',
      context_length: 0,
      pricing: { hourly: 3, input: 0, output: 0 },
    },
    { id: 'c/picture', type: 'image', display_name: 'C' },
  ];
  expect(await parseModels(host, 'together', list)).toEqual([
    { id: 'a/chat', name: 'A Chat', context_size: 131072, input_cost: 0.88, output_cost: 0.9 },
    { id: 'b/rented', name: 'B' },
  ]);
});

test('xai turns its ten-thousandths into dollars', async () => {
  const models = [
    {
      id: 'grok-3',
      input_modalities: ['text'],
      output_modalities: ['text'],
      prompt_text_token_price: 30000,
      cached_prompt_text_token_price: 7500,
      completion_text_token_price: 150000,
    },
  ];
  expect(await parseModels(host, 'xai', { models })).toEqual([
    {
      id: 'grok-3',
      name: 'grok-3',
      input_modalities: ['text'],
      output_modalities: ['text'],
      input_cost: 3,
      output_cost: 15,
      cache_read_cost: 0.75,
    },
  ]);
});

test('venice reads model_spec', async () => {
  const spec = (extra: Record<string, Json>): Record<string, Json> => ({
    name: 'Large',
    availableContextTokens: 131072,
    maxCompletionTokens: 8192,
    capabilities: { supportsVision: true, supportsReasoning: false },
    pricing: { input: { usd: 0.7, diem: 7 }, output: { usd: 2.8, diem: 28 } },
    ...extra,
  });
  const data = [
    { id: 'large', type: 'text', model_spec: spec({}) },
    { id: 'gone', type: 'text', model_spec: spec({ offline: true }) },
    { id: 'picture', type: 'image', model_spec: spec({}) },
  ];
  expect(await parseModels(host, 'venice', { data })).toEqual([
    {
      id: 'large',
      name: 'Large',
      context_size: 131072,
      max_output_tokens: 8192,
      input_modalities: ['text', 'image'],
      reasoning: false,
      input_cost: 0.7,
      output_cost: 2.8,
    },
  ]);
});

test('vercel-gateway tells prices per million tokens and leaves out what only embeds', async () => {
  const data = [
    {
      id: 'acme/large',
      name: 'Large',
      type: 'language',
      context_window: 200000,
      max_tokens: 64000,
      tags: ['vision', 'reasoning'],
      pricing: { input: '0.000003', output: '0.000015', input_cache_read: '0.0000003' },
    },
    { id: 'acme/embed', name: 'Embed', type: 'embedding' },
  ];
  expect(await parseModels(host, 'vercel-gateway', { data })).toEqual([
    {
      id: 'acme/large',
      name: 'Large',
      context_size: 200000,
      max_output_tokens: 64000,
      input_modalities: ['text', 'image'],
      reasoning: true,
      tools: false,
      input_cost: 3,
      output_cost: 15,
      cache_read_cost: 0.3,
    },
  ]);
});

test.each([
  [
    'huggingface',
    {
      data: [
        {
          id: 'org/m',
          architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
          providers: [
            { provider: 'a', context_length: 8192 },
            { provider: 'b', context_length: 131072 },
            { provider: 'c' },
          ],
        },
      ],
    },
    {
      id: 'org/m',
      name: 'org/m',
      context_size: 131072,
      input_modalities: ['text', 'image'],
      output_modalities: ['text'],
    },
  ],
  [
    'github-models',
    [
      {
        id: 'openai/gpt',
        name: 'GPT',
        limits: { max_input_tokens: 131072, max_output_tokens: 16384 },
        supported_input_modalities: ['text', 'image', 'smell'],
        supported_output_modalities: ['text'],
      },
      { id: 'e', supported_output_modalities: ['embeddings'] },
    ],
    {
      id: 'openai/gpt',
      name: 'GPT',
      context_size: 131072,
      max_output_tokens: 16384,
      input_modalities: ['text', 'image'],
      output_modalities: ['text'],
    },
  ],
  [
    'cohere',
    { models: [{ name: 'command-a', endpoints: ['chat'], context_length: 256000 }] },
    { id: 'command-a', name: 'command-a', context_size: 256000 },
  ],
  [
    'mistral',
    {
      data: [
        {
          id: 'mistral-large',
          name: 'x',
          max_context_length: 131072,
          capabilities: { completion_chat: true, vision: true },
        },
        { id: 'mistral-embed', capabilities: { completion_chat: false } },
      ],
    },
    { id: 'mistral-large', name: 'mistral-large', context_size: 131072, input_modalities: ['text', 'image'] },
  ],
  [
    'lmstudio',
    {
      models: [
        {
          type: 'llm',
          key: 'qwen/q',
          display_name: 'Q',
          max_context_length: 32768,
          capabilities: { vision: false },
        },
        { type: 'embedding', key: 'nomic' },
      ],
    },
    { id: 'qwen/q', name: 'Q', context_size: 32768, input_modalities: ['text'] },
  ],
  [
    'llamacpp',
    { object: 'list', data: [{ id: '/models/llama-3.gguf', meta: { n_ctx_train: 131072 } }] },
    { id: '/models/llama-3.gguf', name: 'llama-3.gguf', context_size: 131072 },
  ],
  [
    'vllm',
    { data: [{ id: 'org/m', max_model_len: 40960 }] },
    { id: 'org/m', name: 'org/m', context_size: 40960 },
  ],
  ['ollama-cloud', { models: [{ name: 'gpt-oss:120b' }] }, { id: 'gpt-oss:120b', name: 'gpt-oss:120b' }],
] as [string, Json, Json][])('%s says what it knows', async (type, answer, expected) => {
  expect(await parseModels(host, type, answer)).toEqual([expected]);
});

// Where the vendor's list says so; `null` stands for a list that does not.
const toolLists: [string, (says: boolean | null) => Json][] = [
  [
    'openrouter',
    says => ({ data: [{ id: 'm', supported_parameters: says === null ? null : says ? ['tools'] : [] }] }),
  ],
  [
    'mistral',
    says => ({ data: [{ id: 'm', capabilities: says === null ? {} : { function_calling: says } }] }),
  ],
  [
    'ollama',
    says => ({
      models: [
        { name: 'm', ...(says !== null && { capabilities: ['completion', ...(says ? ['tools'] : [])] }) },
      ],
    }),
  ],
  [
    'vercel-gateway',
    says => ({ data: [{ id: 'm', tags: says === null ? null : says ? ['tool-use'] : ['vision'] }] }),
  ],
  [
    'lmstudio',
    says => ({ models: [{ key: 'm', capabilities: says === null ? {} : { trained_for_tool_use: says } }] }),
  ],
  [
    'venice',
    says => ({
      data: [
        { id: 'm', model_spec: { capabilities: says === null ? {} : { supportsFunctionCalling: says } } },
      ],
    }),
  ],
  [
    'github-models',
    says => [
      {
        id: 'm',
        supported_output_modalities: ['text'],
        ...(says !== null && { capabilities: says ? ['streaming', 'tool-calling'] : ['streaming'] }),
      },
    ],
  ],
  [
    'huggingface',
    says => ({
      data: [
        {
          id: 'm',
          providers: [{ provider: 'a' }, says === null ? {} : { provider: 'b', supports_tools: says }],
        },
      ],
    }),
  ],
];

describe.each(toolLists)('%s', (type, list) => {
  test.each([true, false, null])('tells whether a model calls tools, where its list does: %s', async says => {
    const [model] = (await parseModels(host, type, list(says))) as { id: string; tools?: boolean }[];
    expect([model?.id, model?.tools ?? null]).toEqual(['m', says]);
  });
});
