import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { decodeChunks } from '../read-fixtures.ts';

const { client, server } = openaiCompletions;
const context = { id: 'own', model: 'm', created: 1763787600, wants_usage: false };
const user = { role: 'user', content: 'Hi' };

function decode(body: JsonObject): ChatRequest {
  return server.decodeRequest({ model: 'm', messages: [user], ...body }).request;
}

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encode(deltas: Delta[], request: ChatRequest): string {
  const encoder = server.createEncoder({ ...context, request });
  return deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
}

/** The deltas of all chunks but the first, and the reason of the last. */
function readChoices(text: string): { deltas: unknown[]; reason: unknown } {
  const choices = [...text.matchAll(/^data: (\{.*\})$/gm)].map(
    ([, data]) =>
      (JSON.parse(data ?? '') as { choices: [{ delta: object; finish_reason: unknown }] }).choices[0], // a chunk of ours
  );
  return { deltas: choices.slice(1, -1).map(({ delta }) => delta), reason: choices.at(-1)?.finish_reason };
}

const call = (name: string, ...pieces: string[]): Delta[] => [
  { type: 'block_start', block: 'tool_use', index: 0, id: 'call_a', name },
  ...pieces.map((delta): Delta => ({ type: 'block_delta', block: 'tool_use', index: 0, delta })),
  { type: 'message', finish_reason: 'tool_use' },
];

describe('tools that take text', () => {
  const grammar = { type: 'grammar', grammar: { syntax: 'regex', definition: '\\d+' } };
  const tool = { type: 'custom', custom: { name: 'calc', description: 'Calculates', format: grammar } };
  const request = decode({ tools: [tool], tool_choice: { type: 'custom', custom: { name: 'calc' } } });

  it('are functions with one string for others', () => {
    expect({ tools: request.tools, choice: request.tool_choice }).toMatchObject({
      tools: [
        {
          name: 'calc',
          description: 'Calculates',
          input_schema: { required: ['input'], properties: { input: { type: 'string' } } },
        },
      ],
      choice: { type: 'tool', name: 'calc' },
    });
    expect(JSON.stringify(request.tools?.[0]?.input_schema)).toContain('regular expression:\\n\\\\d+');
  });

  it('go to an upstream of this format as they came, with their calls', () => {
    const messages = [
      user,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_a', type: 'custom', custom: { name: 'calc', input: '1+"1"' } }],
      },
      { role: 'tool', tool_call_id: 'call_a', content: '2' },
    ];
    const again = client.encodeRequest(
      decode({ messages, tools: [tool], tool_choice: { type: 'custom', custom: { name: 'calc' } } }),
      { id: 'm' },
    );
    expect(again).toMatchObject({
      messages,
      tools: [tool],
      tool_choice: { type: 'custom', custom: { name: 'calc' } },
    });
  });

  it('are called with text, in pieces and whole', () => {
    const deltas = call('calc', '{"in', 'put":"1+', '\\"1\\""}');
    expect(readChoices(encode(deltas, request))).toEqual({
      deltas: [
        { tool_calls: [{ index: 0, id: 'call_a', type: 'custom', custom: { name: 'calc', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: '1+' } }] },
        { tool_calls: [{ index: 0, custom: { input: '"1"' } }] },
      ],
      reason: 'tool_calls',
    });
    expect(server.encodeResponse(fold(deltas), { ...context, request })).toMatchObject({
      choices: [
        {
          message: {
            tool_calls: [{ id: 'call_a', type: 'custom', custom: { name: 'calc', input: '1+"1"' } }],
          },
        },
      ],
    });
  });

  it('are called by an upstream of this format with text, too', () => {
    const text = encode(call('calc', '{"input":"1+', '\\"1\\""}'), request);
    const streamed = fold(decodeChunks(openaiCompletions, [Buffer.from(text)]));
    const whole = fold(
      client.decodeResponse(
        server.encodeResponse(fold(call('calc', '{"input":"1+\\"1\\""}')), { ...context, request }),
      ),
    );
    for (const { blocks, finish_reason } of [streamed, whole]) {
      expect({ blocks, finish_reason }).toEqual({
        blocks: [{ block: 'tool_use', index: 0, id: 'call_a', name: 'calc', text: '{"input":"1+\\"1\\""}' }],
        finish_reason: 'tool_use',
      });
    }
  });
});

describe('functions, as tools were called before', () => {
  const request = decode({ functions: [{ name: 'f', parameters: {} }] });

  it('are called in that form, and only one', () => {
    const deltas: Delta[] = [
      ...call('f', '{"a":', '1}').slice(0, -1),
      { type: 'block_start', block: 'tool_use', index: 1, id: 'call_b', name: 'f' },
      { type: 'message', finish_reason: 'tool_use' },
    ];
    expect(readChoices(encode(deltas, request))).toEqual({
      deltas: [
        { function_call: { name: 'f', arguments: '' } },
        { function_call: { arguments: '{"a":' } },
        { function_call: { arguments: '1}' } },
      ],
      reason: 'function_call',
    });
    const whole = server.encodeResponse(fold(deltas), { ...context, request });
    expect(whole).toMatchObject({
      choices: [
        { message: { function_call: { name: 'f', arguments: '{"a":1}' } }, finish_reason: 'function_call' },
      ],
    });
    expect(JSON.stringify(whole)).not.toContain('tool_calls');
  });

  it('get {} where they take nothing', () => {
    expect(readChoices(encode(call('f'), request)).deltas.at(-1)).toEqual({
      function_call: { arguments: '{}' },
    });
  });
});

describe('signatures of Gemini’s calls', () => {
  const signed = { extra_content: { google: { thought_signature: 'sig' } } };
  const request = decode({});

  it.each([
    ['with the call', [{ ...call('f')[0], signature: 'google_gemini:sig' } as Delta]],
    [
      'after it',
      [
        call('f')[0],
        { type: 'block_delta', block: 'tool_use', index: 0, signature: 'google_gemini:sig' },
      ] as Delta[],
    ],
  ])('are told beside the call where Google does: %s', (_name, deltas) => {
    expect(JSON.stringify(readChoices(encode(deltas, request)).deltas)).toContain(
      JSON.stringify(signed).slice(1, -1),
    );
    expect(server.encodeResponse(fold(deltas), { ...context, request })).toMatchObject({
      choices: [{ message: { tool_calls: [signed] } }],
    });
  });

  it('of other vendors are not told', () => {
    const deltas = [{ ...call('f')[0], signature: 'EqQB' } as Delta];
    expect(encode(deltas, request)).not.toContain('extra_content');
  });

  it('come back from the tool, and go to Google’s models only', () => {
    const tool_calls = [
      { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' }, ...signed },
    ];
    const { messages } = decode({ messages: [user, { role: 'assistant', content: null, tool_calls }] });
    expect(messages[1]?.content).toMatchObject([{ type: 'tool_use', signature: 'google_gemini:sig' }]);
    const send = (id: string) =>
      JSON.stringify(client.encodeRequest({ messages, options: {}, stream: false }, { id })['messages']);
    expect(send('gemini-3-pro')).toContain('"thought_signature":"sig"');
    expect(send('gpt-5')).not.toContain('extra_content');
  });

  it('come from Google’s own server of this format', () => {
    const tool_calls = [{ index: 0, id: 'call_a', function: { name: 'f', arguments: '{}' }, ...signed }];
    const start = client
      .createDecoder()
      .decodeEvent({ choices: [{ index: 0, delta: { tool_calls } }] })
      .find(delta => delta.type === 'block_start');
    expect(start).toMatchObject({ signature: 'google_gemini:sig' });
  });
});

describe('reasoning', () => {
  const event = (delta: JsonObject): JsonObject => ({
    model: 'vendor/deepseek-v4',
    choices: [{ index: 0, delta }],
  });
  const tool_calls = [{ index: 0, id: 'call_a', function: { name: 'f', arguments: '{}' } }];

  function messagesAfter(field: string): ChatRequest['messages'] {
    const decoder = client.createDecoder();
    const completion = fold(
      [event({ [field]: 'Hm' }), event({ tool_calls })].flatMap(each => decoder.decodeEvent(each)),
    );
    const [thought, called] = completion.blocks;
    return [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', text: thought?.text ?? '', signature: thought?.signature ?? '' },
          { type: 'tool_use', id: called?.id ?? '', name: 'f', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: [] }] },
    ];
  }

  const send = (messages: ChatRequest['messages'], id: string): JsonObject => {
    const [, turn] = client.encodeRequest({ messages, options: {}, stream: false }, { id })[
      'messages'
    ] as JsonObject[]; // messages are objects
    return turn ?? {};
  };

  it.each(['reasoning_content', 'reasoning'])(
    'goes back with the calls it led to, to the model it came from: %s',
    field => {
      const messages = messagesAfter(field);
      expect(send(messages, 'deepseek-v4')).toMatchObject({ [field]: 'Hm' });
      expect(send(messages, 'deepseek-v4-0801')).toMatchObject({ [field]: 'Hm' });
      for (const other of ['gpt-5', 'llama-3.3', 'deepseek-r1']) {
        expect(Object.keys(send(messages, other))).toEqual(['role', 'content', 'tool_calls']);
      }
    },
  );

  it('does not go back where it led to no call', () => {
    const [asked, turn] = messagesAfter('reasoning_content');
    const said = [...(turn?.content.slice(0, 1) ?? []), { type: 'text' as const, text: 'Four' }];
    const messages: ChatRequest['messages'] = [asked!, { role: 'assistant', content: said }];
    expect(send(messages, 'deepseek-v4')).toEqual({ role: 'assistant', content: 'Four' });
  });

  it('that a tool sends along goes on as it came', () => {
    const turn = { role: 'assistant', content: 'Four', reasoning_content: 'Hm' };
    const { messages } = decode({ messages: [user, turn] });
    expect(send(messages, 'any')).toEqual(turn);
  });

  it('details of OpenRouter stay with their message', () => {
    const reasoning_details = [{ type: 'reasoning.encrypted', data: 'x' }];
    const { messages } = decode({
      messages: [user, { role: 'assistant', content: 'Four', reasoning_details }],
    });
    expect(messages[1]?.private).toEqual([{ reasoning_details }]);
  });
});

describe('a whole answer', () => {
  const answer = (choice: JsonObject): Delta[] =>
    client.decodeResponse({ choices: [{ index: 0, message: { content: 'Hi' }, ...choice }] });

  it('without a reason is whole all the same', () => {
    expect(fold(answer({})).finish_reason).toBe('stop');
    expect(fold(answer({ finish_reason: 'length' })).finish_reason).toBe('length');
    expect(fold(client.decodeResponse({ error: { message: 'No.' } })).finish_reason).toBeUndefined();
    expect(fold(client.decodeResponse({ choices: [] })).finish_reason).toBeUndefined();
  });

  it('has both counts that clients demand', () => {
    const { usage } = server.encodeResponse({ ...emptyCompletion(), usage: { output_tokens: 3 } }, context);
    expect(usage).toEqual({ prompt_tokens: 0, completion_tokens: 3, total_tokens: 3 });
  });
});

it('gives tools the names they were asked by', () => {
  const name = `mcp__server__${'long_'.repeat(20)}`;
  const request: ChatRequest = {
    messages: [],
    options: {},
    stream: true,
    tools: [{ name, input_schema: {} }],
  };
  const { tools } = client.encodeRequest(request, { id: 'm' }) as unknown as {
    tools: [{ function: { name: string } }];
  };
  const sent = tools[0].function.name;
  expect(sent).toMatch(/^[a-zA-Z0-9_-]{64}$/);
  const decoder = client.createDecoder(request);
  const chunk = (piece: JsonObject) =>
    decoder.decodeEvent({ choices: [{ index: 0, delta: { tool_calls: [piece] } }] });
  const deltas = [
    ...chunk({ index: 0, id: 'a', function: { name: sent, arguments: '{' } }),
    // Some servers repeat the name with every piece.
    ...chunk({ index: 0, id: 'a', function: { name: sent, arguments: '}' } }),
  ];
  expect(fold(deltas).blocks).toEqual([{ block: 'tool_use', index: 0, id: 'a', name, text: '{}' }]);
  const message = { tool_calls: [{ id: 'a', function: { name: sent, arguments: '{}' } }] };
  const whole = client.decodeResponse({ choices: [{ index: 0, message }] }, request);
  expect(fold(whole).blocks).toMatchObject([{ name }]);
});
