import { describe, expect, it } from 'vitest';

import type { Json, JsonObject } from '../../electron/contract/json.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { askWith, plainBodies } from './ask-with.ts';

// Requests that other gateways are known to translate wrongly, or that an upstream refuses as they were written.

const { openai_completions: chat, anthropic_messages: anthropic, google_gemini: gemini } = dialects;
const { openai_responses: responses } = dialects;

const call = (id: string, name = 'look'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: '{}' },
});
const result = (id: string, content: string): JsonObject => ({ role: 'tool', tool_call_id: id, content });
const asked = (...messages: JsonObject[]): JsonObject => ({ model: 'm', messages });
const user = (content: string): JsonObject => ({ role: 'user', content });

describe('calls that share an id', () => {
  it('of different turns get ids of their own for Anthropic, and their results with them', () => {
    const body = asked(
      user('Hi'),
      { role: 'assistant', tool_calls: [call('call_0')] },
      result('call_0', 'one'),
      { role: 'assistant', tool_calls: [call('call_0')] },
      result('call_0', 'two'),
    );
    const sent = JSON.stringify(askWith(chat, body, anthropic).sent['messages']);
    expect(sent.match(/"id":"[^"]+"/g)).toEqual(['"id":"call_0"', '"id":"call_0_2"']);
    expect(sent.match(/"tool_use_id":"[^"]+","content":\[\{"type":"text","text":"\w+"/g)).toEqual([
      '"tool_use_id":"call_0","content":[{"type":"text","text":"one"',
      '"tool_use_id":"call_0_2","content":[{"type":"text","text":"two"',
    ]);
  });

  it('of one turn are answered in order', () => {
    const body = asked(
      user('Hi'),
      { role: 'assistant', tool_calls: [call('a.b'), call('a.b')] },
      result('a.b', 'one'),
      result('a.b', 'two'),
    );
    const sent = JSON.stringify(askWith(chat, body, anthropic).sent['messages']);
    expect(sent.match(/"(?:tool_use_)?id":"[^"]+"/g)).toEqual([
      '"id":"a_b"',
      '"id":"a_b_2"',
      '"tool_use_id":"a_b"',
      '"tool_use_id":"a_b_2"',
    ]);
  });
});

it('a word of the user between the results of one turn comes after them for Gemini', () => {
  const body = asked(
    user('Hi'),
    { role: 'assistant', tool_calls: [call('a'), call('b')] },
    result('a', 'one'),
    user('Quick!'),
    result('b', 'two'),
  );
  const contents = askWith(chat, body, gemini).sent['contents'];
  expect((contents as JsonObject[]).at(-1)).toEqual({
    role: 'user',
    parts: [
      { functionResponse: { id: 'a', name: 'look', response: { output: 'one' } } },
      { functionResponse: { id: 'b', name: 'look', response: { output: 'two' } } },
      { text: 'Quick!' },
    ],
  });
});

describe('a request with nothing but a system prompt', () => {
  const body = asked({ role: 'system', content: 'Say hello.' });

  it.each([
    [anthropic, { messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }] }],
    [gemini, { contents: [{ role: 'user', parts: [{ text: 'Say hello.' }] }] }],
    [
      responses,
      { input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] }] },
    ],
  ] as const)('asks with it where a question is demanded', (upstream, expected) => {
    const { sent } = askWith(chat, body, upstream);
    expect(sent).toMatchObject(expected);
    for (const field of ['system', 'systemInstruction', 'instructions']) expect(sent[field]).toBeUndefined();
  });
});

describe('arguments that are a choice', () => {
  const schemaFor = (parameters: JsonObject): Json | undefined => {
    const tools = [{ type: 'function', function: { name: 'find', parameters } }];
    const { sent } = askWith(chat, { ...plainBodies.openai_completions, tools }, anthropic);
    return (sent['tools'] as JsonObject[])[0]?.['input_schema'];
  };
  const text = { type: 'string' };

  it('are all of them for Anthropic, which takes no choice there', () => {
    const oneOf = [
      { type: 'object', properties: { at: text, id: text }, required: ['at', 'id'] },
      { $ref: '#/$defs/named' },
    ];
    const $defs = {
      named: { type: 'object', properties: { at: text, name: text }, required: ['at', 'name'] },
    };
    expect(schemaFor({ description: 'What to find.', oneOf, $defs, required: ['at'] })).toEqual({
      type: 'object',
      $defs,
      properties: { at: text, id: text, name: text },
      required: ['at'],
      description: `What to find.\n\n${JSON.stringify({ oneOf })}`,
    });
  });

  it('are joined where all of them count', () => {
    const allOf = [
      { properties: { a: text }, required: ['a'] },
      { properties: { b: text }, required: ['b'] },
    ];
    expect(schemaFor({ type: 'object', properties: { c: text }, allOf })).toEqual({
      type: 'object',
      properties: { a: text, b: text, c: text },
      required: ['a', 'b'],
    });
  });

  it('stay a choice inside', () => {
    const properties = { value: { anyOf: [text, { type: 'null' }] } };
    expect(schemaFor({ type: 'object', properties })).toEqual({ type: 'object', properties });
  });
});

it("numbers that Google's older schemas list as text are numbers again", () => {
  const properties = {
    size: { type: 'INTEGER', enum: ['1', '20'], nullable: true },
    step: { type: 'NUMBER', enum: ['0.5', '-1'] },
    name: { type: 'STRING', enum: ['1'] },
  };
  const tools = [{ functionDeclarations: [{ name: 'set', parameters: { type: 'OBJECT', properties } }] }];
  const { sent } = askWith(gemini, { ...plainBodies.google_gemini, tools }, chat);
  expect(sent['tools']).toMatchObject([
    {
      function: {
        parameters: {
          properties: {
            size: { type: ['integer', 'null'], enum: [1, 20, null] },
            step: { type: 'number', enum: [0.5, -1] },
            name: { type: 'string', enum: ['1'] },
          },
        },
      },
    },
  ]);
});
