import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { PassthroughFacts } from '../../../electron/dialects/dialect.ts';
import { openaiResponses } from '../../../electron/dialects/openai_responses/index.ts';
import {
  cutAt,
  listCases,
  outcomeOf,
  readBytes,
  readCompletion,
  readDeltas,
  singleBytes,
} from '../read-fixtures.ts';

const dialect = 'openai_responses';
const { passthrough } = openaiResponses;
const streams = listCases(dialect, 'stream.sse', 'deltas.json');

function pass(chunks: Iterable<Buffer>, stream = true): { text: string; facts: PassthroughFacts } {
  const scanner = passthrough.createScanner({ stream, strip_usage: false });
  const passed: Buffer[] = [];
  for (const chunk of chunks) passed.push(Buffer.from(scanner.push(Buffer.from(chunk))));
  passed.push(scanner.end());
  return { text: textOf(Buffer.concat(passed)), facts: scanner.facts() };
}

/** One character a byte, so that no difference between bytes is lost. */
function textOf(bytes: Buffer): string {
  return bytes.toString('latin1');
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
    ...(error?.retry_after_ms !== undefined && { retry_after_ms: error.retry_after_ms }),
    finished: completion.finish_reason !== undefined,
    started: completion.blocks.length > 0,
  };
}

describe('a request', () => {
  it('passes with only its model changed', () => {
    const body = Buffer.from(
      '{ "model" : "a/b","input":[{"model":"inner"}],\n"stream":true,"tools":[{"type":"web_search"}],"new_field":1.0}',
    );
    const read = passthrough.readRequest(body);
    expect(read).toMatchObject({ model: 'a/b', stream: true, edits_answer: false });
    expect(read.rewrite('gpt-5').join('')).toBe(body.toString('utf8').replace('a/b', 'gpt-5'));
  });

  it('goes without what only another vendor could read, which this one would refuse', () => {
    const carried = {
      type: 'reasoning',
      summary: [],
      encrypted_content: 'parley:{"signature":"google_gemini:abc"}',
    };
    const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
    const said = { role: 'user', content: 'It says {"parley:"}.' };
    const body = (...input: object[]) => Buffer.from(JSON.stringify({ model: 'm', input, new_field: [1] }));
    const send = (bytes: Buffer) => Buffer.concat(passthrough.readRequest(bytes).rewrite('m'));
    expect(send(body(said, own, carried))).toEqual(body(said, own));
    expect(send(body(said, own))).toEqual(body(said, own));
    expect(send(Buffer.from('{"model":"m","input":"\\"parley:"}'))).toEqual(
      Buffer.from('{"model":"m","input":"\\"parley:"}'),
    );
    // The inside of strings of a long body is for the upstream to refuse.
    const broken = Buffer.from(`{"model":"m","input":["${'long '.repeat(4000)}\n"],"x":"parley:"}`);
    expect(send(broken)).toEqual(broken);
  });

  it.each(['{}', '{"model":5}', '{"model":""}', '[]', 'x', '{"model":"m","stream":"yes"}'])(
    'is refused where it cannot be one: %s',
    body => {
      expect(outcomeOf(() => passthrough.readRequest(Buffer.from(body)))).toBe('invalid_request');
    },
  );
});

describe('a streamed answer', () => {
  it.each(streams)('%s passes untouched and tells what the decoder would', name => {
    const bytes = readBytes(dialect, name, 'stream.sse');
    const expected = { text: textOf(bytes), facts: factsOf(readDeltas(dialect, name)) };
    expect(pass([bytes])).toEqual(expected);
    expect(pass(singleBytes(bytes))).toEqual(expected);
  });

  it('tells the same wherever its bytes are cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(fc.nat(), { maxLength: 12 }), (name, cuts) => {
        const bytes = readBytes(dialect, name, 'stream.sse');
        const facts = factsOf(readDeltas(dialect, name));
        expect(pass(cutAt(bytes, cuts))).toEqual({ text: textOf(bytes), facts });
      }),
    );
  });

  it('is not misled by words inside its text', () => {
    const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
    const delta = '"response.completed" {"type":"response.failed","error":{"message":"no"}}';
    const text =
      event({ type: 'response.created', response: { model: 'm' } }) +
      event({ type: 'response.output_text.delta', output_index: 0, delta: 'a' }) +
      event({ type: 'response.output_text.delta', output_index: 0, delta });
    expect(pass([Buffer.from(text)]).facts).toEqual({ model: 'm', started: true, finished: false });
  });
});

describe('a whole answer', () => {
  it.each(listCases(dialect, 'response.json'))('%s passes untouched and tells its facts', name => {
    const bytes = readBytes(dialect, name, 'response.json');
    const { model, usage } = readCompletion(dialect, name);
    const expected = { text: textOf(bytes), facts: { model, usage, finished: true, started: true } };
    expect(pass([bytes], false)).toEqual(expected);
    expect(pass(singleBytes(bytes), false)).toEqual(expected);
  });

  it('of megabytes tells its facts from its ends', () => {
    const text = '"usage":{} '.repeat(300_000);
    const body = {
      id: 'resp_1',
      status: 'completed',
      model: 'big-model',
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
      usage: { input_tokens: 5, output_tokens: 7, input_tokens_details: { cached_tokens: 2 } },
    };
    const bytes = Buffer.from(JSON.stringify(body));
    const cuts = Array.from({ length: 100 }, (_, index) => index * 40_000);
    expect(pass(cutAt(bytes, cuts), false)).toEqual({
      text: textOf(bytes),
      facts: {
        model: 'big-model',
        usage: { input_tokens: 5, output_tokens: 7, cache_read_tokens: 2 },
        finished: true,
        started: true,
      },
    });
  });
});
