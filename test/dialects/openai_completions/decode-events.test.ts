import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import {
  cutAt,
  decodeChunks,
  listCases,
  readBytes,
  readCompletion,
  readDeltas,
  readObject,
  singleBytes,
} from '../read-fixtures.ts';

const dialect = 'openai_completions';
const { client } = openaiCompletions;

function decodeAll(...events: JsonObject[]): Delta[] {
  const decoder = client.createDecoder();
  return events.flatMap(event => decoder.decodeEvent(event));
}

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

describe('streamed answers', () => {
  const streams = listCases(dialect, 'stream.sse', 'deltas.json');

  it('has fixtures', () => {
    expect(streams.length).toBeGreaterThan(30);
  });

  it.each(streams)('decodes %s', name => {
    const expected = readDeltas(dialect, name);
    expect(decodeChunks(openaiCompletions, [readBytes(dialect, name, 'stream.sse')])).toEqual(expected);
  });

  it.each(streams)('decodes %s, one byte per write', name => {
    const expected = readDeltas(dialect, name);
    const bytes = readBytes(dialect, name, 'stream.sse');
    expect(decodeChunks(openaiCompletions, singleBytes(bytes))).toEqual(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const expected = readDeltas(dialect, name);
        const bytes = readBytes(dialect, name, 'stream.sse');
        expect(decodeChunks(openaiCompletions, cutAt(bytes, cuts))).toEqual(expected);
      }),
    );
  });

  it('takes anything an upstream may send without throwing', () => {
    const names = fc.constantFrom(
      'id',
      'model',
      'choices',
      'delta',
      'message',
      'content',
      'tool_calls',
      'usage',
      'error',
    );
    const more = fc.constantFrom(
      'index',
      'function',
      'arguments',
      'name',
      'finish_reason',
      'reasoning',
      'x_groq',
      'refusal',
    );
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'stop', 'text', '{"a":1}'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(names, more), tie('value'), { maxKeys: 5 }),
      ),
    }));
    const event = fc.dictionary(fc.oneof(names, more), value, { maxKeys: 5 });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), events => {
        const plain = JSON.parse(JSON.stringify(events)) as JsonObject[]; // JSON by construction
        const folded = fold(decodeAll(...plain));
        expect(Object.values(folded.usage).every(count => Number.isFinite(count))).toBe(true);
        for (const body of plain) fold(client.decodeResponse(body));
      }),
      { numRuns: 500 },
    );
  });
});

describe('finish reasons', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_use'],
    ['function_call', 'tool_use'],
    ['content_filter', 'refusal'],
    ['model_length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'refusal'],
    ['eos', 'stop'],
    ['end_turn', 'stop'],
  ])('%s means %s', (wire, neutral) => {
    const event = { choices: [{ index: 0, delta: {}, finish_reason: wire }] };
    expect(decodeAll(event)).toEqual([{ type: 'message', finish_reason: neutral }]);
  });

  it.each([null, '', 0])('%j is none', wire => {
    expect(decodeAll({ choices: [{ index: 0, delta: {}, finish_reason: wire }] })).toEqual([]);
  });
});

describe('whole answers', () => {
  it.each(listCases(dialect, 'response.json'))('decodes %s', name => {
    const deltas = client.decodeResponse(readObject(dialect, name, 'response.json'));
    expect(fold(deltas)).toEqual(readCompletion(dialect, name));
  });

  it('sees an error that came with status 200', () => {
    expect(client.decodeResponse({ error: { message: 'No credits', code: 402 } })).toEqual([
      {
        type: 'error',
        error: {
          code: 'stream_error',
          message: 'The provider reported an error: No credits',
          http_status: 402,
        },
      },
    ]);
  });

  it('does not take an empty delta beside the message for the answer', () => {
    const choice = { index: 0, message: { content: 'Hi' }, delta: { content: '' }, finish_reason: 'stop' };
    expect(fold(client.decodeResponse({ choices: [choice] })).blocks).toEqual([
      { block: 'text', index: 0, text: 'Hi' },
    ]);
  });
});

describe('usage', () => {
  it('keeps what is unknown unknown', () => {
    expect(decodeAll({ choices: [], usage: { prompt_tokens: 3, completion_tokens: null } })).toEqual([
      { type: 'message', usage: { input_tokens: 3 } },
    ]);
    expect(decodeAll({ choices: [], usage: null })).toEqual([]);
    expect(decodeAll({ choices: [], usage: {} })).toEqual([]);
  });

  it('counts cache writes where they are told', () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 1,
      prompt_tokens_details: { cache_write_tokens: 5 },
    };
    expect(decodeAll({ choices: [], usage })).toEqual([
      { type: 'message', usage: { input_tokens: 9, output_tokens: 1, cache_write_tokens: 5 } },
    ]);
  });
});

describe('errors', () => {
  const decode = (status: number, body: string): AppError => client.decodeError(status, body);

  it.each([
    [
      401,
      '{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}',
      "The provider answered 401: Incorrect API key provided. Check this backend's API key and what it may use.",
    ],
    [
      429,
      '{"error":"slow down"}',
      'The provider answered 429: slow down. Wait a moment, or raise your limit with the provider.',
    ],
    [
      404,
      '{"object":"error","message":"no such model","code":404}',
      'The provider answered 404: no such model. Check the model name and the base URL.',
    ],
    [
      422,
      '{"detail":[{"loc":["body","n"],"msg":"field required"}]}',
      'The provider answered 422: field required. Change the request, or pick another model.',
    ],
    [
      400,
      '[{"error":{"code":400,"message":"Invalid value","status":"INVALID_ARGUMENT"}}]',
      'The provider answered 400: Invalid value. Change the request, or pick another model.',
    ],
    [
      502,
      '<html>\r\n<head><title>502 Bad\n Gateway</title></head><body><h1>x</h1></body></html>',
      'The provider answered 502: a web page instead of an answer (“502 Bad Gateway”). Try again later.',
    ],
    [
      503,
      '<!DOCTYPE html><p>nope',
      'The provider answered 503: a web page instead of an answer. Try again later.',
    ],
    [500, '', 'The provider answered 500 without saying why. Try again later.'],
    [500, '{}', 'The provider answered 500 without saying why. Try again later.'],
    [
      404,
      '404 page not found\n',
      'The provider answered 404: 404 page not found. Check the model name and the base URL.',
    ],
    [
      402,
      '{"error":{}}',
      'The provider answered 402: no reason given. Check the balance of your account there.',
    ],
  ])('says in one sentence what %d %s means', (status, body, message) => {
    const error = decode(status, body);
    expect(error).toBeInstanceOf(AppError);
    expect({ code: error.code, message: error.message, http_status: error.http_status }).toEqual({
      code: 'http_error',
      message,
      http_status: status,
    });
  });

  it('keeps the body for who wants more, and never a page of text in the sentence', () => {
    expect(decode(400, '{"error":{"message":"no"}}').body).toEqual({ error: { message: 'no' } });
    expect(decode(500, `<html><title>${'x'.repeat(5000)}</title>`).message.length).toBeLessThan(300);
    expect(decode(500, 'word '.repeat(5000)).message.length).toBeLessThan(500);
    expect(decode(500, JSON.stringify({ error: { message: 'y'.repeat(9000) } })).message.length).toBeLessThan(
      1200,
    );
  });
});
