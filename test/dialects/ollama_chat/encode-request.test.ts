import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../electron/contract/json.ts';
import type { AttachmentBlock, Message } from '../../../electron/contract/message.ts';
import type { ChatRequest, ToolChoice } from '../../../electron/contract/request.ts';
import type { TargetModel } from '../../../electron/dialects/dialect.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';

const { client } = ollamaChat;
const tools = [{ name: 'f', input_schema: {} }];

function encode(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  return client.encodeRequest(whole, { id: 'm', ...model });
}

function encodeMessages(...messages: Message[]): unknown {
  return encode({ messages })['messages'];
}

it('asks at one address and always says whether to stream', () => {
  expect(client.path({ id: 'm' }, { stream: true })).toBe('/api/chat');
  expect(encode({ stream: true })).toEqual({ model: 'm', messages: [], stream: true });
  expect(encode({ stream: false })).toEqual({ model: 'm', messages: [], stream: false });
});

it('does not let unknown fields of a request replace what it means', () => {
  const extra = { model: 'other', stream: true, think: true, options: { seed: 9, num_ctx: 8 }, mine: 1 };
  expect(encode({ extra, options: { seed: 1 } })).toEqual({
    model: 'm',
    messages: [],
    stream: false,
    options: { seed: 1, num_ctx: 8 },
    mine: 1,
  });
});

describe('thinking', () => {
  it.each([
    ['none', false],
    ['minimal', true],
    ['high', true],
    ['max', true],
  ] as const)('%s is think: %s', (reasoning_effort, think) => {
    expect(encode({ options: { reasoning_effort } })['think']).toBe(think);
  });

  it.each([
    ['none', false],
    ['minimal', 'low'],
    ['low', 'low'],
    ['medium', 'medium'],
    ['high', 'high'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ] as const)('%s is think: %s for gpt-oss', (reasoning_effort, think) => {
    expect(encode({ options: { reasoning_effort } }, { id: 'gpt-oss:20b' })['think']).toBe(think);
  });

  it('is switched on by a budget, and not spoken of where the model cannot', () => {
    expect(encode({ options: { reasoning_budget: 5 } })['think']).toBe(true);
    expect(encode({ options: { reasoning_effort: 'high' } }, { reasoning: false })).not.toHaveProperty(
      'think',
    );
    expect(encode({})).not.toHaveProperty('think');
  });
});

describe('tools', () => {
  it('get a schema where they have none', () => {
    expect(encode({ tools })['tools']).toEqual([
      { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } },
    ]);
  });

  it('are not shown where none may be called', () => {
    expect(encode({ tools, tool_choice: { type: 'none' } })).not.toHaveProperty('tools');
    expect(encode({ tools, tool_choice: { type: 'auto' } })).toHaveProperty('tools');
  });

  it.each<[ToolChoice]>([[{ type: 'required' }], [{ type: 'tool', name: 'f' }]])(
    'cannot be forced: %j',
    tool_choice => {
      expect(() => encode({ tools, tool_choice })).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          body: { param: 'tool_choice' },
          message: expect.stringContaining('cannot be made to call') as string,
        }),
      );
    },
  );
});

describe('what is left out without changing the answer is named', () => {
  const schema = { type: 'string' };

  it.each<[Partial<ChatRequest>, Partial<TargetModel>, string[]]>([
    [{ options: { metadata: { a: 1 }, user: 'u', cache: 'long' } }, {}, ['metadata', 'user', 'cache']],
    [
      { tools: [{ name: 'f', input_schema: {}, strict: true }], options: { parallel_tool_calls: false } },
      {},
      ['parallel_tool_calls', 'tools.strict'],
    ],
    [{ options: { parallel_tool_calls: false } }, {}, []],
    [{ options: { output: { type: 'json_schema', name: 'city', schema } } }, {}, ['output.name']],
    [{ options: { output: { type: 'json_schema', name: 'answer', schema } } }, {}, []],
    [{ options: { reasoning_effort: 'high' } }, {}, ['reasoning_effort']],
    [{ options: { reasoning_effort: 'medium' } }, {}, []],
    [{ options: { reasoning_effort: 'none' } }, {}, []],
    [{ options: { reasoning_effort: 'high' } }, { id: 'gpt-oss:20b' }, []],
    [{ options: { reasoning_budget: 5000 } }, {}, ['reasoning_budget']],
    [{ options: { reasoning_effort: 'high' } }, { reasoning: false }, ['reasoning_effort']],
    [{ options: { reasoning_effort: 'none' } }, { reasoning: false }, []],
    [
      {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'attachment',
                media_type: 'image/png',
                detail: 'high',
                source: { type: 'base64', data: 'AAAA' },
              },
            ],
          },
        ],
      },
      {},
      ['detail'],
    ],
  ])('%j of %j', (request, model, expected) => {
    const warnings: string[] = [];
    const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
    client.encodeRequest(whole, { id: 'm', ...model }, field => warnings.push(field));
    expect(warnings).toEqual(expected);
  });
});

describe('results of tools', () => {
  const call = { type: 'tool_use', id: 'a', name: 'look', input: {} } as const;
  const image: AttachmentBlock = {
    type: 'attachment',
    media_type: 'image/png',
    source: { type: 'base64', data: 'AAAA' },
  };

  it('name their tool though the request did not, and say when a call failed', () => {
    const result = { type: 'tool_result', tool_use_id: 'a', is_error: true } as const;
    expect(
      encodeMessages(
        { role: 'assistant', content: [call] },
        { role: 'user', content: [{ ...result, content: [{ type: 'text', text: 'no such file' }] }] },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'a', function: { name: 'look', arguments: {} } }],
      },
      { role: 'tool', tool_name: 'look', tool_call_id: 'a', content: 'Error: no such file' },
    ]);
  });

  it('leave their images to the message after them', () => {
    expect(
      encodeMessages({
        role: 'user',
        content: [
          { type: 'text', text: 'Go on.' },
          { type: 'tool_result', tool_use_id: 'a', content: [image] },
        ],
      }),
    ).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'The result is attached to the next message.' },
      { role: 'user', content: 'From the result of tool call a:\nGo on.', images: ['AAAA'] },
    ]);
  });
});

describe('attachments', () => {
  const send = (attachment: Omit<AttachmentBlock, 'type'>): unknown =>
    encodeMessages({ role: 'user', content: [{ type: 'attachment', ...attachment }] });

  it('of text are read out', () => {
    const data = Buffer.from('a,b').toString('base64');
    expect(send({ media_type: 'text/csv', name: 'a.csv', source: { type: 'base64', data } })).toEqual([
      { role: 'user', content: 'a.csv:\na,b' },
    ]);
  });

  it('by address are refused, since nothing is fetched', () => {
    const url = 'https://a.example/b.png';
    expect(() => send({ media_type: 'image/*', source: { type: 'url', url } })).toThrow(
      expect.objectContaining({
        code: 'unsupported_modality',
        message:
          'Ollama takes images only as data, not by their address, and Parley fetches nothing. Send the image itself as base64.',
      }),
    );
  });

  it('that are neither image nor text are refused by their type', () => {
    const source = { type: 'base64', data: 'AAAA' } as const;
    expect(() => send({ media_type: 'application/pdf', source })).toThrow(
      expect.objectContaining({
        code: 'unsupported_modality',
        message: expect.stringContaining('application/pdf') as string,
      }),
    );
  });
});

it('knows which call a result answers though ids come again in a later turn', () => {
  const turn = (name: string): Message[] => [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', name, input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: [] }] },
  ];
  const sent = JSON.stringify(encodeMessages(...turn('f'), ...turn('g')));
  const names = [...sent.matchAll(/"tool_name":"(\w)"/g)].map(match => match[1]);
  expect(names).toEqual(['f', 'g']);
});
