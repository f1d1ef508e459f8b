import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';
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

const dialect = 'google_gemini';
const { client } = googleGemini;

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

describe('streamed answers', () => {
  const streams = listCases(dialect, 'stream.sse', 'deltas.json');

  it('has fixtures', () => {
    expect(streams.length).toBeGreaterThan(15);
  });

  it.each(streams)('decodes %s, whole and one byte per write', name => {
    const expected = readDeltas(dialect, name);
    const bytes = readBytes(dialect, name, 'stream.sse');
    expect(decodeChunks(googleGemini, [bytes])).toEqual(expected);
    expect(decodeChunks(googleGemini, singleBytes(bytes))).toEqual(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const bytes = readBytes(dialect, name, 'stream.sse');
        expect(decodeChunks(googleGemini, cutAt(bytes, cuts))).toEqual(readDeltas(dialect, name));
      }),
    );
  });

  it('gives calls of one answer other ids than those of another', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const answer = (responseId: string): JsonObject => ({
      responseId,
      candidates: [{ content: { parts: [call, call] } }],
    });
    const ids = ['one', 'two'].flatMap(id =>
      fold(client.decodeResponse(answer(id))).blocks.map(block => block.id),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('takes anything an upstream may send without throwing', () => {
    const name = fc.constantFrom(
      'responseId',
      'candidates',
      'content',
      'parts',
      'text',
      'thought',
      'thoughtSignature',
      'functionCall',
      'name',
      'args',
      'finishReason',
      'promptFeedback',
      'usageMetadata',
      'promptTokenCount',
      'error',
    );
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'STOP', 'AAAA'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(fc.dictionary(name, value, { maxKeys: 6 }), { maxLength: 5 }), events => {
        const plain = JSON.parse(JSON.stringify(events)) as JsonObject[]; // JSON by construction
        const decoder = client.createDecoder();
        const folded = fold(plain.flatMap(event => decoder.decodeEvent(event)));
        expect(Object.values(folded.usage).every(count => Number.isFinite(count))).toBe(true);
        for (const body of plain) fold(client.decodeResponse(body));
      }),
      { numRuns: 500 },
    );
  });
});

describe('whole answers', () => {
  it.each(listCases(dialect, 'response.json'))('decodes %s', name => {
    const body = readObject(dialect, name, 'response.json');
    expect(fold(client.decodeResponse(body))).toEqual(readCompletion(dialect, name));
  });
});

describe('why an answer ended', () => {
  const end = (finishReason: string, more: JsonObject = {}): Delta[] =>
    client.decodeResponse({ candidates: [{ finishReason, ...more }] });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'refusal'],
    ['RECITATION', 'refusal'],
    ['LANGUAGE', 'refusal'],
    ['BLOCKLIST', 'refusal'],
    ['PROHIBITED_CONTENT', 'refusal'],
    ['SPII', 'refusal'],
    ['IMAGE_SAFETY', 'refusal'],
    ['IMAGE_PROHIBITED_CONTENT', 'refusal'],
    ['CONTINUATION', 'length'],
    ['SOMETHING_NEW', 'stop'],
  ])('%s means %s', (word, finish_reason) => {
    expect(end(word)).toEqual([{ type: 'message', finish_reason }]);
  });

  it.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'OTHER'])('%s is an error', word => {
    const message = `The provider broke off the answer (${word}). Try again.`;
    expect(end(word)).toEqual([{ type: 'error', error: { code: 'stream_error', message } }]);
  });

  it('is unknown where it is unspecified', () => {
    expect(end('FINISH_REASON_UNSPECIFIED')).toEqual([]);
  });

  it.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT'])(
    'a prompt blocked for %s is refused',
    blockReason => {
      expect(client.decodeResponse({ promptFeedback: { blockReason } })).toEqual([
        { type: 'message', finish_reason: 'refusal' },
      ]);
    },
  );
});

it('tells the tokens of the prompt before the answer, for tools that count while they read', () => {
  const event = (text: string, more: JsonObject): JsonObject => ({
    candidates: [{ content: { parts: [{ text }] }, ...more }],
    usageMetadata: { promptTokenCount: 9 },
  });
  const decoder = client.createDecoder();
  const types = [event('a', {}), event('b', { finishReason: 'STOP' })].map(each =>
    decoder.decodeEvent(each).map(delta => delta.type),
  );
  expect(types).toEqual([
    ['message', 'block_delta'],
    ['block_delta', 'message'],
  ]);
});

it('gives a tool back under the name it was asked for', () => {
  const request: ChatRequest = {
    messages: [],
    tools: [{ name: 'a tool!', input_schema: {} }],
    options: {},
    stream: false,
  };
  const [sent] = client.encodeRequest(request, { id: 'gemini-2.5-flash' })['tools'] as {
    functionDeclarations: { name: string }[];
  }[]; // as encodeTools writes it
  const name = sent?.functionDeclarations[0]?.name ?? '';
  expect(name).toMatch(/^[A-Za-z_][\w.:-]*$/);
  const body = { candidates: [{ content: { parts: [{ functionCall: { name, args: {} } }] } }] };
  expect(client.decodeResponse(body, request)[0]).toMatchObject({ name: 'a tool!' });
  expect(client.createDecoder(request).decodeEvent(body)[0]).toMatchObject({ name: 'a tool!' });
});

describe('an error inside the stream', () => {
  it('keeps its status and when to come back', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12.5s' }];
    const error = { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED', details };
    expect(client.createDecoder().decodeEvent({ error })).toEqual([
      {
        type: 'error',
        error: {
          code: 'stream_error',
          message: 'The provider reported an error: Quota.',
          http_status: 429,
          retry_after_ms: 12_500,
        },
      },
    ]);
  });
});

describe('an error status', () => {
  const body = (details: JsonObject[]): string =>
    JSON.stringify({
      error: { code: 429, message: 'You exceeded your quota.', status: 'RESOURCE_EXHAUSTED', details },
    });

  it('keeps what Google said and when to come back', () => {
    const retryDelay = '34.074824224s';
    const error = client.decodeError(
      429,
      body([{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure' }, { retryDelay }]),
    );
    expect(error).toMatchObject({
      code: 'http_error',
      http_status: 429,
      retry_after_ms: 34_075,
      message: expect.stringContaining('You exceeded your quota.') as string,
    });
  });

  it.each([[[]], [[{ retryDelay: 'soon' }]], [[{ retryDelay: 5 }]]])('knows no time in %j', details => {
    expect(client.decodeError(429, body(details as JsonObject[])).retry_after_ms).toBeUndefined();
  });

  it('reads an error in a list, as a stream without SSE gives it', () => {
    expect(client.decodeError(400, `[${body([{ retryDelay: '2s' }])}]`).retry_after_ms).toBe(2000);
  });
});
