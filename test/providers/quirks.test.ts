import { readdirSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { completionContent } from '../../electron/contract/completion.ts';
import type { RawConfig } from '../../electron/contract/config.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import type { Message } from '../../electron/contract/message.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import type { ChatRequest, ReasoningEffort } from '../../electron/contract/request.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import type { DeltaStream } from '../../electron/engine/engine.ts';
import { findResources } from '../../electron/resources.ts';
import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { Chunk, ScriptedUpstream, SeenRequest } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

const key = 'sk-test-0123456789';

let upstream: ScriptedUpstream;
let engine: TestEngine;

/** Every built-in script, as a backend of the same name; what parley.yaml adds stands with its models. */
const added: Record<string, (string | JsonObject)[]> = {
  azure: ['my-gpt', { id: 'small', name: 'The small one' }],
  opencode: [{ id: 'brand-new', dialect: 'openai_completions' }],
};

beforeAll(async () => {
  upstream = await startUpstream();
  const types = readdirSync(findResources().providersDir).flatMap(
    file => /^([\w-]+)\.lua$/.exec(file)?.[1] ?? [],
  );
  const backends = types.map(type => {
    const models = added[type];
    return { name: type, type, url: upstream.url, api_key: key, ...(models && { models }) };
  });
  engine = createTestEngine({ config: { llm: { backends } } as RawConfig }); // checked by the schema there
});

beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answer = (request, response) => {
    if (request.method === 'GET') sendJson(response, 200, { data: [] });
    else sendStream(response, textChunks(['Hello.']));
  };
});

afterAll(async () => {
  await engine.close();
  await upstream.close();
});

function says(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

/** An answer that thought, then called a tool, and the tool's result. */
const toolTurn: Message[] = [
  says('What is the weather?'),
  { role: 'assistant', content: [{ type: 'thinking', text: 'Thought about to no end.' }] },
  says('Well?'),
  {
    role: 'assistant',
    content: [
      { type: 'thinking', text: 'I must ask.' },
      { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Oslo' } },
    ],
  },
  {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'Rain.' }] }],
  },
  {
    role: 'assistant',
    content: [
      { type: 'thinking', text: 'Easy.' },
      { type: 'text', text: 'It rains.' },
    ],
  },
  says('And tomorrow?'),
];

async function ask(type: string, model: string, request: Partial<ChatRequest> = {}): Promise<DeltaStream> {
  const context = {
    client: 'chat',
    dialect_in: null,
    model_asked: `${type}/${model}`,
    signal: new AbortController().signal,
  };
  const plan = await engine.engine.resolveModel(context.model_asked, { record_for: context });
  return engine.engine.streamDeltas(
    plan,
    { messages: [says('Hi')], options: {}, stream: true, ...request },
    context,
  );
}

async function drain(stream: DeltaStream): Promise<DeltaStream> {
  for await (const _delta of stream.deltas);
  return stream;
}

function lastCall(): SeenRequest {
  const call = upstream.requests.findLast(request => request.method === 'POST');
  if (!call) throw new Error('nothing was asked of the upstream');
  return call;
}

/** The body that reached the upstream. */
async function bodyOf(type: string, model: string, request: Partial<ChatRequest> = {}): Promise<JsonObject> {
  await drain(await ask(type, model, request));
  return JSON.parse(lastCall().body) as JsonObject; // the engine sends objects
}

async function bodyWithEffort(type: string, model: string, effort: ReasoningEffort): Promise<JsonObject> {
  return bodyOf(type, model, { options: { reasoning_effort: effort } });
}

function assistants(body: JsonObject): JsonObject[] {
  return (body['messages'] as JsonObject[]).filter(message => message['role'] === 'assistant'); // chat completions have a list of objects
}

describe('groq', () => {
  test.each([
    ['none', 'low'],
    ['minimal', 'low'],
    ['medium', 'medium'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ] as const)('gpt-oss asked for %s gets %s, without a format it refuses', async (effort, sent) => {
    const body = await bodyWithEffort('groq', 'openai/gpt-oss-120b', effort);
    expect(body['reasoning_effort']).toBe(sent);
    expect(body).not.toHaveProperty('reasoning_format');
  });

  test.each([
    ['none', 'none'],
    ['low', 'default'],
    ['max', 'default'],
  ] as const)('qwen asked for %s gets %s, parsed', async (effort, sent) => {
    expect(await bodyWithEffort('groq', 'qwen/qwen3-32b', effort)).toMatchObject({
      reasoning_effort: sent,
      reasoning_format: 'parsed',
    });
  });

  test('qwen keeps its thinking out of the text also when nothing was said of it', async () => {
    const body = await bodyOf('groq', 'qwen/qwen3-32b');
    expect(body['reasoning_format']).toBe('parsed');
    expect(body).not.toHaveProperty('reasoning_effort');
  });

  test('other models get neither', async () => {
    const body = await bodyOf('groq', 'llama-3.3-70b-versatile');
    expect(body).not.toHaveProperty('reasoning_format');
    expect(body).not.toHaveProperty('reasoning_effort');
  });
});

describe('thinking switched on and off', () => {
  test.each([
    ['moonshot', 'kimi-k2.6', 'none', { thinking: { type: 'disabled' } }],
    ['moonshot', 'kimi-k2.6', 'high', { thinking: { type: 'enabled' } }],
    ['moonshot', 'kimi-k2.7-code', 'none', { thinking: { type: 'enabled' } }],
    ['moonshot', 'kimi-k3.1-pro', 'xhigh', { reasoning_effort: 'max' }],
    ['moonshot', 'kimi-k3', 'none', { reasoning_effort: 'low' }],
    ['moonshot', 'kimi-k3', 'medium', { reasoning_effort: 'high' }],
    ['moonshot', 'kimi-k3', 'max', { reasoning_effort: 'max' }],
    ['zai', 'glm-4.7', 'none', { thinking: { type: 'disabled' } }],
    ['zai', 'glm-4.7', 'high', { thinking: { type: 'enabled' } }],
    ['zai', 'glm-5.2', 'xhigh', { thinking: { type: 'enabled' }, reasoning_effort: 'xhigh' }],
    ['zai', 'glm-5.2', 'none', { thinking: { type: 'disabled' } }],
    ['zai', 'glm-5.3', 'none', { thinking: { type: 'enabled' }, reasoning_effort: 'low' }],
    ['zai', 'glm-5.3', 'max', { thinking: { type: 'enabled' }, reasoning_effort: 'max' }],
    ['deepseek', 'deepseek-v4-pro', 'none', { thinking: { type: 'disabled' } }],
    ['deepseek', 'deepseek-v4-pro', 'max', { thinking: { type: 'enabled' }, reasoning_effort: 'max' }],
    ['alibaba', 'qwen-plus', 'none', { enable_thinking: false }],
    ['alibaba', 'qwen-plus', 'low', { enable_thinking: true, thinking_budget: 1024 }],
    ['alibaba', 'qwen-plus', 'max', { enable_thinking: true, thinking_budget: 32768 }],
    ['mistral', 'mistral-small-latest', 'minimal', { reasoning_effort: 'none' }],
    ['mistral', 'mistral-small-latest', 'medium', { reasoning_effort: 'high' }],
    ['mistral', 'mistral-large-4-0', 'minimal', { reasoning_effort: 'low' }],
    ['mistral', 'mistral-large-4-0', 'medium', { reasoning_effort: 'medium' }],
    ['mistral', 'mistral-large-4-0', 'max', { reasoning_effort: 'high' }],
    ['openrouter', 'openai/gpt-5', 'high', { reasoning: { effort: 'high' } }],
    ['openrouter', 'openai/gpt-5', 'none', { reasoning: { effort: 'none' } }],
  ] as const)('%s %s %s', async (type, model, effort, expected) => {
    const body = await bodyWithEffort(type, model, effort);
    const fields = new Set([
      'thinking',
      'reasoning_effort',
      'enable_thinking',
      'thinking_budget',
      'reasoning',
    ]);
    const sent = Object.fromEntries(Object.entries(body).filter(([field]) => fields.has(field)));
    expect(sent).toEqual(expected);
  });

  test.each(['moonshot', 'zai', 'deepseek', 'alibaba', 'mistral', 'openrouter'])(
    '%s is left to its own default where nothing was asked',
    async type => {
      const body = await bodyOf(type, 'some-model');
      for (const field of ['thinking', 'reasoning_effort', 'enable_thinking', 'thinking_budget', 'reasoning'])
        expect(body).not.toHaveProperty(field);
    },
  );
});

test.each(['moonshot', 'zai', 'deepseek'])(
  '%s gets the thinking back that led to a tool call',
  async type => {
    const body = await bodyOf(type, 'some-model', { messages: toolTurn });
    expect(assistants(body).map(message => message['reasoning_content'] ?? null)).toEqual([
      'I must ask.',
      null,
    ]);
  },
);

test.each(['mistral', 'cohere'])('%s is not asked for usage, which it refuses', async type => {
  expect(await bodyOf(type, 'some-model')).not.toHaveProperty('stream_options');
});

test('cohere needs no hook, so a tool’s own bytes go on passing', async () => {
  expect(await engine.engine.targetOf({ backend: 'cohere', model: 'command-a' })).toMatchObject({
    passes_bytes: true,
  });
});

describe('a server of one’s own takes a key and needs none', () => {
  test.each(['vllm', 'llamacpp', 'lmstudio', 'litellm', 'custom', 'ollama'])('%s', async type => {
    await ask(type, 'm').then(drain, () => undefined); // ollama's answers are of another dialect
    expect(lastCall().headers.authorization).toBe(`Bearer ${key}`);
    const own = createTestEngine({
      config: { llm: { backends: [{ name: 'own', type, url: upstream.url }] } },
    });
    const context = {
      client: 'chat',
      dialect_in: null,
      model_asked: 'own/m',
      signal: new AbortController().signal,
    };
    const request = { messages: [says('Hi')], options: {}, stream: true };
    const plan = await own.engine.resolveModel('own/m');
    await own.engine.streamDeltas(plan, request, context).then(drain, () => undefined);
    expect(lastCall().headers.authorization).toBeUndefined();
    expect(await own.engine.listBackends()).toMatchObject([{ needs_key: false, key_error: null }]);
    await own.close();
  });
});

test('mistral has its own word for a seed', async () => {
  const body = await bodyOf('mistral', 'mistral-small-latest', { options: { seed: 7 } });
  expect(body).toMatchObject({ random_seed: 7 });
  expect(body).not.toHaveProperty('seed');
});

describe('zai and JSON schemas', () => {
  const schema = { type: 'object', properties: { b: { type: 'number' }, a: { type: 'string' } } };
  const options = { output: { type: 'json_schema', name: 'answer', schema } } as const;

  test('the schema goes behind what the system prompt says', async () => {
    const body = await bodyOf('zai', 'glm-5.2', { system: 'Be brief.', options });
    expect(body['response_format']).toEqual({ type: 'json_object' });
    const [system, ...rest] = body['messages'] as JsonObject[];
    expect(system?.['content']).toBe(
      `Be brief.\n\nAnswer with JSON that matches this JSON schema, and with nothing else:\n${JSON.stringify(schema)}`,
    );
    expect(rest).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  test('without a system prompt it is one', async () => {
    const body = await bodyOf('zai', 'glm-5.2', { options });
    expect(body['messages']).toEqual([
      { role: 'system', content: expect.stringContaining(JSON.stringify(schema)) },
      { role: 'user', content: 'Hi' },
    ]);
  });

  test('plain JSON stays as it is', async () => {
    const body = await bodyOf('zai', 'glm-5.2', { options: { output: { type: 'json_object' } } });
    expect(body['response_format']).toEqual({ type: 'json_object' });
    expect(body['messages']).toEqual([{ role: 'user', content: 'Hi' }]);
  });
});

describe('openrouter', () => {
  const detail = (extra: JsonObject): JsonObject => ({
    type: 'reasoning.text',
    format: 'anthropic-claude-v1',
    index: 0,
    ...extra,
  });

  function chunk(delta: Chunk, finish: string | null = null): Chunk {
    return {
      id: 'gen-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'a/m',
      choices: [{ index: 0, delta, finish_reason: finish }],
    };
  }

  test('reasoning_details come back joined with the next turn', async () => {
    upstream.answer = (_request, response) =>
      sendStream(response, [
        chunk({
          role: 'assistant',
          content: '',
          reasoning: 'I think',
          reasoning_details: [detail({ text: 'I think' })],
        }),
        chunk({ content: '', reasoning: ' so.', reasoning_details: [detail({ text: ' so.' })] }),
        chunk({ content: '', reasoning_details: [detail({ text: '', signature: 'sig' })] }),
        chunk({
          content: '',
          reasoning_details: [{ type: 'reasoning.encrypted', data: 'AAAA', id: 'r1', index: 1 }],
        }),
        chunk({ content: 'Yes.' }),
        chunk({}, 'stop'),
      ]);
    const first = await drain(await ask('openrouter', 'a/m'));
    expect(completionContent(first.completion)).toMatchObject([
      { type: 'thinking', text: 'I think so.' },
      { type: 'text', text: 'Yes.' },
    ]);
    const answer: Message = {
      role: 'assistant',
      content: completionContent(first.completion),
      private: first.completion.private,
    };
    await drain(await ask('openrouter', 'a/m', { messages: [says('Hi'), answer, says('Sure?')] }));
    const body = JSON.parse(lastCall().body) as JsonObject; // the engine sends objects
    expect(assistants(body)).toEqual([
      {
        role: 'assistant',
        content: 'Yes.',
        reasoning_details: [
          detail({ text: 'I think so.', signature: 'sig' }),
          { type: 'reasoning.encrypted', data: 'AAAA', id: 'r1', index: 1 },
        ],
      },
    ]);
  });

  test('and also those of an answer that was not streamed', async () => {
    const message = {
      role: 'assistant',
      content: 'Yes.',
      reasoning_details: [detail({ text: 'So.', signature: 's' })],
    };
    upstream.answer = (_request, response) =>
      sendJson(response, 200, {
        id: 'gen-1',
        model: 'a/m',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      });
    const { completion } = await drain(await ask('openrouter', 'a/m', { stream: false }));
    expect(completion.private).toEqual([{ reasoning_details: [detail({ text: 'So.', signature: 's' })] }]);
  });

  test("another provider's private data is not sent to it", async () => {
    const answer: Message = {
      role: 'assistant',
      content: [{ type: 'text', text: 'Yes.' }],
      private: [{ other: 1 }, 'text', 7],
    };
    const body = await bodyOf('openrouter', 'a/m', { messages: [says('Hi'), answer, says('Sure?')] });
    expect(assistants(body)).toEqual([{ role: 'assistant', content: 'Yes.' }]);
  });

  test('an error inside the stream replaces what came with it, and names the vendor', async () => {
    const broken = {
      ...chunk({ content: 'lost' }, 'error'),
      error: { code: 502, message: 'Overloaded', metadata: { provider_name: 'Acme' } },
    };
    upstream.answer = (_request, response) => sendStream(response, [chunk({ content: 'Kept.' }), broken]);
    const { completion } = await drain(await ask('openrouter', 'a/m'));
    expect(completionContent(completion)).toMatchObject([{ type: 'text', text: 'Kept.' }]);
    expect(completion.error).toMatchObject({
      code: 'stream_error',
      message: 'OpenRouter broke off the answer: Overloaded (from Acme)',
    });
  });
});

const addresses: [
  type: string,
  model: string,
  dialect: DialectName,
  path: string,
  headers: Record<string, string>,
][] = [
  ['openai', 'gpt-5.5', 'openai_responses', '/v1/responses', { authorization: `Bearer ${key}` }],
  ['perplexity', 'perplexity/sonar', 'openai_responses', '/v1/responses', { authorization: `Bearer ${key}` }],
  [
    'anthropic',
    'claude-x',
    'anthropic_messages',
    '/v1/messages',
    { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
  ],
  [
    'minimax',
    'MiniMax-M3',
    'anthropic_messages',
    '/anthropic/v1/messages',
    { authorization: `Bearer ${key}` },
  ],
  [
    'google',
    'gemini-3-flash',
    'google_gemini',
    '/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse',
    { 'x-goog-api-key': key },
  ],
  ['ollama', 'llama3', 'ollama_chat', '/api/chat', { authorization: `Bearer ${key}` }],
  ['ollama-cloud', 'gpt-oss:120b', 'ollama_chat', '/api/chat', { authorization: `Bearer ${key}` }],
  [
    'azure',
    'my-gpt',
    'openai_completions',
    '/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21',
    { 'api-key': key },
  ],
  [
    'cohere',
    'command-a',
    'openai_completions',
    '/compatibility/v1/chat/completions',
    { authorization: `Bearer ${key}` },
  ],
  ['zai', 'glm-5.2', 'openai_completions', '/v4/chat/completions', { authorization: `Bearer ${key}` }],
  ['opencode', 'gpt-5.5', 'openai_responses', '/v1/responses', { authorization: `Bearer ${key}` }],
  ['opencode', 'claude-opus-5', 'anthropic_messages', '/v1/messages', { 'x-api-key': key }],
  [
    'opencode',
    'gemini-3-flash',
    'google_gemini',
    '/v1/models/gemini-3-flash:streamGenerateContent?alt=sse',
    { 'x-goog-api-key': key },
  ],
  ['opencode', 'kimi-k3', 'openai_completions', '/v1/chat/completions', { authorization: `Bearer ${key}` }],
];

describe('what goes over the wire', () => {
  test.for(addresses)('%s %s (%s)', async ([type, model, dialect, path, headers], context) => {
    context.skip(!(dialect in dialects), `${type} is not asked: ${dialect} is not registered yet`);
    // The shape of the answer is the dialect's business; that it was asked is all that counts here.
    upstream.answer = (_request, response) => sendJson(response, 400, { error: { message: 'enough' } });
    await expect(ask(type, model).then(drain)).rejects.toMatchObject({ http_status: 400 });
    const call = lastCall();
    expect(call.path).toBe(path);
    expect(call.headers).toMatchObject(headers);
    const names = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);
    expect(Object.keys(call.headers).filter(name => names.has(name))).toEqual(
      Object.keys(headers).filter(name => names.has(name)),
    );
  });
});

test('azure takes deployments from parley.yaml, having no list of them', async () => {
  const { models } = await engine.engine.listModels();
  expect(models.filter(model => model.backend === 'azure').map(model => model.id)).toEqual([
    'azure/my-gpt',
    'azure/small',
  ]);
  expect(upstream.requests.filter(request => request.path.startsWith('/openai/'))).toEqual([]);
});

test('opencode takes a model it does not know yet from parley.yaml, dialect and all', async () => {
  await drain(await ask('opencode', 'brand-new'));
  expect(lastCall().path).toBe('/v1/chat/completions');
});
