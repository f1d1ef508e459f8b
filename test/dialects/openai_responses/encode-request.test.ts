import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import type { TargetModel } from '../../../electron/dialects/dialect.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';

const { client } = openaiResponses;

function encode(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  return client.encodeRequest(whole, { id: 'm', ...model });
}

function encodeMessages(...messages: Message[]): unknown {
  return encode({ messages })['input'];
}

function withOptions(options: RequestOptions, model: Partial<TargetModel> = {}): JsonObject {
  return encode({ options }, model);
}

it('asks at one address, and asks that nothing be kept', () => {
  expect(client.path({ id: 'm' }, { stream: true })).toBe('/v1/responses');
  expect(encode({ stream: true })).toEqual({ model: 'm', input: [], stream: true, store: false });
});

it('does not let unknown fields of a request replace what it means', () => {
  const extra = {
    model: 'other',
    input: 'x',
    stream: true,
    store: true,
    stream_options: { x: 1 },
    max_output_tokens: 9,
    text: { format: { type: 'json_object' }, verbosity: 'low' },
    reasoning: { effort: 'low', summary: 'concise' },
    mine: 1,
  };
  expect(
    encode({ extra, options: { max_tokens: 1, reasoning_effort: 'high' } }, { reasoning: true }),
  ).toEqual({
    model: 'm',
    input: [],
    stream: false,
    store: false,
    max_output_tokens: 1,
    text: { verbosity: 'low' },
    reasoning: { effort: 'high', summary: 'concise' },
    include: ['reasoning.encrypted_content'],
    mine: 1,
  });
});

describe('reasoning', () => {
  it('is not shown to a tool of this format that set it otherwise', () => {
    const extra = { reasoning: { effort: 'high', context: 'all_turns' } };
    expect(encode({ extra, options: { reasoning_effort: 'high' } }, { reasoning: true })).toMatchObject({
      reasoning: { effort: 'high', context: 'all_turns' },
    });
    expect(
      encode({ extra, options: { reasoning_effort: 'high' } }, { reasoning: true })['reasoning'],
    ).not.toHaveProperty('summary');
  });

  it('is shown when it is asked for, and comes along encrypted', () => {
    expect(withOptions({ reasoning_effort: 'high' }, { reasoning: true })).toMatchObject({
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(withOptions({ reasoning_effort: 'none' }, { reasoning: true })['reasoning']).toEqual({
      effort: 'none',
    });
  });

  it('is not asked of models that have none', () => {
    const body = withOptions({ reasoning_effort: 'high' }, { reasoning: false });
    expect(body).not.toHaveProperty('reasoning');
    expect(body).not.toHaveProperty('include');
  });

  it.each([
    ['gpt-5', true],
    ['gpt-5.2-codex', true],
    ['o3', true],
    ['codex-mini-latest', true],
    ['gpt-5-chat-latest', false],
    ['gpt-4.1', false],
    ['gpt-oss-120b', false],
  ])('of %s comes along encrypted by its name: %s', (id, isAsked) => {
    expect('include' in encode({}, { id })).toBe(isAsked);
  });

  it('keeps what else a tool wants included', () => {
    const extra = { include: ['file_search_call.results'] };
    expect(encode({ extra }, { reasoning: true })['include']).toEqual([
      'file_search_call.results',
      'reasoning.encrypted_content',
    ]);
  });

  const sealed = (seal: object) => `openai_responses:${JSON.stringify(seal)}`;
  const call = { type: 'tool_use', id: 'call_a', name: 'f', input: {} } as const;
  const callItem = { type: 'function_call', call_id: 'call_a', name: 'f', arguments: '{}' };

  it('goes back before what it led to, in the parts it came in', () => {
    const text = 'First\n\nThen\n\nmore';
    const signature = sealed({ id: 'rs_1', encrypted_content: 'gAAA', parts: [5, 10] });
    expect(
      encodeMessages({ role: 'assistant', content: [{ type: 'thinking', text, signature }, call] }),
    ).toEqual([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'First' },
          { type: 'summary_text', text: 'Then\n\nmore' },
        ],
        encrypted_content: 'gAAA',
      },
      callItem,
    ]);
  });

  it('goes back in one part where its text was changed since', () => {
    const signature = sealed({ encrypted_content: 'gAAA', parts: [2, 3] });
    expect(
      encodeMessages({ role: 'assistant', content: [{ type: 'thinking', text: 'Other', signature }, call] }),
    ).toEqual([
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Other' }],
        encrypted_content: 'gAAA',
      },
      callItem,
    ]);
  });

  it('goes back as what it was where it was no summary', () => {
    const signature = sealed({ id: 'rs_1', encrypted_content: 'gAAA', raw: true });
    expect(
      encodeMessages({ role: 'assistant', content: [{ type: 'thinking', text: 'Hm', signature }, call] }),
    ).toMatchObject([
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] },
      callItem,
    ]);
  });

  it.each([
    undefined,
    'EqQBCkYIBRgC',
    'google_gemini:abc',
    'openai_responses:{',
    'openai_responses:{"id":"a"}',
  ])('of others stays behind: %s', signature => {
    const thinking = { type: 'thinking', text: 'Hm', ...(signature !== undefined && { signature }) } as const;
    expect(encodeMessages({ role: 'assistant', content: [thinking, call] })).toEqual([callItem]);
  });

  it('stays behind where nothing follows it', () => {
    const signature = sealed({ id: 'rs_1', encrypted_content: 'gAAA' });
    expect(
      encodeMessages({ role: 'assistant', content: [call, { type: 'thinking', text: 'Hm', signature }] }),
    ).toEqual([callItem]);
  });
});

describe('tools', () => {
  it('are not strict unless they say so', () => {
    const tools = [
      { name: 'f', input_schema: {} },
      { name: 'g', input_schema: { type: 'object' }, strict: true },
    ];
    expect(encode({ tools })['tools']).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
      { type: 'function', name: 'g', parameters: { type: 'object' }, strict: true },
    ]);
  });

  it('bring no choice along where there are none', () => {
    const body = encode({ tools: [], tool_choice: { type: 'auto' }, options: { parallel_tool_calls: true } });
    expect(body).toEqual({ model: 'm', input: [], stream: false, store: false });
  });

  it('have ids OpenAI takes, the same for a call and its result', () => {
    const long = 'x'.repeat(65);
    const items = encodeMessages(
      {
        role: 'assistant',
        content: [long, '', 'call_ok'].map(id => ({ type: 'tool_use', id, name: 'f', input: {} })),
      },
      {
        role: 'user',
        content: [long, '', 'call_ok'].map(id => ({ type: 'tool_result', tool_use_id: id, content: [] })),
      },
    ) as { call_id: string }[];
    const ids = items.map(item => item.call_id);
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe('call_ok');
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/);
  });

  it('say when they failed', () => {
    const result = (text: string, is_error: boolean): Message => ({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text }], is_error }],
    });
    const output = (text: string) => [{ type: 'function_call_output', call_id: 'a', output: text }];
    expect(encodeMessages(result('No such file', true))).toEqual(output('Error: No such file'));
    expect(encodeMessages(result('error: no', true))).toEqual(output('error: no'));
    expect(encodeMessages(result('Fine', false))).toEqual(output('Fine'));
  });
});

it('sends a text file as text, which more models read', () => {
  const data = Buffer.from('a,b').toString('base64');
  const file = {
    type: 'attachment',
    media_type: 'text/csv',
    name: 'a.csv',
    source: { type: 'base64', data },
  } as const;
  expect(encodeMessages({ role: 'user', content: [file] })).toEqual([
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a.csv:\na,b' }] },
  ]);
});

describe('options without a word in this format', () => {
  it.each<RequestOptions>([{ stop: ['END'] }, { seed: 0 }])('%j is refused by name', options => {
    const [param] = Object.keys(options);
    expect(() => withOptions(options)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringContaining(` ${param}, `),
        body: { param },
      }),
    );
  });

  it('ask for nothing when they are empty', () => {
    expect(withOptions({ stop: [], frequency_penalty: 0, presence_penalty: 0 })).toEqual(encode({}));
    expect(withOptions({ presence_penalty: 0.5 })).toMatchObject({ presence_penalty: 0.5 });
  });
});

function warningsOf(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): string[] {
  const warned: string[] = [];
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  client.encodeRequest(whole, { id: 'm', ...model }, field => warned.push(field));
  return warned;
}

describe('what is left out without changing the answer', () => {
  it.each<[string, Partial<ChatRequest>, Partial<TargetModel>]>([
    ['top_k', { options: { top_k: 5 } }, {}],
    ['metadata', { options: { metadata: { a: 1 } } }, {}],
    ['cache', { options: { cache: 'long' } }, {}],
    ['cache', { options: { cache: 'short' } }, {}],
    ['cache', { options: { cache: 'long' } }, { id: 'gpt-4o' }],
    ['reasoning_effort', { options: { reasoning_effort: 'high' } }, { reasoning: false }],
    ['reasoning_budget', { options: { reasoning_budget: 4096 } }, { reasoning: false }],
    ['reasoning_budget', { options: { reasoning_budget: 30_000, reasoning_effort: 'low' } }, {}],
    ['tool_choice', { tool_choice: { type: 'required' } }, {}],
    ['store', { extra: { store: true } }, {}],
  ])('%s is named', (field, request, model) => {
    expect(warningsOf(request, model)).toEqual([field]);
  });

  it('is nothing where everything has a place', () => {
    const options: RequestOptions = {
      max_tokens: 5,
      temperature: 1,
      top_p: 1,
      metadata: { a: 'b' },
      user: 'u',
      reasoning_effort: 'low',
      reasoning_budget: 1024,
      parallel_tool_calls: false,
    };
    expect(warningsOf({ options, tools: [{ name: 'f', input_schema: {} }] })).toEqual([]);
    expect(warningsOf({ options: { cache: 'short' } }, { id: 'gpt-5' })).toEqual([]);
    expect(warningsOf({ options: { reasoning_effort: 'none' } }, { reasoning: false })).toEqual([]);
  });
});

describe('caching', () => {
  it('for long is asked of models that can', () => {
    expect(withOptions({ cache: 'long' }, { id: 'gpt-5.5' })).toMatchObject({
      prompt_cache_retention: '24h',
    });
    expect(withOptions({ cache: 'short' }, { id: 'gpt-5.5' })).not.toHaveProperty('prompt_cache_retention');
  });

  it('is left as the tool wrote it', () => {
    const extra = { prompt_cache_options: { ttl: '12h' } };
    const body = encode({ extra, options: { cache: 'long' } }, { id: 'gpt-5.5' });
    expect(body).toMatchObject(extra);
    expect(body).not.toHaveProperty('prompt_cache_retention');
    const said = { extra: { prompt_cache_retention: 'in_memory' }, options: { cache: 'short' } } as const;
    expect(encode(said, { id: 'llama' })).toMatchObject(said.extra);
    expect(warningsOf(said, { id: 'llama' })).toEqual([]);
  });
});

it.each([
  [1024, 'low'],
  [4096, 'medium'],
  [16_384, 'high'],
  [24_576, 'xhigh'],
  [31_999, 'max'],
] as const)('a budget of %d tokens pays for effort %s', (reasoning_budget, effort) => {
  expect(withOptions({ reasoning_budget })).toMatchObject({ reasoning: { effort } });
});

it('names who asks within OpenAI’s limit, always alike', () => {
  const user = `user_${'a'.repeat(64)}_account__session_1`;
  const sent = withOptions({ user })['user'];
  expect(sent).toMatch(/^[0-9a-f]{64}$/);
  expect(withOptions({ user })['user']).toBe(sent);
  expect(withOptions({ user: 'u-1' })['user']).toBe('u-1');
});

it('names tools as OpenAI takes them, in definition, choice and call', () => {
  const name = `mcp__server__${'long_'.repeat(20)}`;
  const body = encode({
    tools: [{ name, input_schema: {} }],
    tool_choice: { type: 'tool', name },
    messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name, input: {} }] }],
  });
  const { tools, tool_choice, input } = body as {
    tools: [{ name: string }];
    tool_choice: { name: string };
    input: [{ name: string }];
  };
  expect(tools[0].name).toMatch(/^[a-zA-Z0-9_-]{64}$/);
  expect([tool_choice.name, input[0].name]).toEqual([tools[0].name, tools[0].name]);
});

it('tells audio that is neither WAV nor MP3, or a tool’s, as a file', () => {
  const audio = (media_type: string) =>
    ({ type: 'attachment', media_type, source: { type: 'base64', data: 'AAAA' } }) as const;
  const [said, result] = encodeMessages(
    { role: 'user', content: [audio('audio/mpeg'), audio('audio/ogg')] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [audio('audio/wav')] }] },
  ) as [JsonObject, JsonObject];
  expect(said['content']).toMatchObject([
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
    { type: 'input_file' },
  ]);
  expect(result['output']).toMatchObject([{ type: 'input_file', file_data: 'data:audio/wav;base64,AAAA' }]);
});
