import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { isJsonObject } from '../../../electron/contract/json.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest, RequestOptions } from '../../../electron/contract/request.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { unsupportedFields } from '../../../electron/dialects/openai_completions/unsupported-fields.ts';
import { hasFile, listCases, outcomeOf, readObject } from '../read-fixtures.ts';

const dialect = 'openai_completions';
const { client, server } = openaiCompletions;
const cases = listCases(dialect, 'request.json', 'decoded.json');
const user = { role: 'user', content: 'Hi' };

function catchError(body: JsonObject): AppError {
  try {
    server.decodeRequest(body);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('requests', () => {
  it.each(cases)('decodes %s', name => {
    const expected = readObject(dialect, name, 'decoded.json');
    expect(server.decodeRequest(readObject(dialect, name, 'request.json'))).toEqual(expected);
  });

  it.each(cases)('encodes %s again as it was', name => {
    const { model, request } = server.decodeRequest(readObject(dialect, name, 'request.json'));
    const file = hasFile(dialect, name, 'encoded.json') ? 'encoded.json' : 'request.json';
    expect(client.encodeRequest(request, { id: model })).toEqual(readObject(dialect, name, file));
  });

  it('keeps an unknown field whatever it is called', () => {
    const body = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"__proto__":{"a":1}}',
    ) as JsonObject; // an object, see the text
    const { request } = server.decodeRequest(body);
    expect(Object.keys(request.extra ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(request.extra)).toBe(Object.prototype);
  });
});

describe('wrong requests', () => {
  const message = (value: Json): JsonObject => ({ model: 'm', messages: [user, value] });
  const part = (value: Json): JsonObject =>
    message({ role: 'user', content: [{ type: 'text', text: 'a' }, value] });

  it.each<[string, string, JsonObject]>([
    ['model', 'a string', { messages: [user] }],
    ['model', 'a string that is not empty', { model: '', messages: [user] }],
    ['messages', 'a list', { model: 'm' }],
    ['messages', 'a list with at least one message', { model: 'm', messages: [] }],
    ['messages[1]', 'an object', message('Hi')],
    ['messages[1].role', 'a string', message({ content: 'Hi' })],
    [
      'messages[1].role',
      'one of system, developer, user, assistant, tool, function',
      message({ role: 'bot', content: 'Hi' }),
    ],
    ['messages[1].content', 'a string or a list of content parts', message({ role: 'user' })],
    ['messages[1].content', 'a string or a list of content parts', message({ role: 'user', content: 5 })],
    ['messages[1].content', 'a string or a list of text parts', message({ role: 'system', content: null })],
    [
      'messages[1].content[0].type',
      '"text" in a system message',
      message({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://a.example' } }] }),
    ],
    ['messages[1].content[1]', 'an object', part('a')],
    [
      'messages[1].content[1].type',
      'one of text, image_url, input_audio, file, refusal',
      part({ type: 'video' }),
    ],
    ['messages[1].content[1].text', 'a string', part({ type: 'text', text: null })],
    ['messages[1].content[1].image_url', 'an object', part({ type: 'image_url' })],
    [
      'messages[1].content[1].image_url.url',
      'an http(s) address or a data: URL with base64 data',
      part({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }),
    ],
    [
      'messages[1].content[1].input_audio.data',
      'base64 text',
      part({ type: 'input_audio', input_audio: { data: '*', format: 'wav' } }),
    ],
    [
      'messages[1].content[1].file.file_data',
      'a data: URL with base64 data',
      part({ type: 'file', file: { file_data: '?' } }),
    ],
    ['messages[1].tool_call_id', 'a string', message({ role: 'tool', content: 'x' })],
    ['messages[1].tool_calls', 'a list', message({ role: 'assistant', content: null, tool_calls: {} })],
    [
      'messages[1].tool_calls[0].id',
      'a string',
      message({ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] }),
    ],
    [
      'messages[1].tool_calls[0].function',
      'an object',
      message({ role: 'assistant', tool_calls: [{ id: 'a' }] }),
    ],
    [
      'messages[1].tool_calls[0].function.name',
      'a string that is not empty',
      message({ role: 'assistant', tool_calls: [{ id: 'a', function: { name: '' } }] }),
    ],
    [
      'messages[1].tool_calls[0].function.arguments',
      'a string of JSON',
      message({ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: 5 } }] }),
    ],
    [
      'messages[1].tool_calls[0].type',
      '"function" or "custom"',
      message({ role: 'assistant', tool_calls: [{ id: 'a', type: 'mcp' }] }),
    ],
    [
      'messages[1].tool_calls[0].custom.input',
      'a string',
      message({ role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'f' } }] }),
    ],
    [
      'tools[0].custom.name',
      'a string that is not empty',
      { model: 'm', messages: [user], tools: [{ type: 'custom', custom: { name: '' } }] },
    ],
    ['stream', 'true or false', { model: 'm', messages: [user], stream: 'yes' }],
    ['stream_options', 'an object', { model: 'm', messages: [user], stream_options: 1 }],
    [
      'stream_options.include_usage',
      'true or false',
      { model: 'm', messages: [user], stream_options: { include_usage: 1 } },
    ],
    ['max_tokens', 'a whole number of 0 or more', { model: 'm', messages: [user], max_tokens: -1 }],
    [
      'max_completion_tokens',
      'a whole number of 0 or more',
      { model: 'm', messages: [user], max_completion_tokens: 1.5 },
    ],
    ['temperature', 'a number', { model: 'm', messages: [user], temperature: 'hot' }],
    ['stop', 'a string or a list of strings', { model: 'm', messages: [user], stop: [1] }],
    [
      'reasoning_effort',
      'one of none, minimal, low, medium, high, xhigh, max',
      { model: 'm', messages: [user], reasoning_effort: 'huge' },
    ],
    [
      'response_format.type',
      'text, json_object or json_schema',
      { model: 'm', messages: [user], response_format: { type: 'xml' } },
    ],
    [
      'response_format.json_schema',
      'an object',
      { model: 'm', messages: [user], response_format: { type: 'json_schema' } },
    ],
    ['tools', 'a list', { model: 'm', messages: [user], tools: {} }],
    ['tools[0].function', 'an object', { model: 'm', messages: [user], tools: [{ type: 'function' }] }],
    [
      'tools[0].function.parameters',
      'an object',
      {
        model: 'm',
        messages: [user],
        tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }],
      },
    ],
    [
      'tool_choice',
      'none, auto, required or {"type": "function", "function": {"name": …}}',
      { model: 'm', messages: [user], tool_choice: 'maybe' },
    ],
    [
      'tool_choice.function',
      'an object',
      { model: 'm', messages: [user], tool_choice: { type: 'function' } },
    ],
    ['metadata', 'an object', { model: 'm', messages: [user], metadata: [] }],
  ])('says that %s must be %s', (path, expectation, body) => {
    const error = catchError(body);
    expect({ code: error.code, message: error.message }).toEqual({
      code: 'invalid_request',
      message: `${path} must be ${expectation}.`,
    });
    expect(server.encodeError(error)).toMatchObject({ status: 400, body: { error: { param: path } } });
  });

  it('names a kind of tool it cannot pass on', () => {
    const error = catchError({
      model: 'm',
      messages: [user],
      tools: [{ type: 'web_search' }],
    });
    expect(error.message).toContain('tools[0].type is "web_search"');
  });

  it('says why a file id is of no use', () => {
    const content = [{ type: 'file', file: { file_id: 'file-1' } }];
    const error = catchError({ model: 'm', messages: [{ role: 'user', content }] });
    expect(error.message).toMatch(
      /^messages\[0\]\.content\[0\]\.file\.file_data is missing.*send the file itself\.$/,
    );
  });
});

describe('fields by other names', () => {
  const marked = (mark: JsonObject): JsonObject => ({
    role: 'user',
    content: [{ type: 'text', text: 'Hi', ...mark }],
  });
  const read = (body: JsonObject): ChatRequest =>
    server.decodeRequest({ model: 'm', messages: [user], ...body }).request;

  it.each<[JsonObject, RequestOptions]>([
    [{ safety_identifier: 's' }, { user: 's' }],
    [{ user: 'u', safety_identifier: 's' }, { user: 'u' }],
    [{ prompt_cache_retention: '24h' }, { cache: 'long' }],
    [{ prompt_cache_retention: 'in_memory' }, { cache: 'short' }],
    [{ prompt_cache_options: { ttl: '30m' } }, { cache: 'short' }],
    [{ messages: [marked({ prompt_cache_breakpoint: { mode: 'explicit' } })] }, { cache: 'short' }],
    [
      { messages: [marked({ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } })] },
      { cache: 'long' },
    ],
    [{ messages: [marked({ cache_control: { type: 'ephemeral', ttl: '1h' } })] }, { cache: 'long' }],
    [{ reasoning: { effort: 'high' } }, { reasoning_effort: 'high' }],
    [{ reasoning: { max_tokens: 2000 } }, { reasoning_budget: 2000 }],
    [{ reasoning: { enabled: false } }, { reasoning_effort: 'none' }],
    [{ reasoning: { effort: 'low' }, reasoning_effort: 'high' }, { reasoning_effort: 'high' }],
    [{ reasoning: { effort: 'huge', max_tokens: -1 } }, {}],
  ])('%j mean %j', (body, options) => {
    expect(read(body).options).toEqual(options);
  });

  it('stay as they came for an upstream of this format', () => {
    const body = {
      reasoning: { effort: 'high', exclude: true },
      metadata: { a: 'b' },
      prompt_cache_retention: '24h',
    };
    const sent = client.encodeRequest(read(body), { id: 'gpt-5' });
    expect(sent).toMatchObject(body);
    expect(sent).not.toHaveProperty('reasoning_effort');
    const understood = server.understood_extra ?? [];
    expect(Object.keys(read(body).extra ?? {}).filter(name => !understood.includes(name))).toEqual([]);
  });

  it('leave nothing behind where they ask for nothing', () => {
    expect(read({ store: false, service_tier: 'auto', verbosity: null })).not.toHaveProperty('extra');
    expect(read({ store: true, service_tier: 'flex' }).extra).toEqual({ store: true, service_tier: 'flex' });
  });

  it('describe a form of answer in its schema', () => {
    const described = {
      name: 'a',
      description: 'An answer.',
      schema: { type: 'object', description: 'Short.' },
    };
    expect(
      read({ response_format: { type: 'json_schema', json_schema: described } }).options.output,
    ).toMatchObject({
      schema: { description: 'An answer.\n\nShort.' },
    });
  });
});

describe('fields that would change the answer', () => {
  it.each<[string, Json]>([
    ['n', 2],
    ['logprobs', true],
    ['top_logprobs', 3],
    ['logit_bias', { '50256': -100 }],
    ['audio', { voice: 'alloy' }],
    ['modalities', ['text', 'audio']],
    ['web_search_options', {}],
  ])('%s is refused by name', (name, value) => {
    const body = { model: 'm', messages: [user], [name]: value };
    expect(unsupportedFields(body)).toEqual([name]);
    const error = catchError(body);
    expect(error.message).toContain(` ${name}, `);
    expect(server.encodeError(error)).toMatchObject({ status: 400, body: { error: { param: name } } });
  });

  it('harmless values of them are taken', () => {
    const body = {
      n: 1,
      logprobs: false,
      top_logprobs: null,
      logit_bias: {},
      modalities: ['text'],
      audio: null,
    };
    expect(unsupportedFields(body)).toEqual([]);
    expect(server.decodeRequest({ model: 'm', messages: [user], ...body }).request).not.toHaveProperty(
      'extra',
    );
  });
});

describe('mutated requests', () => {
  const bodies = cases.map(name => readObject(dialect, name, 'request.json'));
  const junk = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      1.5,
      '',
      'x',
      [],
      {},
      [null],
      [{}],
      { type: 'function' },
      { type: 'text' },
    ),
    fc.jsonValue({ maxDepth: 1 }).map(value => value as Json), // its own type says unknown
  );

  it('are refused with an AppError or understood, and what is understood can be asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bodies),
        fc.array(fc.nat(), { maxLength: 8 }),
        junk,
        (body, path, value) => {
          const mutated = mutate(body, path, value);
          const outcome = outcomeOf(() => {
            const { request, model } = server.decodeRequest(mutated);
            JSON.stringify(client.encodeRequest(request, { id: model }));
          });
          expect(['taken', 'invalid_request']).toContain(outcome);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

/** A copy with the value somewhere in it, at a place the path of numbers leads to. */
function mutate(body: JsonObject, path: number[], value: Json): JsonObject {
  const copy = structuredClone(body);
  let target: Json = copy;
  for (const [depth, step] of path.entries()) {
    const keys: string[] = Object.keys(target ?? {});
    const key = keys[step % Math.max(keys.length, 1)];
    if (key === undefined) break;
    const holder = target as Record<string, Json>; // a list's keys are its indexes
    const next: Json = holder[key] ?? null;
    if (depth === path.length - 1 || (!isJsonObject(next) && !Array.isArray(next))) {
      holder[key] = value;
      break;
    }
    target = next;
  }
  return copy;
}
