import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { PassthroughFacts } from '../../../electron/dialects/dialect.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';
import {
  cutAt,
  listCases,
  outcomeOf,
  readBytes,
  readCompletion,
  readDeltas,
  singleBytes,
} from '../read-fixtures.ts';

const dialect = 'google_gemini';
const { passthrough } = googleGemini;

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
  const route = { params: { model: 'google/gemini-2.5-pro' }, stream: true };

  it('pass as they are: what must be known stands in the address', () => {
    const body = Buffer.from(' {"contents":[{"parts":[{"text":"Hi"}]}],"unknown":1e5,"model":"inner"} ');
    const request = passthrough.readRequest(body, route);
    expect({ model: request.model, stream: request.stream, added: request.edits_answer }).toEqual({
      model: 'google/gemini-2.5-pro',
      stream: true,
      added: false,
    });
    expect(request.rewrite('gemini-2.5-pro')).toEqual([body]);
    expect(passthrough.readRequest(body, { params: route.params }).stream).toBe(false);
  });

  it('are refused where they are no object or the address names no model', () => {
    for (const text of ['', '[]', '"a"', '{"a":}']) {
      expect(outcomeOf(() => passthrough.readRequest(Buffer.from(text), route))).toBe('invalid_request');
    }
    expect(outcomeOf(() => passthrough.readRequest(Buffer.from('{}')))).toBe('invalid_request');
  });
});

describe('a streamed answer', () => {
  const streams = listCases(dialect, 'stream.sse', 'deltas.json');

  it.each(streams)('%s passes untouched and tells what the decoder would', name => {
    const bytes = readBytes(dialect, name, 'stream.sse');
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
    const text = '"usageMetadata":{"promptTokenCount":1} "finishReason":"STOP" "error":{}';
    const event = { modelVersion: 'm', candidates: [{ content: { parts: [{ text }] } }] };
    const facts = { model: 'm', started: true, finished: false };
    expect(pass([Buffer.from(`data: ${JSON.stringify(event)}\n\n`)], true).facts).toEqual(facts);
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
    const { model, usage, blocks } = readCompletion(dialect, name);
    expect(pass(singleBytes(bytes), false)).toEqual({
      text: bytes.toString('latin1'),
      facts: { model, usage, finished: true, started: blocks.length > 0 },
    });
  });

  it('of megabytes tells its facts from its ends', () => {
    const text = '"usageMetadata":{"promptTokenCount":99} '.repeat(100_000);
    const event = {
      candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: 5,
        candidatesTokenCount: 7,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 5 }],
        thoughtsTokenCount: 3,
      },
      modelVersion: 'big',
    };
    const bytes = Buffer.from(JSON.stringify(event));
    expect(pass(cutAt(bytes, [40_000, 2_000_000]), false).facts).toEqual({
      model: 'big',
      usage: { input_tokens: 5, output_tokens: 10, reasoning_tokens: 3 },
      finished: true,
      started: true,
    });
    expect(pass([bytes.subarray(0, 2_000_000)], false).facts.finished).toBe(false);
  });
});
