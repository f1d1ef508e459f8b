import { Stream } from 'openai/streaming';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion, finishReasonOf } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import { AppError } from '../../../electron/contract/errors.ts';
import type { EncoderContext } from '../../../electron/dialects/dialect.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import {
  decodeChunks,
  listCases,
  readBytes,
  readCompletion,
  readDeltas,
  readObject,
} from '../read-fixtures.ts';

const dialect = 'openai_completions';
const { server } = openaiCompletions;
const context: EncoderContext = { id: 'own-id', model: 'own-model', created: 1763787600, wants_usage: true };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encode(deltas: Delta[], change: Partial<EncoderContext> = {}): string {
  const encoder = server.createEncoder({ ...context, ...change });
  return deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
}

/** The events of the encoded stream, without `[DONE]`. */
function readEvents(text: string): Record<string, unknown>[] {
  const frames = text.split('\n\n').slice(0, -1);
  expect(frames.at(-1)).toBe('data: [DONE]');
  expect(text.endsWith('\n\n')).toBe(true);
  return frames.slice(0, -1).map(frame => {
    expect(frame).toMatch(/^data: \{[^\n]*$/);
    return JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>; // an object, see above
  });
}

const start = (index: number, id: string, name: string): Delta => ({
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
  it('say who speaks first, then the text, the finish reason, usage, and that they are over', () => {
    const deltas: Delta[] = [
      { type: 'message', id: 'chatcmpl-1', model: 'upstream-model' },
      grow('text', 0, 'Grüße\n'),
      {
        ...finish('stop'),
        usage: { input_tokens: 10, output_tokens: 3, cache_read_tokens: 4, reasoning_tokens: 1 },
      } as Delta, // a message delta
    ];
    const head = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1763787600,
      model: 'upstream-model',
      service_tier: 'default',
    };
    const chunk = (delta: object, finish_reason: string | null) => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
    expect(readEvents(encode(deltas))).toEqual([
      chunk({ role: 'assistant', content: '', refusal: null }, null),
      chunk({ content: 'Grüße\n' }, null),
      chunk({}, 'stop'),
      {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 10,
          completion_tokens: 3,
          total_tokens: 13,
          prompt_tokens_details: { cached_tokens: 4 },
          completion_tokens_details: { reasoning_tokens: 1 },
        },
      },
    ]);
  });

  it('hold no word of usage that was not asked for', () => {
    const deltas: Delta[] = [
      grow('text', 0, 'a'),
      { type: 'message', usage: { input_tokens: 1, output_tokens: 1 } },
      finish('stop'),
    ];
    expect(encode(deltas, { wants_usage: false })).not.toContain('usage');
  });

  it('make no usage up where none is known', () => {
    const events = readEvents(encode([grow('text', 0, 'a'), finish('stop')]));
    expect(events.every(event => event['usage'] === null)).toBe(true);
  });

  it('write nothing before the first content, so that an error can still be a status', () => {
    const encoder = server.createEncoder(context);
    expect(encoder.encode({ type: 'message', id: 'a', model: 'm' })).toBe('');
    expect(encoder.encode({ type: 'message', usage: { input_tokens: 1 } })).toBe('');
    expect(encoder.encode(grow('text', 0, ''))).toBe('');
    expect(encoder.encode(grow('text', 0, 'x'))).not.toBe('');
  });

  it('keep id and model once they are written', () => {
    const events = readEvents(
      encode([grow('text', 0, 'a'), { type: 'message', id: 'late', model: 'late' }, finish('stop')]),
    );
    expect(new Set(events.map(event => event['id']))).toEqual(new Set(['own-id']));
    expect(new Set(events.map(event => event['model']))).toEqual(new Set(['own-model']));
  });

  it('are whole without any content', () => {
    const events = readEvents(encode([finish('stop')], { wants_usage: false }));
    expect(events.map(event => event['choices'])).toEqual([
      [
        {
          index: 0,
          delta: { role: 'assistant', content: '', refusal: null },
          logprobs: null,
          finish_reason: null,
        },
      ],
      [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }],
    ]);
  });

  it('count tool calls over calls only, name each once, and give those without arguments {}', () => {
    const deltas = [
      grow('thinking', 0, 'hm'),
      grow('text', 1, 'Both'),
      start(2, 'toolu_a', 'now'),
      start(3, 'toolu_b', 'weather'),
      start(3, 'other', 'other'),
      grow('tool_use', 3, '{"city":'),
      grow('tool_use', 3, '"Rome"}'),
      grow('tool_use', 9, 'never started'),
      finish('stop'),
    ];
    const events = readEvents(encode(deltas, { wants_usage: false }));
    const call = (index: number, id: string, name: string) => [
      { index, id, type: 'function', function: { name, arguments: '' } },
    ];
    const args = (index: number, text: string) => [{ index, function: { arguments: text } }];
    expect(events.map(event => (event['choices'] as { delta: object }[])[0]?.delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { reasoning_content: 'hm' },
      { content: 'Both' },
      { tool_calls: call(0, 'toolu_a', 'now') },
      { tool_calls: call(1, 'toolu_b', 'weather') },
      { tool_calls: args(1, '{"city":') },
      { tool_calls: args(1, '"Rome"}') },
      { tool_calls: args(0, '{}') },
      {},
    ]);
    expect(events.at(-1)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['refusal', 'content_filter'],
    ['tool_use', 'tool_calls'],
  ] as const)('%s ends as %s', (neutral, wire) => {
    expect(encode([grow('text', 0, 'a'), finish(neutral)])).toContain(`"finish_reason":"${wire}"`);
  });

  it('never make up a finish reason', () => {
    expect(encode([grow('text', 0, 'a')])).not.toMatch(/"finish_reason":"/);
  });

  it('end with an error frame and nothing after it where they fail', () => {
    const encoder = server.createEncoder(context);
    encoder.encode(grow('text', 0, 'a'));
    expect(encoder.fail(new AppError('incomplete_stream', 'It ended early.'))).toBe(
      'data: {"error":{"message":"It ended early.","type":"server_error","param":null,"code":"incomplete_stream"}}\n\n',
    );
  });
});

// What the official client makes of our frames is the measure, not what we think of them.
describe('read by the official client', () => {
  const good = listCases(dialect, 'stream.sse').filter(name => {
    const reason = finishReasonOf(
      fold(decodeChunks(openaiCompletions, [readBytes(dialect, name, 'stream.sse')])),
    );
    return reason !== undefined && reason !== 'error' && reason !== 'refusal';
  });

  it('has streams to read', () => {
    expect(good.length).toBeGreaterThan(20);
  });

  it.each(good)('%s is the same answer', async name => {
    const deltas = readDeltas(dialect, name);
    const expected = fold(deltas);
    const response = new Response(encode(deltas));
    const chunks = Stream.fromSSEResponse<ChatCompletionChunk>(response, new AbortController());
    const final = await ChatCompletionStream.fromReadableStream(
      chunks.toReadableStream(),
    ).finalChatCompletion();
    const message = final.choices[0]!.message;
    const calls = expected.blocks.filter(block => block.block === 'tool_use');
    expect({
      text: message.content,
      calls: message.tool_calls?.map(call =>
        call.type === 'function' ? [call.id, call.function.name, call.function.arguments] : call,
      ),
      input_tokens: final.usage?.prompt_tokens,
    }).toEqual({
      text: expected.blocks
        .filter(block => block.block === 'text')
        .map(block => block.text)
        .join(''),
      calls: calls.length === 0 ? undefined : calls.map(call => [call.id, call.name, call.text || '{}']),
      input_tokens: expected.usage.input_tokens,
    });
  });
});

describe('whole answers', () => {
  it.each(listCases(dialect, 'response.json'))('encodes %s as it came', name => {
    const completion = readCompletion(dialect, name);
    expect(server.encodeResponse(completion, context)).toEqual(readObject(dialect, name, 'response.json'));
  });

  it('use our id and model where the upstream gave none', () => {
    expect(server.encodeResponse(emptyCompletion(), context)).toEqual({
      id: 'own-id',
      object: 'chat.completion',
      created: 1763787600,
      model: 'own-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '', refusal: null, annotations: [] },
          logprobs: null,
          // Told whole it is whole.
          finish_reason: 'stop',
        },
      ],
      service_tier: 'default',
    });
  });
});
