import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../electron/contract/json.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { outcomeOf } from '../read-fixtures.ts';

const readRequest = (body: Buffer) => openaiCompletions.passthrough.readRequest(body);

function rewrite(body: string, model: string): string {
  return readRequest(Buffer.from(body)).rewrite(model).join('');
}

describe('a body that passes', () => {
  it('is changed in its model only', () => {
    const body =
      ' {"messages": [{"role":"user","content":"\\u00e9 \\"model\\":\\"x\\""}],\n "model" :  "groq/m" , "n":2, "x":1e400 } ';
    expect(readRequest(Buffer.from(body))).toMatchObject({
      model: 'groq/m',
      stream: false,
      edits_answer: false,
    });
    expect(rewrite(body, 'llama-"3"é')).toBe(body.replace('"groq/m"', '"llama-\\"3\\"é"'));
  });

  it('is asked for usage when it streams', () => {
    const body = '{"model":"groq/m","stream":true,"messages":[]}';
    expect(readRequest(Buffer.from(body))).toMatchObject({ stream: true, edits_answer: true });
    expect(rewrite(body, 'm')).toBe(
      '{"stream_options":{"include_usage":true},"model":"m","stream":true,"messages":[]}',
    );
  });

  it.each([
    ['null', '{"include_usage":true}', true],
    ['{}', '{"include_usage":true}', true],
    ['{ }', '{"include_usage":true }', true],
    ['{"include_obfuscation": false}', '{"include_usage":true,"include_obfuscation": false}', true],
    ['{"include_usage": false , "x":1}', '{"include_usage": true , "x":1}', true],
    ['{"include_usage":null}', '{"include_usage":true}', true],
    ['{"include_usage":true, "x":[1]}', '{"include_usage":true, "x":[1]}', false],
    ['{"include_usage":false,"include_usage":true}', '{"include_usage":false,"include_usage":true}', false],
  ])('with stream_options %s sends %s', (options, sent, added) => {
    const body = `{"stream":true,"stream_options":${options},"model":"a/b"}`;
    expect(readRequest(Buffer.from(body)).edits_answer).toBe(added);
    expect(rewrite(body, 'b')).toBe(`{"stream":true,"stream_options":${sent},"model":"b"}`);
  });

  it('keeps stream_options as they are when it does not stream', () => {
    const body = '{"model":"a/b","stream_options":{"x":1}}';
    expect(rewrite(body, 'b')).toBe('{"model":"b","stream_options":{"x":1}}');
  });

  it('with repeated fields means the last, and sends no other model along', () => {
    const body = '{"model":"a/one","stream":true,"model":"a/two","mod\\u0065l":"a/three","stream":false}';
    expect(readRequest(Buffer.from(body))).toMatchObject({
      model: 'a/three',
      stream: false,
      edits_answer: false,
    });
    expect(rewrite(body, 'm')).toBe(
      '{"model":"m","stream":true,"model":"m","mod\\u0065l":"m","stream":false}',
    );
  });

  it('may write its model with escapes', () => {
    expect(readRequest(Buffer.from('{"model":"a\\/\\u0062"}')).model).toBe('a/b');
  });

  it('is the same but for model and usage, whatever it holds', () => {
    const space = fc.constantFrom('', ' ', '\n', '\t ');
    const member = fc.tuple(fc.string({ maxLength: 8 }), fc.json({ maxDepth: 3 }), space);
    const padding = fc.constantFrom(0, 20_000);
    const arbitrary = fc.tuple(
      fc.array(member),
      fc.array(member),
      fc.boolean(),
      fc.string({ minLength: 1 }),
      padding,
      space,
    );
    fc.assert(
      fc.property(arbitrary, ([before, after, stream, model, size, gap]) => {
        const write = ([name, json, s]: [string, string, string]) =>
          `${s}${JSON.stringify(name)}${s}:${s}${json}${s}`;
        const others = [...before, ...after].map(([name]) => name);
        fc.pre(!others.some(name => ['model', 'stream', 'stream_options'].includes(name)));
        const rest = [`"p":"${'é'.repeat(size)}"`, ...after.map(write)].join(',');
        const head = before.map(entry => `${write(entry)},`).join('');
        const body = (name: string) =>
          `${gap}{${head}"model":${gap}${JSON.stringify(name)},"stream":${stream},${rest}}${gap}`;
        const read = readRequest(Buffer.from(body('a/b')));
        expect(read).toMatchObject({ model: 'a/b', stream, edits_answer: stream });
        const sent = read.rewrite(model).join('');
        const added = stream ? '"stream_options":{"include_usage":true},' : '';
        expect(sent).toBe(body(model).replace('{', () => `{${added}`));
        const expected = { ...(JSON.parse(body('a/b')) as JsonObject), model }; // an object, see body
        expect(JSON.parse(sent)).toEqual(
          stream ? { ...expected, stream_options: { include_usage: true } } : expected,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('a body that cannot pass', () => {
  it.each([
    ['{}', 'model is missing: name one as backend/model-id.'],
    ['{"messages":[]}', 'model is missing: name one as backend/model-id.'],
    ['{"x":{"model":"m"}}', 'model is missing: name one as backend/model-id.'],
    ['{"model":5}', 'model must be a string like backend/model-id.'],
    ['{"model":null}', 'model must be a string like backend/model-id.'],
    ['{"model":""}', 'model must be a string like backend/model-id.'],
    ['{"model":"m","stream":"true"}', 'stream must be true or false.'],
    ['{"model":"m","stream":1}', 'stream must be true or false.'],
    ['{"model":"m","stream":true,"stream_options":[]}', 'stream_options must be an object.'],
    [
      '{"model":"m","stream":true,"stream_options":{"include_usage":"yes"}}',
      'stream_options.include_usage must be true or false.',
    ],
    ['not json', 'The request body is not JSON: at byte 0 there should be an object.'],
    ['', 'The request body is not JSON: at byte 0 there should be an object.'],
    ['\uFEFF{"model":"m"}', 'The request body is not JSON: at byte 0 there should be an object.'],
    ['{"model":"m","messages":[', 'The request body is not JSON: at byte 25 there should be a value.'],
    [
      '{"model":"m","a":"x\ny"}',
      'The request body is not JSON: a string in it holds a raw line break or an unknown escape.',
    ],
    ['[]', 'The request body is not JSON: at byte 0 there should be an object.'],
  ])('%s: %s', (body, message) => {
    expect(() => readRequest(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: 'invalid_request', message }),
    );
  });

  it('is refused with an AppError, or still JSON after its change, however it is damaged', () => {
    const body =
      '{"model":"a/b","messages":[{"role":"user","content":"é\\n\\"x\\""}],"stream":true,"stream_options":{"include_usage":false}}';
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, edits => {
        const bytes = Buffer.from(body);
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        let sent = '{"model":"other"}';
        const outcome = outcomeOf(() => {
          sent = readRequest(bytes).rewrite('other').join('');
        });
        expect(['taken', 'invalid_request']).toContain(outcome);
        expect(JSON.parse(sent)).toMatchObject({ model: 'other' });
      }),
      { numRuns: 3000 },
    );
  });
});
