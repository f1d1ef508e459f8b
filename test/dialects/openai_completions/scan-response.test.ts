import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import type { PassthroughFacts } from '../../../electron/dialects/dialect.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { cutAt, listCases, readBytes, readCompletion, readDeltas, singleBytes } from '../read-fixtures.ts';

const dialect = 'openai_completions';
const streams = listCases(dialect, 'stream.sse', 'deltas.json');
const createScanner = (options: { stream: boolean; strip_usage: boolean }) =>
  openaiCompletions.passthrough.createScanner(options);

function pass(
  chunks: Iterable<Buffer>,
  options: { stream?: boolean; strip_usage?: boolean } = {},
): { text: string; facts: PassthroughFacts } {
  const scanner = createScanner({ stream: true, strip_usage: false, ...options });
  const passed: Buffer[] = [];
  // Each chunk is wiped once it is handed on: what is held of a stream must not pin memory that is not its own.
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    passed.push(Buffer.from(scanner.push(own)));
    if (options.stream !== false) own.fill(0);
  }
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
        expect(pass(cutAt(bytes, cuts))).toEqual({
          text: textOf(bytes),
          facts: factsOf(readDeltas(dialect, name)),
        });
      }),
    );
  });

  it('is not misled by words inside its text', () => {
    const content = '"usage":{"prompt_tokens":1} "finish_reason":"stop" "error":"no"';
    const chunk = (delta: object) =>
      `data: ${JSON.stringify({ model: 'm', choices: [{ delta, finish_reason: null }] })}\n\n`;
    const text = chunk({ content: 'a' }) + chunk({ content });
    expect(pass([Buffer.from(text)]).facts).toEqual({ model: 'm', started: true, finished: false });
  });

  it('may cut its events into lines', () => {
    const text = [
      'data: {"model":"m",\ndata: "choices":[{"index":0,"delta":{"content":"a"}}]}\n\n',
      'data: {"choices":[{"index":0,"delta":{},\ndata: "finish_reason":"stop"}]}\n\n',
      'data: [DONE]\n\n',
    ].join('');
    for (const chunks of [[Buffer.from(text)], singleBytes(Buffer.from(text))]) {
      expect(pass(chunks)).toMatchObject({ facts: { model: 'm', started: true, finished: true } });
    }
  });

  it('is looked at event by event, or many at once', () => {
    const event = (choice: object) =>
      `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, ...choice }] })}\n\n`;
    const said = event({ delta: { content: 'data: a\n\ndata: {}' } });
    const end = event({ delta: {}, finish_reason: 'stop' });
    const error = 'event: error\ndata: Overloaded\n\n';
    for (const chunks of [
      [said, said, end],
      [said, said + end],
      [said, said + said, end],
    ]) {
      expect(pass(chunks.map(text => Buffer.from(text))).facts).toMatchObject({
        finished: true,
        started: true,
      });
    }
    for (const chunks of [
      [said, said, error],
      [said, said + error],
      [said, 'event: error\n', 'data: Overloaded\n\n'],
    ]) {
      expect(pass(chunks.map(text => Buffer.from(text))).facts).toMatchObject({
        finished: false,
        error: expect.stringContaining('Overloaded') as string,
      });
    }
  });

  it('is taken for harmless only where it is', () => {
    const said = 'data: {"model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
    const cut = ['data: {"choices":[{"delta":{},"finish_reason":"st', `op"}]}\n\n${said}`];
    const ownForm = [`data: {"detail":"Full"}\n\n${said}`];
    const inLines = ['data: {"object":"error",\n', 'data: "message":"choices"}\n\n'];
    for (const chunks of [cut, ownForm, inLines]) {
      const { facts } = pass([said, ...chunks].map(text => Buffer.from(text)));
      expect(facts.finished || facts.error !== undefined).toBe(true);
    }
  });

  it('has started only with its first content', () => {
    const scanner = createScanner({ stream: true, strip_usage: false });
    scanner.push(Buffer.from('data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n'));
    expect(scanner.facts().started).toBe(false);
    scanner.push(Buffer.from('data: {"choices":[{"delta":{"content":"a"}}]}\n\n'));
    expect(scanner.facts().started).toBe(true);
  });

  it('passes with a line too long for any answer, or with anything else', () => {
    const long = Buffer.alloc(17 * 1024 * 1024, 'x');
    expect(pass([Buffer.from('data: '), long]).text.length).toBe(long.length + 6);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), chunks => {
        const buffers = chunks.map(chunk => Buffer.from(chunk));
        expect(pass(buffers).text).toBe(textOf(Buffer.concat(buffers)));
      }),
    );
  });
});

describe('usage only we asked for', () => {
  const usageLine = /^data: ?\{[^\n]*"choices":\[\],"usage":\{[^\n]*\}\n\n/gm;
  const stripped = (bytes: Buffer): string => textOf(bytes).replaceAll(usageLine, '');
  const plain = streams.filter(name => name !== 'framing-quirks');

  it('is a chunk of its own in some fixtures', () => {
    const changed = plain.filter(name => {
      const bytes = readBytes(dialect, name, 'stream.sse');
      return stripped(bytes) !== textOf(bytes);
    });
    expect(changed).toEqual(['length', 'refusal', 'text', 'tool-calls']);
  });

  it.each(plain)('is taken out of %s and nothing else is, wherever the bytes are cut', name => {
    const bytes = readBytes(dialect, name, 'stream.sse');
    const facts = factsOf(readDeltas(dialect, name));
    const expected = { text: stripped(bytes), facts };
    for (const chunks of [[bytes], singleBytes(bytes)]) {
      expect(pass(chunks, { strip_usage: true })).toEqual(expected);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), cuts => {
        expect(pass(cutAt(bytes, cuts), { strip_usage: true })).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('goes with its blank line, also with CRLF, without a space, and at a bare end', () => {
    const chunk = 'data: {"choices":[{"delta":{"content":"a"}}]}';
    const usage = 'data:{"choices":[],"usage":{"prompt_tokens":1}}';
    const strip = (text: string): string => pass([Buffer.from(text)], { strip_usage: true }).text;
    expect(strip(`${chunk}\r\n\r\n${usage}\r\n\r\ndata: [DONE]\r\n\r\n`)).toBe(
      `${chunk}\r\n\r\ndata: [DONE]\r\n\r\n`,
    );
    expect(strip(`${chunk}\r\r${usage}\r\rdata: [DONE]\r\r`)).toBe(`${chunk}\r\rdata: [DONE]\r\r`);
    expect(strip(`${chunk}\n\n${usage}`)).toBe(`${chunk}\n\n`);
    expect(strip(`${chunk}\n\n${usage}\ndata: [DONE]\n\n`)).toBe(`${chunk}\n\ndata: [DONE]\n\n`);
  });

  it('stays where it comes with choices or is null', () => {
    const text =
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}\n\n' +
      'data: {"choices":[],"usage":null}\n\ndata: {"choices":[],"prompt_filter_results":[]}\n\n';
    expect(pass([Buffer.from(text)], { strip_usage: true }).text).toBe(text);
  });

  it('delays no event that is whole', () => {
    const scanner = createScanner({ stream: true, strip_usage: true });
    const event = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
    expect(scanner.push(Buffer.from(`${event}data: {"cho`)).toString('utf8')).toBe(event);
    expect(scanner.push(Buffer.from('ices":[{}]}\n')).toString('utf8')).toBe('data: {"choices":[{}]}\n');
    expect(scanner.push(Buffer.from('\n')).toString('utf8')).toBe('\n');
  });

  it('holds no long line back', () => {
    const scanner = createScanner({ stream: true, strip_usage: true });
    const long = `data: {"choices":[{"delta":{"content":"${'a'.repeat(100_000)}`;
    expect(scanner.push(Buffer.from(long)).length).toBe(long.length);
    expect(scanner.push(Buffer.from('"}}]}')).toString('utf8')).toBe('"}}]}');
    expect(scanner.push(Buffer.from('\n\n')).toString('utf8')).toBe('\n\n');
    expect(scanner.facts().started).toBe(true);
  });
});

describe('a whole answer', () => {
  it.each(listCases(dialect, 'response.json'))('%s passes untouched and tells its facts', name => {
    const bytes = readBytes(dialect, name, 'response.json');
    const { model, usage } = readCompletion(dialect, name);
    // What is finished has begun, be it empty: its content is not looked at.
    const facts = {
      model,
      ...(Object.keys(usage).length > 0 && { usage }),
      finished: true,
      started: true,
    };
    expect(pass([bytes], { stream: false })).toEqual({ text: textOf(bytes), facts });
    expect(pass(singleBytes(bytes), { stream: false, strip_usage: true })).toEqual({
      text: textOf(bytes),
      facts,
    });
  });

  it('is finished also where nobody says why', () => {
    const body = Buffer.from('{"model":"m","choices":[{"index":0,"message":{"content":"Hi"}}]}');
    expect(pass([body], { stream: false }).facts).toMatchObject({ finished: true, started: true });
  });

  it('of megabytes tells its facts from its ends', () => {
    const body = (content: string) =>
      JSON.stringify({
        id: 'x',
        model: 'big-model',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'length' }],
        usage: { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } },
      });
    const bytes = Buffer.from(body('"usage":{} '.repeat(300_000)));
    const cuts = Array.from({ length: 100 }, (_, index) => index * 40_000);
    expect(pass(cutAt(bytes, cuts), { stream: false })).toEqual({
      text: textOf(bytes),
      facts: {
        model: 'big-model',
        usage: { input_tokens: 5, output_tokens: 7, cache_read_tokens: 2 },
        finished: true,
        started: true,
      },
    });
  });

  it('that is an error or no JSON at all passes, too', () => {
    const error = Buffer.from('{"error":{"message":"no"}}');
    expect(pass([error], { stream: false }).facts).toEqual({
      error: 'The provider reported an error: no',
      finished: false,
      started: false,
    });
    const html = Buffer.from('<html>');
    expect(pass([html], { stream: false })).toEqual({
      text: '<html>',
      facts: { finished: false, started: false },
    });
  });
});
