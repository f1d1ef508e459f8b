import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import { getDialect } from '../../electron/dialects/registry.ts';
import { scanMembers } from '../../electron/dialects/scan-json.ts';
import type { JsonMember } from '../../electron/dialects/scan-json.ts';
import { dialectNames } from '../../electron/contract/models.ts';

// A small body is parsed, a large one is walked through: what is found must not depend on it. Space before the body
// makes it large and changes nothing but positions.
const spaces = 20_000;
const enlarge = (body: Buffer): Buffer => Buffer.concat([Buffer.alloc(spaces, ' '), body]);

const plainNames = [
  'model',
  'stream',
  'stream_options',
  'include_usage',
  'x',
  '__proto__',
  'constructor',
  '',
];
const escapedNames = [
  'mod\\u0065l',
  '\\u006dodel',
  'str\\u0065am',
  'stream\\u005foptions',
  'model\\"',
  '\\"model',
];
const name = fc.constantFrom(...plainNames, ...escapedNames, 'modèl', 'm\\/', '东');
const plainWords = [
  '1',
  'true',
  'false',
  'null',
  '-1.5e+3',
  '""',
  '"a/b"',
  '"model"',
  '"stream"',
  '{}',
  '[]',
];
const odderWords = [
  '"é东👋"',
  '"\\ud800"',
  '"say \\"model\\": 1"',
  '"\\\\"',
  '"mod\\u0065l"',
  '"\\u003c"',
  '"{[{["',
];
const wrongWords = ['"a\nb"', '"\\x"', '01', 'tru'];
const deepWords = [511, 512, 513].map(depth => '['.repeat(depth) + ']'.repeat(depth));
const word = fc.constantFrom(...plainWords, ...odderWords, ...wrongWords, ...deepWords);
const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n');
const { value } = fc.letrec<{ value: string; object: string; list: string }>(tie => ({
  value: fc.oneof({ depthSize: 'small' }, { weight: 3, arbitrary: word }, tie('object'), tie('list')),
  object: fc
    .array(fc.tuple(space, name, space, tie('value')), { maxLength: 4 })
    .map(members => `{${members.map(([a, key, b, of]) => `${a}"${key}"${b}:${b}${of}`).join(',')}}`),
  list: fc.array(tie('value'), { maxLength: 3 }).map(items => `[${items.join(', ')}]`),
}));
const member = fc.oneof(
  fc.tuple(name, value),
  fc.tuple(fc.constantFrom('model', 'stream', 'stream_options'), value),
  fc.constant(['model', '"up/m"'] as const),
);
const object = fc
  .tuple(space, fc.array(member, { maxLength: 6 }), space)
  .map(
    ([a, members, b]) =>
      `${a}{${members.map(([key, of]) => `"${key}"${b}:${b}${of}${a}`).join(`,${b}`)}}${b}`,
  );
const damages = ['', ',', ':', '{', '}', ']', '"', '\\', '\u0001', '\ufeff', 'model', '\\u0065'];
const damage = fc.constantFrom(...damages.map(text => Buffer.from(text)), Buffer.of(0xff));
/** Bodies as tools send them and as none should, some with a byte or a word changed. */
const body = fc
  .tuple(object, fc.option(fc.tuple(fc.nat(), damage, fc.nat({ max: 1 }))))
  .map(([text, put]) => {
    const bytes = Buffer.from(text);
    if (!put) return bytes;
    const at = put[0] % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), put[1], bytes.subarray(at + put[2])]);
  });

type Outcome<Found> = { found: Found } | { refused: string; body: unknown };

function outcomeOf<Found>(find: () => Found): Outcome<Found> {
  try {
    return { found: find() };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error;
    return { refused: error.message, body: error.body };
  }
}

/** A value that was parsed is the one that stands there. */
function withoutValue(bytes: Buffer, { value, ...member }: JsonMember): JsonMember {
  const written: unknown = JSON.parse(bytes.toString('utf8', member.start, member.end));
  expect(value ?? written).toEqual(written);
  return member;
}

/** What is to be said of a body that is no JSON, by the walk through all of it and by the parser; undefined of one that is. */
function refusalOf(bytes: Buffer): Outcome<never> | undefined {
  const walked = outcomeOf(() => scanMembers(enlarge(bytes), new Set()));
  if ('refused' in walked) {
    const ownPosition = (position: string): string => String(Number(position) - spaces);
    return { refused: walked.refused.replace(/(?<=at byte )\d+/, ownPosition), body: undefined };
  }
  try {
    JSON.parse(bytes.toString());
    return undefined;
  } catch {
    const refused =
      'The request body is not JSON: a string in it holds a raw line break or an unknown escape.';
    return { refused, body: undefined };
  }
}

describe('a small body, which is parsed, is understood as a large one, which is walked through', () => {
  it('member by member', () => {
    const wanted = new Set([
      'stream',
      'include_usage',
      'model',
      'stream_options',
      '__proto__',
      '东',
      'm/',
      '',
    ]);
    fc.assert(
      fc.property(body, bytes => {
        const walk = (): JsonMember[] =>
          scanMembers(enlarge(bytes), wanted).map(({ start, end, ...member }) => ({
            ...member,
            start: start - spaces,
            end: end - spaces,
          }));
        const some = new Set([...wanted].filter(each => /^[a-z_]+$/.test(each)));
        const isPlain = ({ name: each }: { name: string }): boolean => some.has(each);
        const expected = refusalOf(bytes) ?? outcomeOf(walk);
        expect(outcomeOf(() => scanMembers(bytes, wanted))).toEqual(expected);
        const found = outcomeOf(() => scanMembers(bytes, some).map(member => withoutValue(bytes, member)));
        expect(found).toEqual('found' in expected ? { found: expected.found.filter(isPlain) } : expected);
      }),
      { numRuns: 1500 },
    );
  });

  it.each(dialectNames)('by %s, which rewrites it to the same bytes', dialect => {
    const { passthrough } = getDialect(dialect);
    const route = { params: { model: 'up/m' } };
    const read = (bytes: Buffer, skipped: number): unknown => {
      const request = passthrough.readRequest(bytes, route);
      const rewritten = Buffer.concat(request.rewrite('ü')).subarray(skipped).toString('latin1');
      return { ...request, rewrite: rewritten };
    };
    fc.assert(
      fc.property(body, bytes => {
        const expected = refusalOf(bytes) ?? outcomeOf(() => read(enlarge(bytes), spaces));
        expect(outcomeOf(() => read(bytes, 0))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});
