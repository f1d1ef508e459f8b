import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import { scanMembers } from '../../electron/dialects/scan-json.ts';
import { outcomeOf } from './read-fixtures.ts';

const wanted = new Set(['model', 'a', 'b']);

/** Pushes a body over the size up to which it is parsed as well, so that only the scan is at work. */
const padding = `"padding":"${'x'.repeat(20_000)}",`;

function scan(text: string): [string, string][] {
  const bytes = Buffer.from(text);
  return scanMembers(bytes, wanted).map(({ name, start, end }) => [name, bytes.toString('utf8', start, end)]);
}

function scanError(text: string): AppError {
  try {
    scan(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`It was accepted: ${text.slice(0, 200)}`);
}

describe.each([
  ['small', (text: string) => text],
  ['large', (text: string) => text.replace('{', `{${padding}`)],
])('a %s body', (_size, enlarge) => {
  it.each<[string, [string, string][]]>([
    ['{"model":"m"}', [['model', '"m"']]],
    [' \t\r\n{ "model" : "m" , "x" : 1 } \n', [['model', '"m"']]],
    ['{"x":{"model":"no"},"y":[{"model":"no"}],"model":"m"}', [['model', '"m"']]],
    [
      '{"a":1,"b":[1,{"c":[]},{}],"a":{"d":{}}}',
      [
        ['a', '1'],
        ['b', '[1,{"c":[]},{}]'],
        ['a', '{"d":{}}'],
      ],
    ],
    [
      '{"mod\\u0065l":"m","\\u0061":-1.5e+3,"b":null}',
      [
        ['model', '"m"'],
        ['a', '-1.5e+3'],
        ['b', 'null'],
      ],
    ],
    [
      '{"x":"\\"model\\":\\"no\\"","model":"\\\\","a":"é東👋"}',
      [
        ['model', '"\\\\"'],
        ['a', '"é東👋"'],
      ],
    ],
    [`{"x":"${'y'.repeat(500)}\\\\","model":"m"}`, [['model', '"m"']]],
    [`{"x":"${'y'.repeat(500)}\\"model\\":1${'z'.repeat(500)}","model":"m"}`, [['model', '"m"']]],
    ['{"x":true,"y":false,"z":0,"model":"m"}', [['model', '"m"']]],
  ])('%s has its members found', (text, members) => {
    expect(scan(enlarge(text))).toEqual(members);
  });

  it.each([
    '{"model":"m"',
    '{"model":"m",}',
    '{"model":"m"}}',
    '{"model":"m"} {}',
    '{"model":"m" "a":1}',
    '{"model" "m"}',
    '{"model":}',
    '{model:"m"}',
    "{'model':'m'}",
    '{"model":"m","x":[1,2}',
    '{"model":"m","x":[1,2}]',
    '{"model":"m","x":{"y":1]}',
    '{"model":"m","x":[1 2]}',
    '{"model":"m","x":[,]}',
    '{"model":"m","x":{1:2}}',
    '{"model":"m","x":tru}',
    '{"model":"m","x":True}',
    '{"model":"m","x":01}',
    '{"model":"m","x":1.}',
    '{"model":"m","x":-}',
    '{"model":"m","x":NaN}',
    '{"model":"m","x":undefined}',
    '{"model":"m","x":"y}',
    '{"model":"m","x":"y\\"}',
    '{"model":"m",// no\n"a":1}',
    `{"model":"m","x":${'['.repeat(600)}${']'.repeat(600)}}`,
  ])('%s is refused', text => {
    const error = scanError(enlarge(text));
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(/^The request body is not JSON: .*\.$/);
  });
});

it.each(['', ' ', '[]', '"model"', 'null', '1', '<html>', '\u0000', '{'])('%j is no JSON object', text => {
  expect(scanError(text).code).toBe('invalid_request');
});

it('does not quote the body in the error', () => {
  expect(scanError('{"key":"sk-secret" oops}').message).toBe(
    'The request body is not JSON: at byte 19 there should be a comma or a closing brace.',
  );
  expect(scanError('{"key":"sk-secret\\x"}').message).toBe(
    'The request body is not JSON: a string in it holds a raw line break or an unknown escape.',
  );
});

it('takes what JSON.parse takes and refuses what it refuses, outside strings also in large bodies', () => {
  const json = fc.json({ maxDepth: 4 });
  const broken = fc.tuple(
    json,
    fc.nat(),
    fc.constantFrom('', ',', ':', '{', '}', '[', ']', '"', '1', 'n', ' ', '\\'),
  );
  const body = fc.oneof(
    json,
    broken.map(
      ([text, at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1),
    ),
  );
  fc.assert(
    fc.property(body, text => {
      const expected = isJson(`{"a":${text}}`) ? 'taken' : 'invalid_request';
      expect(outcomeOf(() => scan(`{"a":${text}}`))).toBe(expected);
      // Inside strings a large body is trusted, and escapes are all that can be wrong there.
      const large = outcomeOf(() => scan(`{${padding}"a":${text}}`));
      expect(text.includes('\\') && large === 'taken' ? expected : large).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

it('finds the value of any JSON', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), text => {
      expect(scan(`{${padding}"a": ${text} }`)).toEqual([['a', text]]);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
