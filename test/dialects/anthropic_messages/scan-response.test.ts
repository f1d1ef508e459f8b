import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { PassthroughFacts } from '../../../electron/dialects/dialect.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { cutAt, listCases, readBytes, readCompletion, readDeltas, singleBytes } from '../read-fixtures.ts';

const dialect = 'anthropic_messages';
const streams = listCases(dialect, 'stream.sse', 'deltas.json').filter(name => name !== 'framing-quirks');
const { passthrough } = anthropicMessages;

function pass(chunks: Iterable<Buffer>, stream = true): { text: string; facts: PassthroughFacts } {
  const scanner = passthrough.createScanner({ stream, strip_usage: false });
  const passed: Buffer[] = [];
  // Each chunk is wiped once it is handed on: what is held of a stream must not pin memory that is not its own.
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    passed.push(Buffer.from(scanner.push(own)));
    if (stream) own.fill(0);
  }
  passed.push(scanner.end());
  return { text: Buffer.concat(passed).toString('latin1'), facts: scanner.facts() };
}

/** The facts as the decoder would find them. */
function factsOf(deltas: Delta[]): PassthroughFacts {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  const { model, usage, error } = completion;
  return {
    ...(model !== undefined && { model }),
    ...(Object.keys(usage).length > 0 && { usage }),
    ...(error && { error: error.message }),
    ...(error?.http_status !== undefined && { error_status: error.http_status }),
    finished: completion.finish_reason !== undefined,
    started: completion.blocks.length > 0,
  };
}

describe('a streamed answer', () => {
  it.each(streams)('%s passes untouched and tells what the decoder would', name => {
    const bytes = readBytes(dialect, name, 'stream.sse');
    const expected = { text: bytes.toString('latin1'), facts: factsOf(readDeltas(dialect, name)) };
    expect(pass([bytes])).toEqual(expected);
    expect(pass(singleBytes(bytes))).toEqual(expected);
  });

  it('tells the same wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const bytes = readBytes(dialect, name, 'stream.sse');
        expect(pass(cutAt(bytes, cuts)).facts).toEqual(factsOf(readDeltas(dialect, name)));
      }),
    );
  });

  it('is not misled by words inside its text', () => {
    const said =
      '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}} event: error';
    const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
    const delta = (text: string) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
    const text = event({ type: 'message_start', message: { model: 'm' } }) + delta('a') + delta(said);
    expect(pass([Buffer.from(text)]).facts).toEqual({ model: 'm', started: true, finished: false });
  });

  it('has started only with its first content', () => {
    const scanner = passthrough.createScanner({ stream: true, strip_usage: false });
    const bytes = readBytes(dialect, 'text', 'stream.sse');
    const first = bytes.indexOf('event: content_block_delta');
    scanner.push(bytes.subarray(0, first));
    expect(scanner.facts().started).toBe(false);
    scanner.push(bytes.subarray(first, first + 150));
    expect(scanner.facts().started).toBe(true);
  });

  it('passes with a line too long for any answer', () => {
    const long = Buffer.alloc(17 * 1024 * 1024, 'x');
    expect(pass([Buffer.from('data: '), long]).text.length).toBe(long.length + 6);
  });
});

describe('a whole answer', () => {
  it.each(listCases(dialect, 'response.json'))('%s passes untouched and tells its facts', name => {
    const bytes = readBytes(dialect, name, 'response.json');
    const { model, usage, blocks } = readCompletion(dialect, name);
    const expected = {
      text: bytes.toString('latin1'),
      facts: { model, usage, finished: true, started: blocks.length > 0 },
    };
    expect(pass([bytes], false)).toEqual(expected);
    expect(pass(singleBytes(bytes), false)).toEqual(expected);
  });

  it('of megabytes tells its facts from its ends', () => {
    const bytes = Buffer.from(
      JSON.stringify({
        model: 'big-model',
        id: 'msg_1',
        type: 'message',
        content: [{ type: 'text', text: '"usage":{} '.repeat(300_000) }],
        stop_reason: 'max_tokens',
        stop_sequence: null,
        usage: {
          input_tokens: 5,
          cache_creation: { ephemeral_5m_input_tokens: 0 },
          cache_read_input_tokens: 2,
          output_tokens: 7,
          server_tool_use: { web_search_requests: 0 },
        },
      }),
    );
    const cuts = Array.from({ length: 100 }, (_, index) => index * 40_000);
    expect(pass(cutAt(bytes, cuts), false).facts).toEqual({
      model: 'big-model',
      usage: { input_tokens: 7, output_tokens: 7, cache_read_tokens: 2 },
      finished: true,
      started: true,
    });
  });

  it('that is an error or no JSON at all passes, too', () => {
    const error = Buffer.from('{"type":"error","error":{"type":"api_error","message":"no"}}');
    expect(pass([error], false).facts).toEqual({
      error: 'The provider reported an error: no',
      error_status: 500,
      finished: false,
      started: false,
    });
    expect(pass([Buffer.from('<html>')], false).facts).toEqual({ finished: false, started: false });
  });
});
