import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { PassthroughFacts } from '../../electron/dialects/dialect.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import { isSet } from '../../electron/dialects/answer-scanner.ts';
import { countOf } from '../../electron/dialects/count-of.ts';
import { getDialect } from '../../electron/dialects/registry.ts';

const openai = (delta: object, rest: object = {}): string =>
  `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
const anthropic = (event: { type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const word = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'one' } };

/** What is known after events that arrived together, once the answer has begun. */
function scan(dialect: DialectName, opening: string, together: string): PassthroughFacts {
  const scanner = getDialect(dialect).passthrough.createScanner({ stream: true, strip_usage: true });
  scanner.push(Buffer.from(opening));
  scanner.push(Buffer.from(together));
  return scanner.facts();
}

describe('events that arrive together are looked at as if they came one by one:', () => {
  const begun = openai({ content: 'one' });
  const words = openai({ content: 'two' }) + openai({ content: 'and "choices"' });

  it('words alone tell nothing', () => {
    expect(scan('openai_completions', begun, words)).toMatchObject({ started: true, finished: false });
  });

  it.each([
    ['before them', (event: string) => event + words],
    ['between them', (event: string) => openai({ content: 'x' }) + event + words],
    ['after them', (event: string) => words + event],
  ])('an error without choices %s', (_name, place) => {
    const facts = scan('openai_completions', begun, place('data: {"detail":"Overloaded."}\n\n'));
    expect(facts.error).toContain('Overloaded.');
  });

  it('a finish and usage among words', () => {
    const finish = openai({ content: 'last' }).replace('null', '"stop"');
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
    expect(scan('openai_completions', begun, words + finish + usage)).toMatchObject({
      finished: true,
      usage: { input_tokens: 3, output_tokens: 4 },
    });
  });

  it('an event of another kind among deltas', () => {
    const start = {
      type: 'message_start',
      message: { model: 'm', usage: { input_tokens: 3, output_tokens: 1 } },
    };
    const opening =
      anthropic(start) +
      anthropic({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      } as never) +
      anthropic(word);
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } };
    const facts = scan('anthropic_messages', opening, anthropic(word) + anthropic(end) + anthropic(word));
    expect(facts).toMatchObject({ finished: true, usage: { output_tokens: 9 } });
  });
});

describe('a stream tells the same, however it is cut', () => {
  const text = 'word '.repeat(60);
  const openaiEvents = [
    openai({ content: text }),
    openai({ content: `${text} \\n\\n "choices" data: ` }),
    openai({ content: '' }, { usage: null }),
    openai({ content: text }).replaceAll('\n\n', '\r\n\r\n'),
    openai({ content: 'last' }).replace('null', '"stop"'),
    'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n',
    'data: {"error":{"message":"broken"}}\n\n',
    'data: {"detail":"Overloaded."}\n\n',
    'data: {"choices":[{"index":0,\ndata: "delta":{"content":"cut"}}]}\n\n',
    'event: error\ndata: plain words\n\n',
    ': keep-alive\n\n',
    '\n',
    'data: [DONE]\n\n',
  ];
  const anthropicEvents = [
    anthropic({ type: 'message_start', message: { model: 'm', usage: { input_tokens: 3 } } } as never),
    anthropic({ ...word, delta: { type: 'text_delta', text } } as never),
    anthropic({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 9 },
    } as never),
    anthropic({ type: 'error', error: { message: 'broken' } } as never),
    anthropic({ type: 'ping' }),
  ];
  const streamsOf = (events: string[]) =>
    fc
      .tuple(
        fc.array(fc.constantFrom(...events), { maxLength: 12 }),
        fc.nat(30),
        fc.array(fc.constantFrom(...events)),
      )
      .map(([before, count, after]) =>
        Buffer.from([...before, ...Array(count).fill(events[0]), ...after].join('')),
      );

  it.each([
    ['openai_completions' as const, [...openaiEvents.slice(0, 1), ...openaiEvents]],
    ['anthropic_messages' as const, [anthropicEvents[1] ?? '', ...anthropicEvents]],
  ])('%s', (name, events) => {
    const { passthrough } = getDialect(name);
    const facts = (bytes: Buffer, cuts: number[]): unknown => {
      const scanner = passthrough.createScanner({ stream: true, strip_usage: false });
      const places = [...cuts.map(cut => cut % (bytes.length + 1)), 0, bytes.length].toSorted(
        (a, b) => a - b,
      );
      for (const [index, place] of places.entries())
        scanner.push(bytes.subarray(places[index - 1] ?? 0, place));
      scanner.end();
      return { ...scanner.facts(), done: scanner.isDone() };
    };
    fc.assert(
      fc.property(streamsOf(events), fc.array(fc.nat(20_000), { maxLength: 3 }), (bytes, cuts) => {
        const oneByOne = facts(bytes, Array.from(bytes.keys()));
        expect(facts(bytes, cuts)).toEqual(oneByOne);
        expect(facts(bytes, [])).toEqual(oneByOne);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a search of the text', () => {
  const piece = fc.constantFrom(
    '"usage"',
    'usage"',
    '"',
    'u',
    ':',
    ' ',
    'null',
    'n',
    '{',
    '\n',
    '\\"',
    '"us',
    'x',
  );
  const texts = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''));

  it('counts what stands there', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('"usage"', 'usage"', '"', '""', '{', '\n', '"us'), (text, part) => {
        expect(countOf(text, part)).toBe(text.split(part).length - 1);
      }),
      { numRuns: 3000, examples: [['"usage"usage"', '"usage"']] },
    );
  });

  it('finds fields that are not null', () => {
    fc.assert(
      fc.property(texts, text => {
        const values = text.split('"usage"').slice(1);
        expect(isSet(text, '"usage"')).toBe(values.some(value => !/^[: ]*n/.test(value)));
      }),
    );
    expect(isSet('{"a.b": 1}', '"a.b"')).toBe(true);
    expect(isSet('{"axb": 1}', '"a.b"')).toBe(false);
  });
});

describe('usage that only we asked for', () => {
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
  const [one, two] = [openai({ content: 'one' }), openai({ content: 'two' })];

  it.each([1, 7, 50, 10_000])('is taken out, and nothing else, in pieces of %i bytes', size => {
    const { passthrough } = getDialect('openai_completions');
    const scanner = passthrough.createScanner({ stream: true, strip_usage: true });
    const bytes = Buffer.from(one + two + usage + 'data: [DONE]\n\n');
    const kept: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) kept.push(scanner.push(bytes.subarray(at, at + size)));
    kept.push(scanner.end());
    expect(Buffer.concat(kept).toString()).toBe(`${one}${two}data: [DONE]\n\n`);
  });
});
