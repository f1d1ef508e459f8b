import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';
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

const dialect = 'ollama_chat';
const { client } = ollamaChat;

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

describe('streamed answers', () => {
  const streams = listCases(dialect, 'stream.ndjson', 'deltas.json');

  it('has fixtures', () => {
    expect(streams.length).toBeGreaterThan(15);
  });

  it.each(streams)('decodes %s, whole and one byte per write', name => {
    const expected = readDeltas(dialect, name);
    const bytes = readBytes(dialect, name, 'stream.ndjson');
    expect(decodeChunks(ollamaChat, [bytes])).toEqual(expected);
    expect(decodeChunks(ollamaChat, singleBytes(bytes))).toEqual(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const bytes = readBytes(dialect, name, 'stream.ndjson');
        expect(decodeChunks(ollamaChat, cutAt(bytes, cuts))).toEqual(readDeltas(dialect, name));
      }),
    );
  });

  it('gives calls of one answer other ids than those of another', () => {
    const call = { function: { name: 'f', arguments: {} } };
    const answer = (created_at: string): JsonObject => ({
      created_at,
      message: { tool_calls: [call, call] },
      done: true,
    });
    const ids = ['2025-11-22T06:00:00.1Z', '2025-11-22T06:00:00.2Z'].flatMap(time =>
      fold(client.decodeResponse(answer(time))).blocks.map(block => block.id),
    );
    expect(new Set(ids).size).toBe(4);
  });

  it('takes anything an upstream may send without throwing', () => {
    const name = fc.constantFrom(
      'model',
      'created_at',
      'message',
      'content',
      'thinking',
      'tool_calls',
      'function',
      'name',
      'arguments',
      'done',
      'done_reason',
      'prompt_eval_count',
      'error',
    );
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'stop', '{"a":1}'),
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
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'stop'],
    ['unload', 'stop'],
    ['content_filter', 'refusal'],
    ['something new', 'stop'],
  ])('%s means %s', (done_reason, finish_reason) => {
    expect(client.decodeResponse({ done: true, done_reason })).toEqual([{ type: 'message', finish_reason }]);
  });

  it('is unknown until it is done', () => {
    expect(client.decodeResponse({ done: false, done_reason: 'stop' })).toEqual([]);
  });
});

describe('an error status', () => {
  it('keeps what Ollama said', () => {
    const error = client.decodeError(404, '{"error":"model \'qwen9\' not found"}');
    expect({ code: error.code, status: error.http_status, message: error.message }).toEqual({
      code: 'http_error',
      status: 404,
      message: "The provider answered 404: model 'qwen9' not found. Check the model name and the base URL.",
    });
  });
});
