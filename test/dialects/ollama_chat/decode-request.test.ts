import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';
import { hasFile, listCases, outcomeOf, readObject } from '../read-fixtures.ts';

const dialect = 'ollama_chat';
const { client, server } = ollamaChat;
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

  it.each<[Json, string | undefined]>([
    [true, 'medium'],
    [false, 'none'],
    ['low', 'low'],
    ['high', 'high'],
    ['max', 'max'],
    [null, undefined],
  ])('takes think: %s for effort %s', (think, effort) => {
    const { request } = server.decodeRequest({ model: 'm', messages: [user], think });
    expect(request.options.reasoning_effort).toBe(effort);
  });

  it('streams unless told not to', () => {
    const streams = (more: JsonObject) =>
      server.decodeRequest({ model: 'm', messages: [user], ...more }).request.stream;
    expect([streams({}), streams({ stream: null }), streams({ stream: true })]).toEqual([true, true, true]);
    expect(streams({ stream: false })).toBe(false);
  });

  it('never gives two calls one id', () => {
    const call = (id?: string) => ({ ...(id && { id }), function: { name: 'f', arguments: {} } });
    const { request } = server.decodeRequest({
      model: 'm',
      messages: [user, { role: 'assistant', tool_calls: [call('call_1'), call(), call()] }],
    });
    const ids = request.messages[1]?.content.map(block => (block.type === 'tool_use' ? block.id : ''));
    expect(ids).toEqual(['call_1', 'call_2', 'call_3']);
  });
});

it('names each field that stays behind, also those within options', () => {
  const { request } = server.decodeRequest({
    model: 'm',
    messages: [user],
    keep_alive: '5m',
    truncate: null,
    options: { num_ctx: 8192, repeat_penalty: 1.1, temperature: 0 },
  });
  expect(Object.keys(server.forOthers?.(request).extra ?? {})).toEqual([
    'keep_alive',
    'options.num_ctx',
    'options.repeat_penalty',
  ]);
  const plain = server.decodeRequest({ model: 'm', messages: [user] }).request;
  expect(server.forOthers?.(plain)).toEqual(plain);
});

describe('a chat without messages', () => {
  const [variant] = ollamaChat.variants ?? [];
  const answer = (text: string) =>
    variant?.answerNothing?.(Buffer.from(text), { model: 'm', created: 1763791200 });
  const loaded = (done_reason: string) => ({
    model: 'm',
    created_at: '2025-11-22T06:00:00.000Z',
    message: { role: 'assistant', content: '' },
    done_reason,
    done: true,
  });

  it.each([
    ['{"model":"m"}', 'load'],
    ['{"model":"m","messages":[ ]}', 'load'],
    ['{"model":"m","messages":null,"keep_alive":"10m"}', 'load'],
    ['{"model":"m","messages":[],"keep_alive":0}', 'unload'],
    ['{"model":"m","messages":[],"keep_alive":"0s"}', 'unload'],
  ])('%s loads the model or unloads it', (text, reason) => {
    expect(variant?.server.routes).toEqual(['/api/chat']);
    expect(answer(text)).toEqual(loaded(reason));
  });

  it('is not one with messages', () => {
    expect(answer(JSON.stringify({ model: 'm', messages: [user], keep_alive: 0 }))).toBeUndefined();
  });
});

describe('wrong requests', () => {
  const message = (value: Json): JsonObject => ({ model: 'm', messages: [user, value] });
  const call = (value: Json): JsonObject => message({ role: 'assistant', tool_calls: [value] });
  const asking = (more: JsonObject): JsonObject => ({ model: 'm', messages: [user], ...more });

  it.each<[string, string, JsonObject]>([
    ['model', 'a string', { messages: [user] }],
    ['messages', 'a list', { model: 'm' }],
    ['messages', 'a list with at least one message', { model: 'm', messages: [] }],
    ['messages[1]', 'an object', message('Hi')],
    ['messages[1].role', 'one of system, user, assistant, tool', message({ role: 'bot' })],
    ['messages[1].content', 'a string', message({ role: 'user', content: [{ type: 'text', text: 'a' }] })],
    ['messages[1].images', 'a list', message({ role: 'user', images: 'abc' })],
    ['messages[1].images[0]', 'base64 text', message({ role: 'user', images: [5] })],
    [
      'messages[1].images[0]',
      'base64 text; Ollama takes no addresses, so send the image itself',
      message({ role: 'user', images: ['https://a.example/b.png'] }),
    ],
    ['messages[1].tool_calls', 'a list', message({ role: 'assistant', tool_calls: {} })],
    ['messages[1].tool_calls[0].function', 'an object', call({})],
    ['messages[1].tool_calls[0].function.name', 'a string', call({ function: {} })],
    [
      'messages[1].tool_calls[0].function.arguments',
      'an object',
      call({ function: { name: 'f', arguments: 5 } }),
    ],
    ['stream', 'true or false', asking({ stream: 'yes' })],
    ['think', 'true, false, low, medium or high', asking({ think: 'hard' })],
    ['format', '"json" or a JSON schema', asking({ format: 'xml' })],
    ['options', 'an object', asking({ options: 'hot' })],
    ['options.temperature', 'a number', asking({ options: { temperature: 'hot' } })],
    ['options.num_predict', 'a whole number', asking({ options: { num_predict: 1.5 } })],
    ['options.stop', 'a string or a list of strings', asking({ options: { stop: [1] } })],
  ])('names %s, which must be %s', (param, expectation, body) => {
    const error = catchError(body);
    expect({ code: error.code, message: error.message, body: error.body }).toEqual({
      code: 'invalid_request',
      message: `${param} must be ${expectation}.`,
      body: { param },
    });
  });

  it('refuses log probabilities by name', () => {
    expect(catchError(asking({ logprobs: true })).body).toEqual({ param: 'logprobs' });
  });

  it('refuses anything else with a reason, and never fails otherwise', () => {
    const name = fc.constantFrom(
      'model',
      'messages',
      'role',
      'content',
      'images',
      'tool_calls',
      'function',
      'name',
      'arguments',
      'tool_name',
      'tools',
      'think',
      'format',
      'options',
      'stop',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, '', 'user', 'assistant', 'tool', 'system', 'data:,%'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 8 }), fc.boolean(), (random, isWhole) => {
        const body = JSON.parse(JSON.stringify(random)) as JsonObject; // JSON by construction
        const asked = isWhole ? { ...body, model: 'm', messages: [user] } : body;
        outcomes.add(
          outcomeOf(() => {
            const { request } = server.decodeRequest(asked);
            client.encodeRequest(request, { id: 'm' });
          }),
        );
      }),
      { numRuns: 1000 },
    );
    expect([...outcomes].sort()).toEqual(['invalid_request', 'taken']);
  });
});
