import { describe, expect, it } from 'vitest';

import { isJsonObject } from '../../../electron/contract/json.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { AttachmentBlock, Message, ToolResultBlock } from '../../../electron/contract/message.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import type { TargetModel } from '../../../electron/dialects/dialect.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';

const { client } = googleGemini;

function encode(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  return client.encodeRequest(whole, { id: 'gemini-2.5-flash', ...model });
}

function encodeContents(messages: Message[], id = 'gemini-2.5-flash'): unknown {
  return encode({ messages }, { id })['contents'];
}

function warningsOf(request: Partial<ChatRequest>, model: Partial<TargetModel>): string[] {
  const warnings: string[] = [];
  const whole: ChatRequest = { messages: [], options: {}, stream: false, ...request };
  client.encodeRequest(whole, { id: 'gemini-2.5-flash', ...model }, field => warnings.push(field));
  return warnings;
}

function configOf(request: Partial<ChatRequest>, model: Partial<TargetModel> = {}): JsonObject {
  const config = encode(request, model)['generationConfig'];
  return isJsonObject(config) ? config : {};
}

describe('the address', () => {
  it.each([
    ['gemini-2.5-pro', false, '/v1beta/models/gemini-2.5-pro:generateContent'],
    ['gemini-2.5-pro', true, '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse'],
    ['models/gemini-2.5-pro', false, '/v1beta/models/gemini-2.5-pro:generateContent'],
    ['tunedModels/mine', false, '/v1beta/tunedModels/mine:generateContent'],
    ['../../evil?x=#', false, '/v1beta/models/..%2F..%2Fevil%3Fx%3D%23:generateContent'],
  ])('of %s, streaming %s, is %s', (id, stream, path) => {
    expect(client.path({ id }, { stream })).toBe(path);
  });
});

it('says nothing of model and streaming in the body, nor what it means twice', () => {
  const extra = { contents: [1], generationConfig: { seed: 9, mediaResolution: 'x' }, safetySettings: [] };
  expect(encode({ stream: true, extra, options: { seed: 1 } })).toEqual({
    contents: [],
    safetySettings: [],
    generationConfig: { seed: 1, mediaResolution: 'x' },
  });
});

describe('thinking', () => {
  it.each([
    ['none', { thinkingBudget: 0 }],
    ['minimal', { thinkingBudget: 512, includeThoughts: true }],
    ['low', { thinkingBudget: 2048, includeThoughts: true }],
    ['medium', { thinkingBudget: 4096, includeThoughts: true }],
    ['high', { thinkingBudget: 8192, includeThoughts: true }],
    ['xhigh', { thinkingBudget: 16_384, includeThoughts: true }],
    ['max', { thinkingBudget: -1, includeThoughts: true }],
  ] as const)('%s has a budget up to Gemini 2.5', (reasoning_effort, expected) => {
    expect(configOf({ options: { reasoning_effort } })).toEqual({ thinkingConfig: expected });
  });

  it.each([
    ['gemini-3-flash-preview', 'low', 'minimal'],
    ['gemini-3-flash-preview', 'medium', 'low'],
    ['gemini-3-flash-preview', 'high', 'medium'],
    ['gemini-3-flash-preview', 'xhigh', 'high'],
    ['gemini-3-flash-preview', 'max', 'high'],
    ['gemini-3-pro-preview', 'low', 'low'],
    ['gemini-3-pro-preview', 'high', 'high'],
    ['gemini-3.1-pro', 'low', 'low'],
    ['gemini-3.1-pro', 'high', 'medium'],
    ['models/gemini-3.5-flash', 'max', 'high'],
    ['gemini-3.8-flash', 'low', 'low'],
    ['gemini-3.5-flash-lite', 'low', 'minimal'],
    ['gemini-4-argon', 'minimal', 'low'],
    ['gemini-4-neon', 'xhigh', 'high'],
    ['gemini-flash-latest', 'high', 'medium'],
    ['gemma-4-31b-it', 'low', 'minimal'],
    ['gemma-4-31b-it', 'medium', 'high'],
  ] as const)('%s takes %s as level %s', (id, reasoning_effort, thinkingLevel) => {
    const expected = { thinkingConfig: { thinkingLevel, includeThoughts: true } };
    expect(configOf({ options: { reasoning_effort } }, { id })).toEqual(expected);
  });

  it('is as little as a model can that cannot go without', () => {
    const none = (id: string) =>
      configOf({ options: { reasoning_effort: 'none' } }, { id })['thinkingConfig'];
    expect(none('gemini-2.5-flash')).toEqual({ thinkingBudget: 0 });
    expect(none('some-model')).toEqual({ thinkingBudget: 0 });
    expect(none('gemini-2.5-pro')).toEqual({ thinkingBudget: 128 });
    expect(none('gemini-pro-latest')).toEqual({ thinkingLevel: 'low' });
    expect(none('gemini-3-pro-preview')).toEqual({ thinkingLevel: 'low' });
    expect(none('gemini-3-flash-preview')).toEqual({ thinkingLevel: 'minimal' });
    expect(none('gemini-3.8-flash')).toEqual({ thinkingLevel: 'low' });
    expect(none('gemini-4-argon')).toEqual({ thinkingLevel: 'low' });
    expect(none('gemma-4-31b-it')).toEqual({ thinkingLevel: 'minimal' });
  });

  it('takes an exact budget, and is not spoken of where the model cannot', () => {
    const options = { reasoning_effort: 'low', reasoning_budget: 999 } as const;
    expect(configOf({ options })).toEqual({ thinkingConfig: { thinkingBudget: 999, includeThoughts: true } });
    expect(encode({ options }, { reasoning: false })).not.toHaveProperty('generationConfig');
    expect(encode({})).not.toHaveProperty('generationConfig');
  });

  it.each([
    ['gemini-2.5-flash', 999, { thinkingBudget: 999 }, []],
    ['gemini-2.5-flash', 90_000, { thinkingBudget: 24_576 }, ['reasoning_budget']],
    ['gemini-2.5-pro', 5, { thinkingBudget: 128 }, ['reasoning_budget']],
    ['gemini-3-pro-preview', 5000, { thinkingBudget: 5000 }, []],
    ['gemini-3.8-flash', 5000, { thinkingLevel: 'medium' }, ['reasoning_budget']],
    ['gemini-4-argon', 30_000, { thinkingLevel: 'high' }, ['reasoning_budget']],
    ['some-model', 90_000, { thinkingBudget: 90_000 }, []],
  ] as const)('of %s takes %d tokens as %j', (id, reasoning_budget, thinking, expected) => {
    const options = { reasoning_budget };
    expect(configOf({ options }, { id })).toEqual({ thinkingConfig: { ...thinking, includeThoughts: true } });
    expect(warningsOf({ options }, { id })).toEqual(expected);
  });
});

describe('what is left out without changing the answer is named', () => {
  const tools = [{ name: 'f', input_schema: {}, strict: true }];
  const schema = { type: 'string' };

  it.each<[Partial<ChatRequest>, Partial<TargetModel>, string[]]>([
    [{ options: { metadata: { a: 1 }, user: 'u', cache: 'long' } }, {}, ['metadata', 'user', 'cache']],
    [{ tools, options: { parallel_tool_calls: false } }, {}, ['parallel_tool_calls', 'tools.strict']],
    [{ options: { parallel_tool_calls: false } }, {}, []],
    [{ options: { output: { type: 'json_schema', name: 'city', schema } } }, {}, ['output.name']],
    [{ options: { output: { type: 'json_schema', name: 'answer', schema } } }, {}, []],
    [
      { options: { reasoning_effort: 'high', reasoning_budget: 9 } },
      { reasoning: false },
      ['reasoning_effort', 'reasoning_budget'],
    ],
    [{ options: { reasoning_effort: 'none' } }, { reasoning: false }, []],
    [{ options: { max_tokens: 9000 } }, { max_output_tokens: 8000 }, ['max_tokens']],
    [{ options: { frequency_penalty: 0, presence_penalty: 0 } }, { id: 'gemini-4-argon' }, []],
  ])('%j', (request, model, expected) => {
    expect(warningsOf(request, model)).toEqual(expected);
  });

  it('and never asks for more than the model can write', () => {
    expect(configOf({ options: { max_tokens: 9000 } }, { max_output_tokens: 8000 })).toEqual({
      maxOutputTokens: 8000,
    });
  });
});

describe('penalties', () => {
  it('are refused by name where the model does', () => {
    for (const param of ['frequency_penalty', 'presence_penalty'] as const) {
      expect(() => encode({ options: { [param]: 0.5 } }, { id: 'gemini-4-argon' })).toThrow(
        expect.objectContaining({ code: 'invalid_request', body: { param } }),
      );
    }
  });

  it('are sent where they ask for something', () => {
    const options = { frequency_penalty: 0.5, presence_penalty: 0 };
    expect(configOf({ options })).toEqual({ frequencyPenalty: 0.5 });
  });
});

describe('schemas', () => {
  const send = (input_schema: JsonObject): unknown => {
    const body = encode({ tools: [{ name: 'f', input_schema }] }) as {
      tools: { functionDeclarations: { parametersJsonSchema?: JsonObject }[] }[];
    }; // as encodeTool writes it
    return body.tools[0]?.functionDeclarations[0]?.parametersJsonSchema;
  };

  it('are left out where they are empty', () => {
    expect(send({})).toBeUndefined();
  });

  it('have their references inlined, what stands beside them first', () => {
    expect(
      send({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: {
          $ref: { type: 'string', enum: ['$ref'] },
          home: { $ref: '#/$defs/place', description: 'Home' },
          work: { type: 'array', items: { $ref: '#/$defs/place' } },
          gone: { $ref: '#/$defs/nowhere' },
          other: { $ref: 'https://a.example/schema' },
        },
        $defs: {
          place: { type: 'object', description: 'Any', properties: { c: { $ref: '#/$defs/a~1b' } } },
          'a/b': { type: 'string' },
        },
      }),
    ).toEqual({
      type: 'object',
      properties: {
        $ref: { type: 'string', enum: ['$ref'] },
        home: { type: 'object', description: 'Home', properties: { c: { type: 'string' } } },
        work: {
          type: 'array',
          items: { type: 'object', description: 'Any', properties: { c: { type: 'string' } } },
        },
        gone: {},
        other: {},
      },
    });
  });

  it('that hold themselves end in anything', () => {
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
    };
    expect(send({ $ref: '#/$defs/tree', $defs: { tree } })).toEqual({
      type: 'object',
      properties: { children: { type: 'array', items: {} } },
    });
  });

  it('that grow without end are refused', () => {
    const $defs: JsonObject = { d0: { type: 'string' } };
    for (let level = 1; level < 40; level += 1) {
      const $ref = `#/$defs/d${level - 1}`;
      $defs[`d${level}`] = { anyOf: [{ $ref }, { $ref }, { $ref }] };
    }
    expect(() => send({ $ref: '#/$defs/d39', $defs })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('of an answer are inlined, too', () => {
    const schema = { type: 'array', items: { $ref: '#/$defs/n' }, $defs: { n: { type: 'integer' } } };
    expect(configOf({ options: { output: { type: 'json_schema', name: 'x', schema } } })).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'array', items: { type: 'integer' } },
    });
  });
});

describe('turns', () => {
  const call = (id: string, signature?: string) =>
    ({ type: 'tool_use', id, name: 'f', input: {}, ...(signature && { signature }) }) as const;
  const wire = (id: string, thoughtSignature?: string) => ({
    functionCall: { id, name: 'f', args: {} },
    ...(thoughtSignature && { thoughtSignature }),
  });

  it('keep only signatures of Gemini, byte for byte, and no thought without one', () => {
    expect(
      encodeContents([
        {
          role: 'assistant',
          content: [
            { type: 'thinking', text: 'unsigned' },
            { type: 'thinking', text: 'theirs', signature: 'ErUB' },
            { type: 'thinking', text: 'ours', signature: 'google_gemini:CiQ+/==' },
            { type: 'text', text: 'a', signature: 'openai_responses:x' },
            call('1', 'google_gemini:Eo0B'),
            call('2', 'ErUB'),
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'model',
        parts: [
          { text: 'ours', thought: true, thoughtSignature: 'CiQ+/==' },
          { text: 'a' },
          wire('1', 'Eo0B'),
          wire('2'),
        ],
      },
    ]);
  });

  it('of another model are vouched for where Gemini 3 demands a signature', () => {
    const messages: Message[] = [{ role: 'assistant', content: [call('1'), call('2')] }];
    const parts = [wire('1', 'skip_thought_signature_validator'), wire('2')];
    for (const id of ['gemini-3-flash', 'gemini-4-argon', 'gemini-flash-latest', 'gemini-flash-lite-latest'])
      expect(encodeContents(messages, id)).toEqual([{ role: 'model', parts }]);
    expect(JSON.stringify(encodeContents(messages, 'gemma-4-31b-it'))).not.toContain('thoughtSignature');
    expect(encodeContents(messages)).toEqual([{ role: 'model', parts: [wire('1'), wire('2')] }]);
  });

  it('are taken in turns, an empty question kept and an empty answer not', () => {
    const said = (role: Message['role'], ...texts: string[]): Message => ({
      role,
      content: texts.map(text => ({ type: 'text', text })),
    });
    expect(
      encodeContents([
        said('user', 'a'),
        said('assistant'),
        said('user', 'b'),
        said('assistant', 'c'),
        said('user'),
      ]),
    ).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
      { role: 'model', parts: [{ text: 'c' }] },
      { role: 'user', parts: [{ text: '' }] },
    ]);
  });

  it('give results before all else, as objects where they are', () => {
    const result = (text: string, more: Partial<ToolResultBlock> = {}): ToolResultBlock => ({
      type: 'tool_result',
      tool_use_id: '1',
      content: [{ type: 'text', text }],
      ...more,
    });
    const [, content] = encodeContents([
      { role: 'assistant', content: [call('1')] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Go on.' },
          result('{"n":1}'),
          result('[1]'),
          result('{"error":"no"}'),
          result('{"schema":{"$ref":"#/$defs/a"}}'),
          result('gone', { is_error: true, name: 'g' }),
        ],
      },
    ]) as { parts: JsonObject[] }[]; // as encodeContents writes it
    const wired = (response: JsonObject, name = 'f') => ({ functionResponse: { id: '1', name, response } });
    expect(content?.parts).toEqual([
      wired({ n: 1 }),
      wired({ output: '[1]' }),
      wired({ output: '{"error":"no"}' }),
      wired({ output: '{"schema":{"$ref":"#/$defs/a"}}' }),
      wired({ error: 'gone' }, 'g'),
      { text: 'Go on.' },
    ]);
  });
});

describe('attachments', () => {
  const send = (attachment: Omit<AttachmentBlock, 'type'>): unknown =>
    encodeContents([{ role: 'user', content: [{ type: 'attachment', ...attachment }] }]);

  it.each([
    'https://generativelanguage.googleapis.com/v1beta/files/abc',
    'https://www.youtube.com/watch?v=abc',
    'gs://bucket/a.pdf',
  ])('by the address %s are native', url => {
    expect(send({ media_type: 'video/mp4', source: { type: 'url', url } })).toEqual([
      { role: 'user', parts: [{ fileData: { mimeType: 'video/mp4', fileUri: url } }] },
    ]);
  });

  it.each([
    ['https://a.example/b.PNG?x=1', 'image/*', 'image/png'],
    ['https://a.example/photo', 'image/*', 'image/jpeg'],
    ['https://evil.example/?https://www.youtube.com/', 'video/mp4', 'video/mp4'],
    ['https://a.example/b.pdf', 'application/pdf', 'application/pdf'],
  ])('by the address %s are fetched by Google', (url, media_type, mimeType) => {
    expect(send({ media_type, source: { type: 'url', url } })).toEqual([
      { role: 'user', parts: [{ fileData: { mimeType, fileUri: url } }] },
    ]);
  });

  it.each([
    ['http://a.example/b.png', 'gemini-2.5-flash'],
    ['https://a.example/b.png', 'gemini-2.0-flash'],
  ])('by the address %s are refused by %s, since nothing is fetched here', (url, id) => {
    const block: AttachmentBlock = {
      type: 'attachment',
      media_type: 'image/*',
      source: { type: 'url', url },
    };
    expect(() => encodeContents([{ role: 'user', content: [block] }], id)).toThrow(
      expect.objectContaining({
        code: 'unsupported_modality',
        message:
          'This Gemini takes files only as data or from its own store, not by this address, and Parley fetches nothing. Send the file itself as base64.',
      }),
    );
  });

  it('lose how closely to look at them, which is named', () => {
    const block: AttachmentBlock = {
      type: 'attachment',
      media_type: 'image/png',
      detail: 'low',
      source: { type: 'base64', data: 'AAAA' },
    };
    expect(warningsOf({ messages: [{ role: 'user', content: [block] }] }, {})).toEqual(['detail']);
    const plain = { ...block, detail: 'auto' };
    expect(warningsOf({ messages: [{ role: 'user', content: [plain] }] }, {})).toEqual([]);
  });
});

it('writes a name Google refuses otherwise, alike in tools, choice, calls and results', () => {
  const name = 'a tool!';
  const sent = encode({
    tools: [{ name, input_schema: {} }],
    tool_choice: { type: 'tool', name },
    messages: [
      { role: 'assistant', content: [{ type: 'tool_use', id: '1', name, input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: [] }] },
    ],
  });
  const names = [...JSON.stringify(sent).matchAll(/a_tool_[_0-9a-f]+/g)].map(match => match[0]);
  expect(names).toHaveLength(4);
  expect(new Set(names).size).toBe(1);
  const kept = 'google:search.v1-x';
  expect(JSON.stringify(encode({ tools: [{ name: kept, input_schema: {} }] }))).toContain(`"${kept}"`);
});

it('knows which call a result answers though ids come again in a later turn', () => {
  const turn = (name: string): Message[] => [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', name, input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: [] }] },
  ];
  const sent = JSON.stringify(encodeContents([...turn('f'), ...turn('g')]));
  const names = [...sent.matchAll(/"functionResponse":\{"id":"call_0","name":"(\w)"/g)].map(
    match => match[1],
  );
  expect(names).toEqual(['f', 'g']);
});
