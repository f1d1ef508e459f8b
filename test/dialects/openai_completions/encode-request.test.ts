import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message, ToolResultBlock } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import type { TargetModel } from '../../../electron/dialects/dialect.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';

const { client } = openaiCompletions;

function encode(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  return client.encodeRequest(whole, { id: 'm', ...model });
}

function encodeMessages(...messages: Message[]): unknown {
  return encode({ messages })['messages'];
}

function withOptions(options: RequestOptions, model: Partial<TargetModel> = {}): JsonObject {
  return encode({ options }, model);
}

it('asks at one address', () => {
  expect(client.path({ id: 'm' }, { stream: true })).toBe('/v1/chat/completions');
});

it('asks for usage whenever it streams', () => {
  expect(encode({ stream: true })).toEqual({
    model: 'm',
    messages: [],
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(encode({ stream: false })).toEqual({ model: 'm', messages: [], stream: false });
});

it('does not let unknown fields of a request replace what it means', () => {
  const extra = { model: 'other', messages: [1], stream: true, stream_options: { x: 1 }, seed: 9, mine: 1 };
  expect(encode({ extra, options: { seed: 1 } })).toEqual({
    model: 'm',
    messages: [],
    stream: false,
    seed: 1,
    mine: 1,
  });
});

describe('the limit of tokens', () => {
  it.each(['llama-3.3-70b', 'gpt-4o', 'gpt-oss-120b', 'openai/gpt-5', 'o', 'opus'])(
    'is max_tokens for %s',
    id => {
      expect(withOptions({ max_tokens: 5 }, { id })).toMatchObject({ max_tokens: 5 });
      expect(withOptions({ max_tokens: 5 }, { id })).not.toHaveProperty('max_completion_tokens');
    },
  );

  it.each(['o1', 'o3-mini', 'o4-mini', 'gpt-5', 'gpt-5.2-pro', 'gpt-10'])(
    'is max_completion_tokens for %s',
    id => {
      expect(withOptions({ max_tokens: 5 }, { id })).toMatchObject({ max_completion_tokens: 5 });
      expect(withOptions({ max_tokens: 5 }, { id })).not.toHaveProperty('max_tokens');
    },
  );
});

describe('reasoning effort', () => {
  it.each([
    ['none', 'none'],
    ['low', 'low'],
    ['xhigh', 'xhigh'],
    ['max', 'xhigh'],
  ] as const)('%s is sent as %s', (effort, sent) => {
    expect(withOptions({ reasoning_effort: effort })['reasoning_effort']).toBe(sent);
  });

  it('is left out where the model is known not to reason', () => {
    expect(withOptions({ reasoning_effort: 'high' }, { reasoning: false })).not.toHaveProperty(
      'reasoning_effort',
    );
    expect(withOptions({ reasoning_effort: 'high' }, { reasoning: true })).toHaveProperty('reasoning_effort');
  });
});

it('sends no tool settings without tools', () => {
  const body = encode({ tools: [], tool_choice: { type: 'auto' }, options: { parallel_tool_calls: true } });
  expect(body).toEqual({ model: 'm', messages: [], stream: false });
});

it.each(['auto', 'none', 'required'] as const)('sends tool choice %s as it is', type => {
  const tools = [{ name: 'f', input_schema: { type: 'object' } }];
  expect(encode({ tools, tool_choice: { type } })['tool_choice']).toBe(type);
});

it('asks for JSON without a schema', () => {
  expect(withOptions({ output: { type: 'json_object' } })['response_format']).toEqual({
    type: 'json_object',
  });
});

describe('messages', () => {
  it('leaves thinking of earlier turns out, and turns that were nothing else', () => {
    const thinking = { type: 'thinking', text: 'hm', signature: 's' } as const;
    expect(
      encodeMessages(
        { role: 'assistant', content: [thinking, { type: 'text', text: 'a' }] },
        { role: 'assistant', content: [thinking] },
      ),
    ).toEqual([{ role: 'assistant', content: 'a' }]);
  });

  it('puts tool results before what was said with them, their images after them', () => {
    const png = { type: 'base64', data: 'AAAA' } as const;
    expect(
      encodeMessages({
        role: 'user',
        content: [
          { type: 'text', text: 'And now?' },
          {
            type: 'tool_result',
            tool_use_id: 'call_a',
            content: [{ type: 'attachment', media_type: 'image/png', source: png }],
          },
          {
            type: 'tool_result',
            tool_use_id: 'call_b',
            content: [
              { type: 'text', text: 'x' },
              { type: 'text', text: 'y' },
            ],
          },
        ],
      }),
    ).toEqual([
      { role: 'tool', tool_call_id: 'call_a', content: 'The result is attached to the next message.' },
      { role: 'tool', tool_call_id: 'call_b', content: 'x\ny' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of tool call call_a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'And now?' },
        ],
      },
    ]);
  });

  it('keeps an empty turn of the user', () => {
    expect(encodeMessages({ role: 'user', content: [] })).toEqual([{ role: 'user', content: '' }]);
  });

  it('says that a tool failed, once', () => {
    const result = (text: string): ToolResultBlock => ({
      type: 'tool_result',
      tool_use_id: 'a',
      content: [{ type: 'text', text }],
      is_error: true,
    });
    expect(encodeMessages({ role: 'user', content: [result('no file'), result('Error: no file')] })).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'Error: no file' },
      { role: 'tool', tool_call_id: 'a', content: 'Error: no file' },
    ]);
  });

  it('sends text files as text, other files by name', () => {
    const data = Buffer.from('größe').toString('base64');
    expect(
      encodeMessages({
        role: 'user',
        content: [
          { type: 'attachment', media_type: 'text/plain', name: 'a.txt', source: { type: 'base64', data } },
          {
            type: 'attachment',
            media_type: 'application/pdf',
            source: { type: 'url', url: 'https://a.example/b.pdf' },
          },
          { type: 'attachment', media_type: 'audio/x-wav', source: { type: 'base64', data: 'AAAA' } },
        ],
      }),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a.txt:\ngröße' },
          { type: 'file', file: { filename: 'document.pdf', file_data: 'https://a.example/b.pdf' } },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        ],
      },
    ]);
  });
});

function warningsOf(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): string[] {
  const warned: string[] = [];
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  client.encodeRequest(whole, { id: 'm', ...model }, field => warned.push(field));
  return warned;
}

const said = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });

describe('what is left out without changing the answer', () => {
  it.each<[string, Partial<ChatRequest>, Partial<TargetModel>]>([
    ['top_k', { options: { top_k: 5 } }, { id: 'gpt-5' }],
    ['metadata', { options: { metadata: { a: 'b' } } }, {}],
    ['cache', { options: { cache: 'long' } }, {}],
    ['cache', { options: { cache: 'short' } }, {}],
    ['cache', { options: { cache: 'long' } }, { id: 'gpt-4o' }],
    ['reasoning_effort', { options: { reasoning_effort: 'high' } }, { reasoning: false }],
    ['reasoning_budget', { options: { reasoning_budget: 4096 } }, { reasoning: false }],
    ['reasoning_budget', { options: { reasoning_budget: 30_000, reasoning_effort: 'low' } }, {}],
    ['tool_choice', { tool_choice: { type: 'tool', name: 'f' } }, {}],
    ['messages.name', { extra: { 'messages.name': ['ann'] } }, {}],
    [
      'attachments of the assistant',
      {
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'Here:' },
              { type: 'attachment', media_type: 'image/png', source: { type: 'base64', data: 'AAAA' } },
            ],
          },
        ],
      },
      {},
    ],
  ])('%s is named', (field, request, model) => {
    expect(warningsOf(request, model)).toEqual([field]);
  });

  it('is nothing where everything has a place', () => {
    const options: RequestOptions = {
      top_k: 5,
      user: 'u',
      seed: 1,
      reasoning_effort: 'low',
      reasoning_budget: 1024,
      parallel_tool_calls: false,
    };
    expect(warningsOf({ options, tools: [{ name: 'f', input_schema: {} }] })).toEqual([]);
    expect(warningsOf({ options: { cache: 'short' } }, { id: 'gpt-5' })).toEqual([]);
    expect(warningsOf({ options: { metadata: {} } })).toEqual([]);
  });

  it('is not left out where this format asked for it itself', () => {
    const asked = { metadata: { a: 'b' }, top_k: 5 };
    expect(warningsOf({ options: asked, extra: asked }, { id: 'gpt-5' })).toEqual([]);
    expect(encode({ options: asked, extra: asked }, { id: 'gpt-5' })).toMatchObject(asked);
  });
});

it.each([
  [1024, 'low'],
  [4096, 'medium'],
  [16_384, 'high'],
  [24_576, 'xhigh'],
  // There is nothing higher.
  [31_999, 'xhigh'],
] as const)('a budget of %d tokens pays for effort %s', (reasoning_budget, effort) => {
  expect(withOptions({ reasoning_budget })['reasoning_effort']).toBe(effort);
});

it('names who asks within OpenAI’s limit, always alike', () => {
  const user = `user_${'a'.repeat(64)}_account__session_1`;
  expect(withOptions({ user })['user']).toMatch(/^[0-9a-f]{64}$/);
  expect(withOptions({ user })['user']).toBe(withOptions({ user })['user']);
  expect(withOptions({ user: 'u-1' })['user']).toBe('u-1');
});

it('gives calls ids OpenAI takes, the same for a call and its result', () => {
  const id = `toolu_${'x'.repeat(40)}`;
  const [call, result] = encodeMessages(
    { role: 'assistant', content: [{ type: 'tool_use', id, name: 'f', input: {} }] },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: 'x' }] }],
    },
  ) as [{ tool_calls: [{ id: string }] }, { tool_call_id: string }];
  expect(result.tool_call_id).toBe(call.tool_calls[0].id);
  expect(result.tool_call_id).toMatch(/^call_[0-9a-f]{32}$/);
});

describe('caching', () => {
  const messages = [said('One'), { role: 'assistant' as const, content: said('Two').content }, said('Three')];
  const ask = (request: Partial<ChatRequest>, id: string): JsonObject =>
    encode({ system: 'Be brief.', messages, ...request }, { id });

  it('for long is asked of OpenAI’s models that can', () => {
    expect(ask({ options: { cache: 'long' } }, 'gpt-5.5')).toMatchObject({ prompt_cache_retention: '24h' });
    expect(ask({ options: { cache: 'short' } }, 'gpt-5.5')).toEqual(ask({}, 'gpt-5.5'));
  });

  it.each([
    ['short', { type: 'ephemeral' }],
    ['long', { type: 'ephemeral', ttl: '1h' }],
  ] as const)('%s is asked of Anthropic’s models behind an aggregator by marks', (cache, mark) => {
    expect(ask({ options: { cache } }, 'anthropic/claude-sonnet-4.5')['messages']).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control: mark }] },
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content: [{ type: 'text', text: 'Three', cache_control: mark }] },
    ]);
  });

  it('that a tool of Anthropic’s format marked is asked there, too, and reported elsewhere', () => {
    const marked: Message = {
      ...said('Hi'),
      private: [{ cache_control: { 0: { type: 'ephemeral', ttl: '1h' } } }],
    };
    expect(JSON.stringify(encode({ messages: [marked] }, { id: 'anthropic/claude-opus-5' }))).toContain(
      '"cache_control":{"type":"ephemeral","ttl":"1h"}',
    );
    expect(JSON.stringify(encode({ messages: [marked] }, { id: 'llama' }))).not.toContain('cache_control');
    expect(warningsOf({ messages: [marked] }, { id: 'llama' })).toEqual(['cache']);
  });

  it('that a tool of this format marked goes on as it was marked', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const written = [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.', ...mark }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Long', ...mark },
          { type: 'text', text: 'Short' },
        ],
      },
    ];
    const { request } = openaiCompletions.server.decodeRequest({ model: 'm', messages: written });
    expect(request.options.cache).toBe('short');
    expect(client.encodeRequest(request, { id: 'm' })['messages']).toEqual(written);
    // Nor are marks added to those of the tool: more than four are refused.
    const [, user] = written;
    const { request: unmarked } = openaiCompletions.server.decodeRequest({
      model: 'm',
      messages: [user ?? null],
    });
    const sent = client.encodeRequest(
      { ...unmarked, system: 'Be brief.' },
      { id: 'anthropic/claude-opus-5' },
    );
    expect(sent['messages']).toEqual([{ role: 'system', content: 'Be brief.' }, user]);
    // Elsewhere the system prompt is what it says.
    expect(request.system).toBe('Be brief.');
  });
});
