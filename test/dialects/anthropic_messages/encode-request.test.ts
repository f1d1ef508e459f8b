import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../electron/contract/json.ts';
import type { AttachmentBlock, Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, ReasoningEffort, RequestOptions } from '../../../electron/contract/request.ts';
import type { TargetModel } from '../../../electron/dialects/dialect.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';

const { client } = anthropicMessages;
const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];

function encode(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  return client.encodeRequest(whole, { id: 'claude-sonnet-4-5', ...model });
}

function encodeMessages(...messages: Message[]): unknown {
  return encode({ messages })['messages'];
}

/** What of the body is about thinking, its limits and sampling. */
function thinkingOf(
  options: RequestOptions,
  model: Partial<TargetModel>,
  request: Partial<ChatRequest> = {},
) {
  const {
    model: _m,
    messages: _s,
    stream: _t,
    tools: _o,
    tool_choice: _c,
    ...rest
  } = encode({ options, ...request }, model);
  return rest;
}

it('asks at one address', () => {
  expect(client.path({ id: 'm' }, { stream: true })).toBe('/v1/messages');
});

it('does not let unknown fields of a request replace what it means', () => {
  const extra = { model: 'other', messages: [1], stream: true, system: 5, tools: 1, thinking: 1, mine: 1 };
  expect(encode({ extra, options: { max_tokens: 1 } })).toEqual({
    model: 'claude-sonnet-4-5',
    messages: [],
    stream: false,
    max_tokens: 1,
    mine: 1,
  });
});

describe('the limit of tokens, which Anthropic demands', () => {
  it.each<[RequestOptions, Partial<TargetModel>, number]>([
    [{ max_tokens: 5 }, { max_output_tokens: 64_000 }, 5],
    [{}, { max_output_tokens: 64_000 }, 64_000],
    [{}, { id: 'claude-3-opus-20240229' }, 4096],
    [{}, { id: 'claude-3-5-haiku-latest' }, 8192],
    [{}, { id: 'claude-opus-4-6' }, 32_000],
    [{}, { id: 'glm-5' }, 8192],
  ])('%j for %j is %d', (options, model, expected) => {
    expect(encode({ options }, model)['max_tokens']).toBe(expected);
  });
});

describe('thinking', () => {
  it.each<[ReasoningEffort, number]>([
    ['minimal', 1024],
    ['low', 1024],
    ['medium', 4096],
    ['high', 16_384],
    ['xhigh', 24_576],
    ['max', 32_768],
  ])('%s is a budget of %d on top of the answer, without temperature', (reasoning_effort, budget_tokens) => {
    const options = { reasoning_effort, max_tokens: 100, temperature: 0.5, top_k: 5, top_p: 0.5 };
    for (const id of [
      'claude-sonnet-4-5-20250929',
      'claude-3-7-sonnet-latest',
      'claude-haiku-4-5',
      'kimi-k2',
    ]) {
      expect(thinkingOf(options, { id })).toEqual({
        max_tokens: 100 + budget_tokens,
        thinking: { type: 'enabled', budget_tokens },
      });
    }
  });

  it('stays within what the model can write, and leaves the answer its part', () => {
    const high = { reasoning_effort: 'max' } as const;
    expect(thinkingOf({ ...high, max_tokens: 1000 }, { max_output_tokens: 20_000 })).toEqual({
      max_tokens: 20_000,
      thinking: { type: 'enabled', budget_tokens: 19_000 },
    });
    expect(thinkingOf(high, { max_output_tokens: 32_000 })).toEqual({
      max_tokens: 32_000,
      thinking: { type: 'enabled', budget_tokens: 16_000 },
    });
    expect(thinkingOf(high, { max_output_tokens: 1500 })).toEqual({ max_tokens: 1500 });
  });

  it.each<[string, ReasoningEffort, object]>([
    ['claude-opus-4-6', 'high', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
    ['claude-opus-4-6', 'xhigh', { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }],
    ['claude-sonnet-4-6', 'max', { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }],
    [
      'anthropic/claude-opus-4.7',
      'xhigh',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
    ],
    [
      'us.anthropic.claude-opus-5-v1:0',
      'minimal',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    ],
    [
      'claude-4.8-opus',
      'low',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    ],
    [
      'claude-mythos-preview',
      'medium',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'medium' } },
    ],
    ['claude-opus-4-6', 'none', { thinking: { type: 'disabled' } }],
    ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
    ['claude-opus-5-5', 'none', { output_config: { effort: 'low' } }],
    ['claude-fable-5', 'none', { output_config: { effort: 'low' } }],
    ['claude-sonnet-4-20250514', 'none', { thinking: { type: 'disabled' } }],
    ['claude-3-5-sonnet-latest', 'high', {}],
  ])('of %s at effort %s', (id, reasoning_effort, expected) => {
    expect(thinkingOf({ reasoning_effort, max_tokens: 10 }, { id })).toEqual({ max_tokens: 10, ...expected });
  });

  it('is not asked for where the model is known not to think, or a tool must be called', () => {
    const options = { reasoning_effort: 'high', max_tokens: 10 } as const;
    expect(thinkingOf(options, { reasoning: false })).toEqual({ max_tokens: 10 });
    for (const tool_choice of [{ type: 'required' } as const, { type: 'tool', name: 'f' } as const]) {
      expect(thinkingOf(options, {}, { tools, tool_choice })).toEqual({ max_tokens: 10 });
    }
    expect(thinkingOf(options, {}, { tools, tool_choice: { type: 'auto' } })).toHaveProperty('thinking');
  });

  it('is as the tool wrote it until something else is asked for', () => {
    const extra = { thinking: { type: 'enabled', budget_tokens: 5000 } };
    const asked = { reasoning_effort: 'medium', reasoning_budget: 5000, max_tokens: 9000 } as const;
    expect(thinkingOf(asked, {}, { extra })).toEqual({ max_tokens: 9000, thinking: extra.thinking });
    expect(thinkingOf({ reasoning_effort: 'low', max_tokens: 9000 }, {}, { extra })).toEqual({
      max_tokens: 10_024,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    });
  });
});

describe('an exact number of tokens to think with', () => {
  it.each<[RequestOptions, string, object]>([
    [
      { reasoning_budget: 3000 },
      'claude-haiku-4-5',
      { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 3000 } },
    ],
    [
      { reasoning_effort: 'max', reasoning_budget: 3000 },
      'glm-5',
      { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 3000 } },
    ],
    [
      { reasoning_budget: 5 },
      'claude-haiku-4-5',
      { max_tokens: 2024, thinking: { type: 'enabled', budget_tokens: 1024 } },
    ],
    [
      { reasoning_budget: 20_000 },
      'claude-opus-4-6',
      { max_tokens: 1000, thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    [
      { reasoning_effort: 'none', reasoning_budget: 5000 },
      'claude-haiku-4-5',
      { max_tokens: 1000, thinking: { type: 'disabled' } },
    ],
  ])('%j of %s', (options, id, expected) => {
    expect(thinkingOf({ max_tokens: 1000, ...options }, { id })).toEqual(expected);
  });
});

describe('the prompt cache', () => {
  const request: Partial<ChatRequest> = {
    system: 'Be brief.',
    tools: [...tools, { name: 'g', input_schema: { type: 'object' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Yes' },
          { type: 'thinking', text: 'x', signature: 'EqQB' },
        ],
      },
    ],
  };

  it.each([
    ['short', { type: 'ephemeral' }],
    ['long', { type: 'ephemeral', ttl: '1h' }],
  ] as const)('is marked on system, tools and the last message: %s', (cache, mark) => {
    expect(encode({ ...request, options: { cache } })).toMatchObject({
      system: [{ type: 'text', text: 'Be brief.', cache_control: mark }],
      tools: [{ name: 'f' }, { name: 'g', cache_control: mark }],
      messages: [
        { content: [{ text: 'Hi' }] },
        { content: [{ text: 'Yes', cache_control: mark }, { type: 'thinking' }] },
      ],
    });
    const sent = JSON.stringify(encode({ ...request, options: { cache } }));
    expect(sent.split('cache_control')).toHaveLength(4);
    expect(JSON.stringify(encode({ ...request, options: {} }))).not.toContain('cache_control');
  });

  it('is left to a tool that marks it itself', () => {
    const marked = [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }];
    const own = { ...request, options: { cache: 'long' }, extra: { system: marked } } as const;
    const sent = JSON.stringify(encode(own));
    expect(sent.split('cache_control')).toHaveLength(2);
    expect(sent).not.toContain('1h');
  });
});

describe('what is left out without changing the answer is named', () => {
  const text = (value: string) => ({ type: 'text', text: value }) as const;
  const schema = { type: 'string' };
  const picture: AttachmentBlock = {
    type: 'attachment',
    media_type: 'image/png',
    detail: 'high',
    source: { type: 'base64', data: 'AAAA' },
  };

  it.each<[string, RequestOptions, Partial<TargetModel>, string[]]>([
    ['metadata', { metadata: { user_id: 'u', team: 't' } }, {}, ['metadata']],
    ['only the user', { metadata: { user_id: 'u' }, user: 'v' }, {}, []],
    [
      'samplers the newest take none of',
      { temperature: 1, top_p: 1, top_k: 4 },
      { id: 'claude-opus-5' },
      ['temperature', 'top_p', 'top_k'],
    ],
    ['one sampler of two', { temperature: 1, top_p: 0.9 }, {}, ['top_p']],
    ['a temperature beyond Anthropic’s', { temperature: 1.5 }, {}, ['temperature']],
    ['samplers beside thinking', { temperature: 1, reasoning_effort: 'low' }, {}, ['temperature']],
    [
      'effort of a model that does not think',
      { reasoning_effort: 'high', reasoning_budget: 2000 },
      { reasoning: false },
      ['reasoning_effort', 'reasoning_budget'],
    ],
    ['no effort of a model that does not think', { reasoning_effort: 'none' }, { reasoning: false }, []],
    [
      'a budget where there is no place for one',
      { reasoning_effort: 'high', max_tokens: 900 },
      { max_output_tokens: 1500 },
      ['reasoning_effort'],
    ],
    [
      'an exact budget of an adaptive model',
      { reasoning_budget: 2000 },
      { id: 'claude-opus-5' },
      ['reasoning_budget'],
    ],
    ['more tokens than there are', { max_tokens: 9000 }, { max_output_tokens: 8000 }, ['max_tokens']],
    ['the name of a form', { output: { type: 'json_schema', name: 'city', schema } }, {}, ['output.name']],
    ['no name of a form', { output: { type: 'json_schema', name: 'answer', schema } }, {}, []],
    ['several calls at once, which is as ever', { parallel_tool_calls: true }, {}, []],
  ])('%s', (_name, options, model, expected) => {
    const warnings: string[] = [];
    const request: ChatRequest = { messages: [], options, stream: false };
    client.encodeRequest(request, { id: 'claude-sonnet-4-5', ...model }, field => warnings.push(field));
    expect(warnings).toEqual(expected);
  });

  it('how closely to look at a picture, and effort where a tool must be called', () => {
    const warnings: string[] = [];
    const request: ChatRequest = {
      messages: [
        { role: 'user', content: [text('a'), picture] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: [picture] }] },
      ],
      tools,
      tool_choice: { type: 'required' },
      options: { reasoning_effort: 'low' },
      stream: false,
    };
    client.encodeRequest(request, { id: 'claude-sonnet-4-5' }, field => warnings.push(field));
    expect(new Set(warnings)).toEqual(new Set(['detail', 'reasoning_effort']));
  });

  it('and never asks for more than the model can write', () => {
    expect(encode({ options: { max_tokens: 9000 } }, { max_output_tokens: 8000 })['max_tokens']).toBe(8000);
  });
});

describe('sampling', () => {
  const options = { temperature: 1.7, top_p: 0.9, top_k: 40, max_tokens: 1 };

  it.each<[string, object]>([
    ['claude-3-5-sonnet-latest', { temperature: 1, top_p: 0.9, top_k: 40 }],
    ['claude-sonnet-4-5', { temperature: 1, top_k: 40 }],
    ['claude-opus-4-6', { temperature: 1, top_k: 40 }],
    ['claude-opus-4-7', {}],
    ['claude-sonnet-5', {}],
    ['deepseek-chat', { temperature: 1, top_p: 0.9, top_k: 40 }],
  ])('is what %s takes', (id, expected) => {
    expect(thinkingOf(options, { id })).toEqual({ max_tokens: 1, ...expected });
  });

  it('keeps top_p alone, and beside thinking only where it cuts little', () => {
    expect(thinkingOf({ top_p: 0.5 }, {})).toMatchObject({ top_p: 0.5 });
    expect(thinkingOf({ top_p: 0.95, reasoning_effort: 'low' }, {})).toMatchObject({ top_p: 0.95 });
    expect(thinkingOf({ top_p: 0.9, reasoning_effort: 'low' }, {})).not.toHaveProperty('top_p');
  });

  it.each<[string, RequestOptions]>([
    ['seed', { seed: 0 }],
    ['frequency_penalty', { frequency_penalty: 0.1, presence_penalty: 0 }],
    ['presence_penalty', { presence_penalty: -1 }],
  ])('refuses %s by name', (name, options) => {
    expect(() => encode({ options })).toThrow(
      expect.objectContaining({ code: 'invalid_request', body: { param: name } }),
    );
  });

  it('takes a penalty of 0, which asks for nothing', () => {
    expect(thinkingOf({ frequency_penalty: 0, presence_penalty: 0 }, {})).toEqual({ max_tokens: 8192 });
  });
});

describe('tools', () => {
  it.each<[Partial<ChatRequest>, unknown]>([
    [{ tool_choice: { type: 'auto' } }, { type: 'auto' }],
    [{ tool_choice: { type: 'required' } }, { type: 'any' }],
    [{ tool_choice: { type: 'none' }, options: { parallel_tool_calls: false } }, { type: 'none' }],
    [
      { tool_choice: { type: 'tool', name: 'f' }, options: { parallel_tool_calls: false } },
      { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    ],
    [{ options: { parallel_tool_calls: false } }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ options: { parallel_tool_calls: true } }, undefined],
  ])('%j chooses %j', (request, choice) => {
    expect(encode({ tools, ...request })['tool_choice']).toEqual(choice);
  });

  it('are not chosen where there are none', () => {
    const body = encode({
      tools: [],
      tool_choice: { type: 'required' },
      options: { parallel_tool_calls: false },
    });
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('tool_choice');
  });

  it('always have an object as their schema', () => {
    const schemas = [{}, { properties: { a: {} } }, { type: 'object' }];
    const body = encode({ tools: schemas.map(input_schema => ({ name: 'f', input_schema })) });
    expect(body['tools']).toEqual([
      { name: 'f', input_schema: { type: 'object', properties: {} } },
      { name: 'f', input_schema: { type: 'object', properties: { a: {} } } },
      { name: 'f', input_schema: { type: 'object' } },
    ]);
  });
});

it('a name Anthropic refuses is written otherwise everywhere, and comes back as it was', () => {
  const name = 'google.search:v1';
  const request: ChatRequest = {
    tools: [{ name, input_schema: {} }],
    tool_choice: { type: 'tool', name },
    messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: '1', name, input: {} }] }],
    options: {},
    stream: false,
  };
  const body = client.encodeRequest(request, { id: 'm' });
  const names = [...JSON.stringify(body).matchAll(/google_search_v1[\w-]*/g)].map(match => match[0]);
  expect(names).toHaveLength(3);
  expect(new Set(names).size).toBe(1);
  const content_block = { type: 'tool_use', id: 'a', name: names[0]!, input: {} };
  const answer = { type: 'message', content: [content_block], stop_reason: 'tool_use' };
  const start = { type: 'content_block_start', index: 0, content_block };
  for (const deltas of [
    client.decodeResponse(answer, request),
    client.createDecoder(request).decodeEvent(start),
    client.createDecoder(request).decodeEvent(answer),
  ]) {
    expect(deltas).toContainEqual(expect.objectContaining({ type: 'block_start', name }));
  }
  const long = 'x'.repeat(128);
  expect(JSON.stringify(encode({ tools: [{ name: long, input_schema: {} }] }))).toContain(`"${long}"`);
});

it('a strict tool has a schema Anthropic can enforce', () => {
  const input_schema = { properties: { n: { type: 'integer', minimum: 1 } } };
  const [strict, lax] = encode({
    tools: [
      { name: 'f', input_schema, strict: true },
      { name: 'g', input_schema },
    ],
  })['tools'] as JsonObject[]; // as encoded above
  expect(strict?.['input_schema']).toEqual({
    type: 'object',
    properties: { n: { type: 'integer', description: '{minimum: 1}' } },
    additionalProperties: false,
  });
  expect(lax?.['input_schema']).toEqual({ type: 'object', ...input_schema });
});

describe('the form of the answer', () => {
  it('is a schema with closed objects and its limits as words', () => {
    const schema = {
      type: 'object',
      properties: {
        properties: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 5 }, minItems: 2 },
        kind: { enum: ['a', { minimum: 1 }] },
      },
      $defs: { maxLength: { type: 'string', description: 'A name', maxLength: 9 } },
    };
    const output = { type: 'json_schema', name: 'n', schema, strict: true } as const;
    expect(encode({ options: { output } })['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            properties: {
              type: 'array',
              items: { type: 'integer', description: '{minimum: 1, maximum: 5}' },
              description: '{minItems: 2}',
            },
            kind: { enum: ['a', { minimum: 1 }] },
          },
          $defs: { maxLength: { type: 'string', description: 'A name\n\n{maxLength: 9}' } },
          additionalProperties: false,
        },
      },
    });
  });

  it('goes beside the effort', () => {
    const output = { type: 'json_schema', name: 'n', schema: { type: 'string' } } as const;
    const body = encode({ options: { output, reasoning_effort: 'low' } }, { id: 'claude-opus-4-6' });
    expect(body['output_config']).toEqual({
      effort: 'low',
      format: { type: 'json_schema', schema: { type: 'string' } },
    });
  });

  it('without a schema is said in words', () => {
    const options = { output: { type: 'json_object' } } as const;
    const rule = 'Answer with one JSON object and nothing else.';
    expect(encode({ options })['system']).toBe(rule);
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
    expect(encode({ options, messages, system: 'Be brief.' })['system']).toBe(`Be brief.\n\n${rule}`);
  });
});

describe('messages', () => {
  const text = (value: string) => ({ type: 'text', text: value }) as const;
  const png: AttachmentBlock = {
    type: 'attachment',
    media_type: 'image/png',
    detail: 'low',
    source: { type: 'base64', data: 'AAAA' },
  };

  it('take turns: neighbours of one role become one, empty ones none', () => {
    expect(
      encodeMessages(
        { role: 'user', content: [text('a')] },
        { role: 'assistant', content: [text(''), text(' \n')] },
        { role: 'user', content: [text('b')] },
        { role: 'assistant', content: [text('c')] },
        { role: 'assistant', content: [text('d \n')] },
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'c' },
          { type: 'text', text: 'd' },
        ],
      },
    ]);
  });

  it('have thinking only where Anthropic signed it, byte for byte and in its place', () => {
    const content: Message['content'] = [
      { type: 'thinking', text: 'unsigned' },
      { type: 'thinking', text: 'theirs', signature: 'google_gemini:abc' },
      { type: 'thinking', text: '', redacted_data: 'openai_responses:rs_1' },
      { type: 'thinking', text: ' hm\n', signature: 'EqQB/+==' },
      { type: 'thinking', text: '', redacted_data: 'EmwK==' },
      { type: 'tool_use', id: 'a', name: 'f', input: {}, signature: 'google_gemini:x' },
    ];
    expect(encodeMessages({ role: 'assistant', content })).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: ' hm\n', signature: 'EqQB/+==' },
          { type: 'redacted_thinking', data: 'EmwK==' },
          { type: 'tool_use', id: 'a', name: 'f', input: {} },
        ],
      },
    ]);
  });

  it('have the results of tools first, with their images, also of neighbouring messages', () => {
    const result = (id: string, content: (AttachmentBlock | { type: 'text'; text: string })[]) =>
      ({ type: 'tool_result', tool_use_id: id, content }) as const;
    expect(
      encodeMessages(
        { role: 'user', content: [text('And?'), result('a', [text('x'), png, text('')])] },
        { role: 'user', content: [result('b', [])] },
      ),
    ).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'a',
            content: [
              { type: 'text', text: 'x' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            ],
          },
          { type: 'tool_result', tool_use_id: 'b' },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  it("have ids of Anthropic's form, the same for a call and its result", () => {
    const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: '{not json' }) as const;
    const result = (tool_use_id: string) => ({ type: 'tool_result' as const, tool_use_id, content: [] });
    const ids = ['functions.f:0', 'functions_f_0', ''];
    expect(
      encodeMessages(
        { role: 'assistant', content: ids.map(call) },
        { role: 'user', content: ids.map(result) },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: ['functions_f_0', 'functions_f_0_2', 'toolu'].map(id => ({
          type: 'tool_use',
          id,
          name: 'f',
          input: { arguments: '{not json' },
        })),
      },
      {
        role: 'user',
        content: ['functions_f_0', 'functions_f_0_2', 'toolu'].map(tool_use_id => ({
          type: 'tool_result',
          tool_use_id,
        })),
      },
    ]);
  });

  it.each(['audio/wav', 'video/mp4', 'application/zip', 'image/bmp', 'image/*'])('refuse %s', media_type => {
    const block: AttachmentBlock = {
      type: 'attachment',
      media_type,
      source: { type: 'base64', data: 'AAAA' },
    };
    expect(() => encodeMessages({ role: 'user', content: [block] })).toThrow(
      expect.objectContaining({ code: 'unsupported_modality' }),
    );
  });

  it('keep cache marks on the block they were on, also after their block moved', () => {
    const mark = { type: 'ephemeral' };
    const message: Message = {
      role: 'user',
      content: [text(''), text('a'), { type: 'tool_result', tool_use_id: 'x', content: [] }],
      private: [{ reasoning_details: [] }, { cache_control: { 1: mark } }],
    };
    expect(encodeMessages(message)).toEqual([
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'x' },
          { type: 'text', text: 'a', cache_control: mark },
        ],
      },
    ]);
  });
});

describe('what a tool wrote in its own words', () => {
  const marked = [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }];

  it('stays while it says the same', () => {
    const extra = { system: marked };
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
    expect(encode({ messages, system: 'Be brief.', extra })['system']).toEqual(marked);
    expect(encode({ messages, system: 'Be long.', extra })['system']).toBe('Be long.');
    expect(encode({ messages, system: 'Be brief.\n\nBe quick.', extra })['system']).toEqual([
      ...marked,
      { type: 'text', text: 'Be quick.' },
    ]);
    expect(encode({ messages, system: 'Be brief.er', extra })['system']).toBe('Be brief.er');
    expect(encode({ extra })).not.toHaveProperty('system');
  });

  it('is the same for tools', () => {
    const native = [{ ...tools[0]!, cache_control: { type: 'ephemeral' } }];
    expect(encode({ tools, extra: { tools: native } })['tools']).toEqual(native);
    const other = [{ ...tools[0]!, name: 'g' }];
    expect(encode({ tools: other, extra: { tools: native } })['tools']).toEqual(other);
  });

  it('names the user under either name', () => {
    expect(encode({ options: { user: 'u' } })['metadata']).toEqual({ user_id: 'u' });
    expect(encode({ options: { metadata: { user_id: 'u', team: 't' } } })['metadata']).toEqual({
      user_id: 'u',
    });
    expect(encode({ options: { metadata: { team: 't' } } })).not.toHaveProperty('metadata');
  });
});
