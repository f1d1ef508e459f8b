import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { PassthroughFacts } from '../../../electron/dialects/dialect.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';
import {
  cutAt,
  listCases,
  outcomeOf,
  readBytes,
  readCompletion,
  readDeltas,
  singleBytes,
} from '../read-fixtures.ts';

const dialect = 'ollama_chat';
const { passthrough } = ollamaChat;

function pass(chunks: Iterable<Buffer>, stream: boolean): { text: string; facts: PassthroughFacts } {
  const scanner = passthrough.createScanner({ stream, strip_usage: false });
  const passed: Buffer[] = [...chunks].map(chunk => Buffer.from(scanner.push(chunk)));
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

describe('requests', () => {
  const read = (text: string) => passthrough.readRequest(Buffer.from(text));

  it('change in nothing but the model', () => {
    const text = ' { "unknown": 1e5, "model" : "ollama/qwen3:8b",\n"messages":[{"model":"inner"}] } ';
    const request = read(text);
    expect({ model: request.model, stream: request.stream, added: request.edits_answer }).toEqual({
      model: 'ollama/qwen3:8b',
      stream: true,
      added: false,
    });
    expect(request.rewrite('qwen"3').join('')).toBe(text.replace('"ollama/qwen3:8b"', String.raw`"qwen\"3"`));
  });

  it.each([
    ['{"model":"m"}', true],
    ['{"model":"m","stream":null}', true],
    ['{"model":"m","stream":true}', true],
    ['{"model":"m","stream":false}', false],
    ['{"model":"m","stream":true,"stream":false}', false],
  ])('%s streams: %s', (text, stream) => {
    expect(read(text).stream).toBe(stream);
  });

  it('are refused with a reason where they make no sense', () => {
    for (const text of ['', '[]', '{}', '{"model":1}', '{"model":""}', '{"model":"m","stream":"yes"}']) {
      expect(outcomeOf(() => read(text))).toBe('invalid_request');
    }
  });
});

describe('a streamed answer', () => {
  const streams = listCases(dialect, 'stream.ndjson', 'deltas.json');

  it.each(streams)('%s passes untouched and tells what the decoder would', name => {
    const bytes = readBytes(dialect, name, 'stream.ndjson');
    const expected = { text: bytes.toString('latin1'), facts: factsOf(readDeltas(dialect, name)) };
    expect(pass([bytes], true)).toEqual(expected);
    expect(pass(singleBytes(bytes), true)).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), cuts => {
        expect(pass(cutAt(bytes, cuts), true)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('is not misled by words inside its text', () => {
    const line = (content: string) =>
      `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: false })}\n`;
    const text = line('a') + line('"done":true,"eval_count":5 "error":"no"');
    expect(pass([Buffer.from(text)], true).facts).toEqual({ model: 'm', started: true, finished: false });
  });

  it('passes whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
        fc.boolean(),
        (chunks, stream) => {
          const buffers = chunks.map(chunk => Buffer.from(chunk));
          expect(pass(buffers, stream).text).toBe(Buffer.concat(buffers).toString('latin1'));
        },
      ),
    );
  });
});

describe('a whole answer', () => {
  it.each(listCases(dialect, 'response.json'))('%s passes untouched and tells its facts', name => {
    const bytes = readBytes(dialect, name, 'response.json');
    const { model, usage } = readCompletion(dialect, name);
    expect(pass(singleBytes(bytes), false)).toEqual({
      text: bytes.toString('latin1'),
      facts: { model, usage, finished: true, started: true },
    });
  });

  it('of megabytes tells its facts from its ends', () => {
    const content = '"eval_count":99 '.repeat(200_000);
    const message = { role: 'assistant', content };
    const counts = { prompt_eval_count: 5, eval_duration: 9, eval_count: 7 };
    const bytes = Buffer.from(JSON.stringify({ model: 'big', message, done: true, ...counts }));
    expect(pass(cutAt(bytes, [40_000, 2_000_000]), false).facts).toEqual({
      model: 'big',
      usage: { input_tokens: 5, output_tokens: 7 },
      finished: true,
      started: true,
    });
    expect(pass([bytes.subarray(0, 2_000_000)], false).facts.finished).toBe(false);
  });
});
