import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion, finishReasonOf } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
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

const dialect = 'anthropic_messages';
const { client } = anthropicMessages;

const eventWords =
  'message_start content_block_start content_block_delta content_block_stop message_delta message error ping text ' +
  'thinking redacted_thinking tool_use text_delta input_json_delta signature_delta thinking_delta x';
const fieldNames =
  'type index message content content_block delta usage error id name text input partial_json signature stop_reason ' +
  'input_tokens output_tokens_details';

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
    expect(decodeChunks(anthropicMessages, [readBytes(dialect, name, 'stream.sse')])).toEqual(expected);
  });

  it.each(streams)('decodes %s, one byte per write', name => {
    const expected = readDeltas(dialect, name);
    const bytes = readBytes(dialect, name, 'stream.sse');
    expect(decodeChunks(anthropicMessages, singleBytes(bytes))).toEqual(expected);
  });

  it('decodes the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const bytes = readBytes(dialect, name, 'stream.sse');
        expect(decodeChunks(anthropicMessages, cutAt(bytes, cuts))).toEqual(readDeltas(dialect, name));
      }),
    );
  });

  it('takes anything an upstream may send without throwing', () => {
    const types = fc.constantFrom(...eventWords.split(' '));
    const names = fc.constantFrom(...fieldNames.split(' '));
    const { value } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', '{"a":1}'),
        types,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const event = fc
      .tuple(types, fc.dictionary(names, value, { maxKeys: 5 }))
      .map(([type, fields]) => ({ ...fields, type }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), events => {
        const plain = JSON.parse(JSON.stringify(events)) as JsonObject[]; // JSON by construction
        const folded = fold(decodeAll(...plain));
        expect(Object.values(folded.usage).every(count => Number.isFinite(count))).toBe(true);
        for (const body of plain) fold(client.decodeResponse(body));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('stop reasons', () => {
  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'length'],
    ['tool_use', 'tool_use'],
    ['refusal', 'refusal'],
    ['whatever_comes', 'stop'],
  ])('%s means %s', (wire, neutral) => {
    expect(decodeAll({ type: 'message_delta', delta: { stop_reason: wire } })).toEqual([
      { type: 'message', finish_reason: neutral },
    ]);
  });

  it.each([null, '', 0])('%j is none', wire => {
    expect(decodeAll({ type: 'message_delta', delta: { stop_reason: wire } })).toEqual([]);
    expect(decodeAll({ type: 'message_stop' })).toEqual([]);
  });

  it('that says error is an error', () => {
    expect(decodeAll({ type: 'message_delta', delta: { stop_reason: 'error' } })).toMatchObject([
      { type: 'error', error: { code: 'stream_error' } },
    ]);
  });
});

describe('whole answers', () => {
  it.each(listCases(dialect, 'response.json'))('decodes %s', name => {
    const deltas = client.decodeResponse(readObject(dialect, name, 'response.json'));
    expect(fold(deltas)).toEqual(readCompletion(dialect, name));
  });

  it('sees an error that came with status 200', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    expect(client.decodeResponse({ type: 'error', error })).toEqual([
      {
        type: 'error',
        error: {
          code: 'stream_error',
          message: 'The provider reported an error: Overloaded',
          http_status: 529,
        },
      },
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['invalid_request_error', 400],
    ['authentication_error', 401],
    ['billing_error', 402],
    ['permission_error', 403],
    ['not_found_error', 404],
    ['request_too_large', 413],
    ['rate_limit_error', 429],
    ['api_error', 500],
    ['timeout_error', 504],
    ['overloaded_error', 529],
  ])('%s in a stream stands for %d', (type, http_status) => {
    expect(decodeAll({ type: 'error', error: { type, message: 'No' } })).toEqual([
      {
        type: 'error',
        error: { code: 'stream_error', message: 'The provider reported an error: No', http_status },
      },
    ]);
  });

  it('with a status become one sentence, and keep their body', () => {
    const body = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'max_tokens: Field required' },
      request_id: 'req_1',
    };
    const { code, message, http_status, body: kept } = client.decodeError(400, JSON.stringify(body));
    expect({ code, message, http_status, kept }).toEqual({
      code: 'http_error',
      message:
        'The provider answered 400: max_tokens: Field required. Change the request, or pick another model.',
      http_status: 400,
      kept: body,
    });
  });
});

describe('a whole answer that ends in a call at the limit', () => {
  const answer = (stop_reason: string): JsonObject => ({
    id: 'msg_1',
    model: 'claude',
    content: [
      { type: 'tool_use', id: 'toolu_1', name: 'ls', input: { path: '/' } },
      { type: 'tool_use', id: 'toolu_2', name: 'write', input: { path: 'a', text: 'half' } },
    ],
    stop_reason,
    usage: { input_tokens: 1, output_tokens: 2 },
  });
  const fold = (stop_reason: string): Completion => {
    const completion = emptyCompletion();
    for (const delta of anthropicMessages.client.decodeResponse(answer(stop_reason)))
      applyDelta(completion, delta);
    return completion;
  };

  it.each(['max_tokens', 'model_context_window_exceeded'])(
    'is cut off, not a call to be made (%s)',
    reason => {
      const completion = fold(reason);
      expect(finishReasonOf(completion)).toBe('length');
      expect(completion.blocks.map(block => block.text)).toEqual([
        '{"path":"/"}',
        '{"path":"a","text":"half"',
      ]);
    },
  );

  it('is left as it is at any other end', () => {
    expect(finishReasonOf(fold('tool_use'))).toBe('tool_use');
  });
});
