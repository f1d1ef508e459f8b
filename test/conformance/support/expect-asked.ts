import { expect } from 'vitest';

import type { DialectName } from '../../../electron/contract/models.ts';
import { ANSWER_SCHEMA, THOUGHT, TOOL_NAME, TOOL_SCHEMA } from './scenarios.ts';

type Json = Record<string, unknown>;

/** What must stand in the upstream's request, each where that vendor looks for it. */
export type Asked = {
  max_tokens?: number;
  system?: string;
  tool?: boolean;
  results?: string[];
  schema?: boolean;
  image?: string;
  reason?: boolean;
  signature?: string;
};

type Place = (body: Json, asked: Required<Asked>) => void;
type Places = { [Field in keyof Asked]-?: Place };

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []); // looked at, not trusted
const contentText = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : list(content)
        .map(({ text }) => (typeof text === 'string' ? text : ''))
        .join('');

/** Some clients wrap a result once more before it is sent. */
const sameResults = (sent: unknown[], wanted: string[]): void => {
  const plain = sent.map(text => String(text).replaceAll('\\', ''));
  expect(plain).toEqual(wanted.map(result => expect.stringContaining(result.slice(1, -1)) as string));
};

/** A schema may lose what a vendor refuses and gain what it demands, but not its properties. */
const sameProperties = (schema: unknown, wanted: { properties: object }): void => {
  expect(schema).toMatchObject({ type: 'object', properties: wanted.properties });
};

const places: Record<DialectName, Places> = {
  openai_completions: {
    max_tokens: (body, { max_tokens }) =>
      expect(body['max_completion_tokens'] ?? body['max_tokens']).toBe(max_tokens),
    system({ messages }, { system }) {
      expect(['system', 'developer']).toContain(list(messages)[0]?.['role']);
      expect(contentText(list(messages)[0]?.['content'])).toBe(system);
    },
    tool({ tools }) {
      const [tool] = list(tools) as { type: string; function: Json }[];
      expect([tool?.type, tool?.function['name']]).toEqual(['function', TOOL_NAME]);
      sameProperties(tool?.function['parameters'], TOOL_SCHEMA);
    },
    results({ messages }, { results }) {
      const sent = list(messages).filter(({ role }) => role === 'tool');
      sameResults(
        sent.map(({ content }) => contentText(content)),
        results,
      );
      const calls = list(messages).flatMap(message => list(message['tool_calls']));
      expect(sent.map(message => message['tool_call_id'])).toEqual(calls.map(({ id }) => id));
    },
    schema: ({ response_format }) =>
      sameProperties((response_format as { json_schema: Json }).json_schema['schema'], ANSWER_SCHEMA),
    image({ messages }, { image }) {
      const parts = list(messages).flatMap(({ content }) => list(content));
      expect(parts.find(({ type }) => type === 'image_url')).toMatchObject({
        image_url: { url: `data:image/png;base64,${image}` },
      });
    },
    reason: body => expect(body['reasoning_effort']).toBeTypeOf('string'),
    // Chat completions have no place for what another turn must bring back.
    signature: () => undefined,
  },
  openai_responses: {
    max_tokens: (body, { max_tokens }) => expect(body['max_output_tokens']).toBe(max_tokens),
    system({ instructions, input }, { system }) {
      const told = list(input).filter(({ role }) => role === 'system' || role === 'developer');
      expect([instructions, ...told.map(({ content }) => contentText(content))].filter(Boolean)).toEqual([
        system,
      ]);
    },
    tool({ tools }) {
      const [tool] = list(tools);
      expect([tool?.['type'], tool?.['name']]).toEqual(['function', TOOL_NAME]);
      sameProperties(tool?.['parameters'], TOOL_SCHEMA);
    },
    results({ input }, { results }) {
      const sent = list(input).filter(({ type }) => type === 'function_call_output');
      sameResults(
        sent.map(({ output }) => contentText(output)),
        results,
      );
      const calls = list(input).filter(({ type }) => type === 'function_call');
      expect(sent.map(item => item['call_id'])).toEqual(calls.map(item => item['call_id']));
    },
    schema: ({ text }) => sameProperties((text as { format: Json }).format['schema'], ANSWER_SCHEMA),
    image({ input }, { image }) {
      const parts = list(input).flatMap(({ content }) => list(content));
      expect(parts.find(({ type }) => type === 'input_image')).toMatchObject({
        image_url: `data:image/png;base64,${image}`,
      });
    },
    reason: body => expect(body['reasoning']).toMatchObject({ effort: expect.any(String) as string }),
    signature({ input }, { signature }) {
      const items = list(input).filter(({ type }) => type === 'reasoning');
      expect(items).toMatchObject([
        { summary: [{ type: 'summary_text', text: THOUGHT }], encrypted_content: signature },
      ]);
    },
  },
  anthropic_messages: {
    max_tokens: (body, { max_tokens }) => expect(body['max_tokens']).toBe(max_tokens),
    system: (body, { system }) => expect(contentText(body['system'])).toBe(system),
    tool({ tools }) {
      const [tool] = list(tools);
      expect(tool?.['name']).toBe(TOOL_NAME);
      sameProperties(tool?.['input_schema'], TOOL_SCHEMA);
    },
    results({ messages }, { results }) {
      const blocks = list(messages).flatMap(({ content }) => list(content));
      const sent = blocks.filter(({ type }) => type === 'tool_result');
      sameResults(
        sent.map(({ content }) => contentText(content)),
        results,
      );
      const calls = blocks.filter(({ type }) => type === 'tool_use');
      expect(sent.map(block => block['tool_use_id'])).toEqual(calls.map(({ id }) => id));
      // All results of a turn stand in one message, or they are refused.
      expect(list(messages).at(-1)?.['content']).toHaveLength(results.length);
    },
    schema: body =>
      sameProperties(
        (body['output_config'] as { format: Json } | undefined)?.format['schema'],
        ANSWER_SCHEMA,
      ),
    image({ messages }, { image }) {
      const parts = list(messages).flatMap(({ content }) => list(content));
      expect(parts.find(({ type }) => type === 'image')).toMatchObject({
        source: { type: 'base64', media_type: 'image/png', data: image },
      });
    },
    reason: body =>
      expect(['enabled', 'adaptive']).toContain((body['thinking'] as Json | undefined)?.['type']),
    signature({ messages }, { signature }) {
      const blocks = list(messages).flatMap(({ content }) => list(content));
      // One block, word for word, or the signature does not hold.
      expect(blocks.filter(({ type }) => type === 'thinking')).toEqual([
        { type: 'thinking', thinking: THOUGHT, signature },
      ]);
    },
  },
  google_gemini: {
    max_tokens: ({ generationConfig }, { max_tokens }) =>
      expect(generationConfig).toMatchObject({ maxOutputTokens: max_tokens }),
    system: ({ systemInstruction }, { system }) =>
      expect(contentText((systemInstruction as Json | undefined)?.['parts'])).toBe(system),
    tool({ tools }) {
      const [declaration] = list(list(tools)[0]?.['functionDeclarations']);
      expect(declaration?.['name']).toBe(TOOL_NAME);
      const schema = declaration?.['parametersJsonSchema'] ?? declaration?.['parameters'];
      expect(Object.keys((schema as typeof TOOL_SCHEMA | undefined)?.properties ?? {})).toEqual(['city']);
    },
    results({ contents }, { results }) {
      const parts = list(contents).flatMap(content => list(content['parts']));
      const sent = parts.flatMap(part =>
        'functionResponse' in part ? [part['functionResponse'] as Json] : [],
      );
      expect(sent.map(({ name }) => name)).toEqual(results.map(() => TOOL_NAME));
      sameResults(
        sent.map(({ response }) => JSON.stringify(response)),
        results,
      );
    },
    schema({ generationConfig }) {
      const { responseJsonSchema, responseSchema, responseMimeType } = generationConfig as Json;
      expect(responseMimeType).toBe('application/json');
      expect(
        Object.keys(((responseJsonSchema ?? responseSchema) as typeof ANSWER_SCHEMA).properties),
      ).toEqual(['city', 'degrees']);
    },
    image({ contents }, { image }) {
      const parts = list(contents).flatMap(content => list(content['parts']));
      expect(parts.find(part => 'inlineData' in part)).toMatchObject({
        inlineData: { mimeType: 'image/png', data: image },
      });
    },
    reason: ({ generationConfig }) =>
      expect(generationConfig).toMatchObject({ thinkingConfig: { includeThoughts: true } }),
    signature({ contents }, { signature }) {
      const parts = list(contents).flatMap(content => list(content['parts']));
      expect(parts.find(part => 'functionCall' in part)).toMatchObject({ thoughtSignature: signature });
    },
  },
  ollama_chat: {
    max_tokens: ({ options }, { max_tokens }) => expect(options).toMatchObject({ num_predict: max_tokens }),
    system: ({ messages }, { system }) =>
      expect(list(messages)[0]).toMatchObject({ role: 'system', content: system }),
    tool({ tools }) {
      const [tool] = list(tools) as { function: Json }[];
      expect(tool?.function['name']).toBe(TOOL_NAME);
      sameProperties(tool?.function['parameters'], TOOL_SCHEMA);
    },
    results({ messages }, { results }) {
      const sent = list(messages).filter(({ role }) => role === 'tool');
      sameResults(
        sent.map(({ content }) => content),
        results,
      );
    },
    schema: body => sameProperties(body['format'], ANSWER_SCHEMA),
    image: ({ messages }, { image }) => expect(list(messages).at(-1)?.['images']).toEqual([image]),
    reason: ({ think }) => expect([true, 'low', 'medium', 'high']).toContain(think),
    // Ollama signs nothing.
    signature: () => undefined,
  },
};

/** Fails where the upstream was not asked what the tool asked. */
export function expectAsked(dialect: DialectName, body: Json, asked: Asked): void {
  for (const field of Object.keys(asked) as (keyof Asked)[])
    // the object's own
    places[dialect][field](body, asked as Required<Asked>); // a place reads its own field only
}
