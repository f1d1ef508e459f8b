import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import type { Usage } from '../../../electron/contract/usage.ts';
import type { EncoderContext } from '../../../electron/dialects/dialect.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { listCases, readCompletion, readObject } from '../read-fixtures.ts';

const dialect = 'anthropic_messages';
const { server } = anthropicMessages;
const context: EncoderContext = { id: 'own-id', model: 'own-model', created: 1763787600, wants_usage: true };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encode(deltas: Delta[]): string {
  const encoder = server.createEncoder(context);
  return deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
}

/** What Anthropic's own types demand and nobody else tells. */
const nothingKnown = {
  cache_creation: null,
  cache_creation_input_tokens: null,
  cache_read_input_tokens: null,
  inference_geo: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
};

/** The events of an encoded stream; each frame must name its event as its data does. */
function readEvents(text: string): Record<string, unknown>[] {
  const frames = text.split('\n\n').slice(0, -1);
  expect(text === '' || text.endsWith('\n\n')).toBe(true);
  return frames.map(frame => {
    const [, event, data] = /^event: (\w+)\ndata: (\{.*\})$/.exec(frame) ?? [];
    const parsed = JSON.parse(data ?? 'null') as Record<string, unknown>; // an object, see the pattern
    expect(parsed['type']).toBe(event);
    return parsed;
  });
}

/** Starts, stops and texts of the blocks, short: `0+text 0"Hi" 0-`. */
function outline(deltas: Delta[]): string {
  return readEvents(encode(deltas))
    .flatMap(event => {
      const index = String(event['index']);
      if (event['type'] === 'content_block_start') {
        const block = event['content_block'] as { type: string; id?: string }; // as the event is called
        return `${index}+${block.id ?? block.type}`;
      }
      if (event['type'] === 'content_block_stop') return `${index}-`;
      if (event['type'] !== 'content_block_delta') return [];
      const { type: _type, ...text } = event['delta'] as Record<string, string>; // as the event is called
      return `${index}${Object.values(text).join()}`;
    })
    .join(' ');
}

const start = (index: number, id: string, name = 'f'): Delta => ({
  type: 'block_start',
  block: 'tool_use',
  index,
  id,
  name,
});
const grow = (block: 'text' | 'thinking' | 'tool_use', index: number, delta: string): Delta => ({
  type: 'block_delta',
  block,
  index,
  delta,
});
const finish = (finish_reason: 'stop' | 'length' | 'tool_use' | 'refusal'): Delta => ({
  type: 'message',
  finish_reason,
});

describe('streamed answers', () => {
  it('have the events of Anthropic in their order', () => {
    const deltas: Delta[] = [
      { type: 'message', id: 'msg_1', model: 'upstream-model' },
      { type: 'message', usage: { input_tokens: 10, cache_read_tokens: 4, cache_write_tokens: 1 } },
      grow('thinking', 0, 'Hm'),
      { type: 'block_delta', block: 'thinking', index: 0, signature: 'sig==' },
      { type: 'block_start', block: 'thinking', index: 1, redacted_data: 'Emw=' },
      grow('text', 2, 'Grüße\n'),
      start(3, 'toolu_1', 'now'),
      { ...finish('stop'), usage: { output_tokens: 7, reasoning_tokens: 2 } } as Delta, // a message delta
    ];
    expect(readEvents(encode(deltas))).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'upstream-model',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          container: null,
          diagnostics: null,
          usage: {
            ...nothingKnown,
            input_tokens: 5,
            cache_creation_input_tokens: 1,
            cache_read_input_tokens: 4,
            output_tokens: 0,
          },
        },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig==' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'redacted_thinking', data: 'Emw=' },
      },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'text', text: '' },
      },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Grüße\n' } },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'content_block_start',
        index: 3,
        content_block: {
          type: 'tool_use',
          id: 'toolu_1',
          name: 'now',
          input: {},
          caller: { type: 'direct' },
        },
      },
      { type: 'content_block_stop', index: 3 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
        usage: {
          input_tokens: 5,
          cache_creation_input_tokens: 1,
          cache_read_input_tokens: 4,
          output_tokens: 7,
          output_tokens_details: { thinking_tokens: 2 },
          server_tool_use: null,
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('say 0 where tokens are unknown, because clients do sums with them', () => {
    const events = readEvents(encode([grow('text', 0, 'a'), finish('stop')]));
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 0, output_tokens: 0 } } });
    const { usage } = events.at(-2) as { usage: object }; // message_delta
    expect(usage).toMatchObject({ output_tokens: 0 });
    // What is unknown is left out: the client keeps what the beginning said.
    expect(usage).not.toHaveProperty('input_tokens');
  });

  it('begin with an estimate of the prompt where the true number comes at the end', () => {
    const text = 'x'.repeat(400);
    const request: ChatRequest = {
      system: text,
      messages: [
        { role: 'user', content: [{ type: 'text', text }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', text },
            { type: 'tool_use', id: 'a', name: 'f', input: { text } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'a',
              content: [
                { type: 'text', text },
                { type: 'attachment', media_type: 'image/png', source: { type: 'base64', data: 'AAAA' } },
              ],
            },
          ],
        },
      ],
      tools: [{ name: 'f', description: text, input_schema: {} }],
      options: {},
      stream: true,
    };
    const usageOf = (usage: Usage) => {
      const encoder = server.createEncoder({ ...context, request });
      const frames = encoder.encode({ type: 'message', usage }) + encoder.encode(grow('text', 0, 'a'));
      const [first = {}] = readEvents(frames);
      return (first['message'] as { usage: { input_tokens: number } }).usage.input_tokens; // message_start
    };
    expect(usageOf({})).toBeGreaterThan(2100);
    expect(usageOf({})).toBeLessThan(2200);
    expect(usageOf({ input_tokens: 7 })).toBe(7);
  });

  it('write nothing before the first content, so that an error can still be a status', () => {
    const encoder = server.createEncoder(context);
    expect(encoder.encode({ type: 'message', id: 'a', model: 'm' })).toBe('');
    expect(encoder.encode({ type: 'message', usage: { input_tokens: 1 } })).toBe('');
    expect(encoder.encode(grow('text', 0, ''))).toBe('');
    expect(encoder.encode({ type: 'block_start', block: 'text', index: 0 })).toBe('');
    expect(encoder.encode(grow('text', 0, 'x'))).toMatch(/^event: message_start\n/);
  });

  it('write each piece at once', () => {
    const encoder = server.createEncoder(context);
    for (const delta of [grow('text', 0, 'a'), start(1, 'a'), grow('tool_use', 1, '{"a')]) {
      expect(encoder.encode(delta)).not.toBe('');
    }
  });

  it('have an id of their form, and keep it', () => {
    const events = readEvents(
      encode([grow('text', 0, 'a'), { type: 'message', id: 'late', model: 'late' }, finish('stop')]),
    );
    expect(events[0]).toMatchObject({ message: { id: 'msg_own-id', model: 'own-model' } });
  });

  it('are whole without any content', () => {
    expect(readEvents(encode([finish('refusal')])).map(event => event['type'])).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  it.each<[string, Delta[], string]>([
    [
      'text that goes on after thinking',
      [grow('text', 0, 'a'), grow('thinking', 0, 'b'), grow('text', 0, 'c')],
      '0+text 0a 0- 1+thinking 1b 1- 2+text 2c 2-',
    ],
    [
      'calls one after the other',
      [
        start(0, 'A'),
        grow('tool_use', 0, '{"a"'),
        grow('tool_use', 0, ':1}'),
        start(1, 'B'),
        grow('tool_use', 1, '{}'),
      ],
      '0+A 0{"a" 0:1} 0- 1+B 1{} 1-',
    ],
    [
      'calls all begun before the first argument',
      [start(0, 'A'), start(1, 'B'), grow('tool_use', 0, '{"a":1}'), grow('tool_use', 1, '{"b":2}')],
      '0+A 0{"a":1} 0- 1+B 1{"b":2} 1-',
    ],
    [
      'calls written in turns',
      [
        start(0, 'A'),
        grow('tool_use', 0, '{"a":'),
        start(1, 'B'),
        grow('tool_use', 1, '{"b":'),
        grow('tool_use', 0, '1}'),
        grow('tool_use', 1, '2}'),
        grow('text', 2, 'x'),
      ],
      '0+A 0{"a": 01} 0- 1+B 1{"b": 12} 1- 2+text 2x 2-',
    ],
    [
      'a call without arguments before others',
      [start(0, 'A'), start(1, 'B'), grow('tool_use', 1, '{}'), grow('text', 2, 'x')],
      '0+A 0- 1+B 1{} 1- 2+text 2x 2-',
    ],
    [
      'a call begun twice and one never begun',
      [start(0, 'A'), start(0, 'B'), grow('tool_use', 0, '{}'), grow('tool_use', 5, '{}')],
      '0+A 0{} 0-',
    ],
    ['a call without an id', [start(0, '')], '0+toolu_own-id_0 0-'],
    [
      'a signature without text',
      [{ type: 'block_start', block: 'thinking', index: 0, signature: 's' }, grow('text', 1, 'x')],
      '0+thinking 0s 0- 1+text 1x 1-',
    ],
  ])('have one block open at a time: %s', (_name, deltas, expected) => {
    expect(outline([...deltas, finish('stop')])).toBe(expected);
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['refusal', 'refusal'],
    ['tool_use', 'tool_use'],
  ] as const)('%s ends as %s', (neutral, wire) => {
    const events = readEvents(encode([grow('text', 0, 'a'), finish(neutral)]));
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: wire } });
  });

  it('never make up a stop reason', () => {
    const events = readEvents(encode([grow('text', 0, 'a')]));
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: null } });
  });

  it('end with an error event and nothing after it where they fail', () => {
    const encoder = server.createEncoder(context);
    encoder.encode(grow('text', 0, 'a'));
    expect(encoder.fail(new AppError('stream_error', 'Too busy.', { http_status: 529 }))).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Too busy."},"request_id":null}\n\n',
    );
  });

  it("carry another vendor's signature of a call", () => {
    const signed: Delta = {
      type: 'block_start',
      block: 'tool_use',
      index: 0,
      id: 'a',
      name: 'f',
      signature: 's',
    };
    expect(readEvents(encode([signed]))[1]).toMatchObject({ content_block: { id: 'a', signature: 's' } });
  });
});

describe('whole answers', () => {
  it.each(listCases(dialect, 'response.json'))('encodes %s as it came', name => {
    const completion = readCompletion(dialect, name);
    expect(server.encodeResponse(completion, context)).toEqual(readObject(dialect, name, 'response.json'));
  });

  it('use our id and model where the upstream gave none', () => {
    expect(server.encodeResponse(emptyCompletion(), context)).toEqual({
      id: 'msg_own-id',
      type: 'message',
      role: 'assistant',
      model: 'own-model',
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: { ...nothingKnown, input_tokens: 0, output_tokens: 0 },
    });
  });

  it('hold no empty text, and {} for arguments that are no JSON', () => {
    const completion: Completion = {
      ...emptyCompletion(),
      blocks: [
        { block: 'text', index: 0, text: '' },
        { block: 'tool_use', index: 1, text: '{"a"', id: '', name: 'f' },
      ],
    };
    expect(server.encodeResponse(completion, context)).toMatchObject({
      content: [{ type: 'tool_use', id: 'toolu_own-id_1', name: 'f', input: {} }],
      stop_reason: 'tool_use',
    });
  });
});
