import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';
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

const dialect = 'openai_responses';
const { client } = openaiResponses;

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
    expect(streams.length).toBeGreaterThan(25);
  });

  it.each(streams)('decodes %s', name => {
    const expected = readDeltas(dialect, name);
    expect(decodeChunks(openaiResponses, [readBytes(dialect, name, 'stream.sse')])).toEqual(expected);
  });

  it.each(streams)('decodes %s, one byte per write', name => {
    const expected = readDeltas(dialect, name);
    const bytes = readBytes(dialect, name, 'stream.sse');
    expect(decodeChunks(openaiResponses, singleBytes(bytes))).toEqual(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const expected = readDeltas(dialect, name);
        const bytes = readBytes(dialect, name, 'stream.sse');
        expect(decodeChunks(openaiResponses, cutAt(bytes, cuts))).toEqual(expected);
      }),
    );
  });

  it('takes anything an upstream may send without throwing', () => {
    const types = fc.constantFrom(
      'response.created',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_text.delta',
      'response.output_text.done',
      'response.refusal.delta',
      'response.reasoning_summary_text.delta',
      'response.reasoning_text.delta',
      'response.function_call_arguments.delta',
      'response.completed',
      'response.incomplete',
      'response.failed',
      'error',
      'message',
      'reasoning',
      'function_call',
    );
    const names = fc.constantFrom(
      'response',
      'item',
      'item_id',
      'output_index',
      'content_index',
      'delta',
      'text',
      'id',
      'call_id',
      'name',
      'arguments',
      'output',
      'content',
      'summary',
      'encrypted_content',
      'usage',
      'status',
      'error',
      'incomplete_details',
    );
    const { object } = fc.letrec<{ value: unknown; object: object }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'completed', 'incomplete', '{"a":1}', 'f'),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc
        .tuple(fc.option(types), fc.dictionary(names, tie('value'), { maxKeys: 6 }))
        .map(([type, fields]) => (type === null ? fields : { type, ...fields })),
    }));
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), events => {
        const plain = JSON.parse(JSON.stringify(events)) as JsonObject[]; // JSON by construction
        const folded = fold(decodeAll(...plain));
        expect(Object.values(folded.usage).every(count => Number.isFinite(count))).toBe(true);
        for (const body of plain) fold(client.decodeResponse(body));
      }),
      { numRuns: 1000 },
    );
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

  it('keeps the usage of an answer that failed', () => {
    const body = {
      status: 'failed',
      error: { code: 'server_error', message: 'Broke.' },
      output: [],
      usage: { input_tokens: 3, output_tokens: 0 },
    };
    expect(fold(client.decodeResponse(body))).toMatchObject({
      usage: { input_tokens: 3, output_tokens: 0 },
      error: { http_status: 500 },
    });
  });

  it.each(['queued', 'in_progress', null])('does not take one that is %s for finished', status => {
    expect(client.decodeResponse({ status, output: [] })).toEqual([]);
  });
});

it('keeps what is unknown of usage unknown', () => {
  const decodeUsage = (usage: JsonObject | null) =>
    decodeAll({ type: 'response.completed', response: { usage } });
  const finish = { type: 'message', finish_reason: 'stop' };
  expect(decodeUsage({ input_tokens: 3, output_tokens: null })).toEqual([
    { ...finish, usage: { input_tokens: 3 } },
  ]);
  expect(decodeUsage(null)).toEqual([finish]);
  expect(decodeUsage({})).toEqual([finish]);
  expect(decodeUsage({ input_tokens: 9, input_tokens_details: { cache_write_tokens: 5 } })).toEqual([
    { ...finish, usage: { input_tokens: 9, cache_write_tokens: 5 } },
  ]);
});

it('gives tools the names they were asked by', () => {
  const name = `mcp__server__${'long_'.repeat(20)}`;
  const request: ChatRequest = {
    messages: [],
    options: {},
    stream: true,
    tools: [{ name, input_schema: {} }],
  };
  const { tools } = client.encodeRequest(request, { id: 'm' }) as { tools: [JsonObject] }; // one was asked
  const call = { type: 'function_call', call_id: 'a', name: tools[0]['name'] ?? null, arguments: '{}' };
  expect(call.name).toMatch(/^[a-zA-Z0-9_-]{64}$/);
  const streamed = client
    .createDecoder(request)
    .decodeEvent({ type: 'response.output_item.done', output_index: 0, item: call });
  const whole = client.decodeResponse({ status: 'completed', output: [call] }, request);
  for (const deltas of [streamed, whole]) expect(fold(deltas).blocks).toMatchObject([{ name }]);
});

it('takes what was done twice for done once', () => {
  const done = {
    type: 'response.output_item.done',
    output_index: 0,
    item: { type: 'custom_tool_call', id: 'ctc_1', call_id: 'a', name: 'f', input: 'ls' },
  };
  const delta = { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: 'ls' };
  const added = { ...done, type: 'response.output_item.added' };
  expect(fold(decodeAll(added, delta, done, done)).blocks).toMatchObject([{ text: '{"input":"ls"}' }]);
});
