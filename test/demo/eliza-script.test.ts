import { describe, expect, test } from 'vitest';

import { decompose, readPattern } from '../../electron/demo/decompose.ts';
import { elizaScript } from '../../electron/demo/eliza-script.ts';
import { elizaStory } from '../../electron/demo/eliza-story.ts';

const { keywords, families } = elizaScript;
const rules = keywords.flatMap(keyword => keyword.rules.map(rule => ({ keyword, rule })));
const texts = rules.flatMap(({ rule }) => rule.answers.filter(reply => typeof reply === 'string'));

describe('the script', () => {
  test('is rich enough for a conversation', () => {
    expect(keywords.length).toBeGreaterThanOrEqual(35);
    expect(texts.length).toBeGreaterThan(250);
  });

  test('names every keyword once, and goto leads somewhere', () => {
    const names = keywords.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const targets = rules.flatMap(({ rule }) =>
      rule.answers.flatMap(reply =>
        typeof reply !== 'string' && reply.type === 'goto' ? [reply.keyword] : [],
      ),
    );
    expect(targets.filter(target => !names.includes(target))).toEqual([]);
  });

  test('uses known families only, in lower case words that the reader can produce', () => {
    const used = keywords.flatMap(({ words }) => words.split(' '));
    expect(used.filter(word => word.startsWith('@') && !(word.slice(1) in families))).toEqual([]);
    expect(used.filter(word => !/^@?[a-z]+$/.test(word))).toEqual([]);
  });

  test.each(rules.map(({ keyword, rule }) => [keyword.name, rule.pattern, rule] as const))(
    '%s: the answers to %j quote only parts that are there',
    (_, pattern, rule) => {
      const elements = pattern
        .split(' ')
        .filter(part => part === '*' || part === '+' || part.startsWith('@'));
      const quoted = [...rule.answers, ...(rule.memories ?? [])]
        .filter(reply => typeof reply === 'string')
        .flatMap(reply => [...reply.matchAll(/\$(\d)/g)].map(match => Number(match[1])));
      // A `*` may be empty, and an answer with a hole in it is none.
      expect(quoted.filter(part => (elements[part - 1] ?? '*') === '*')).toEqual([]);
      expect(pattern).not.toMatch(/[*+] [*+]/);
      expect(() => readPattern(pattern, families)).not.toThrow();
    },
  );

  test('no pattern needs a word that substitutions take away', () => {
    const gone = rules.flatMap(({ rule }) =>
      rule.pattern.split(' ').filter(word => word in elizaScript.substitutions),
    );
    expect(gone).toEqual([]);
  });

  test('answers in one to four sentences, but for the story', () => {
    const long = texts.filter(text => text !== elizaStory && (text.match(/[.?!](\s|$)/g) ?? []).length > 3);
    expect(long).toEqual([]);
  });
});

describe('decompose', () => {
  const read = (pattern: string, clause: string) =>
    decompose(readPattern(pattern, { pet: 'cat dog' }), clause.split(' ').filter(Boolean))?.map(part =>
      part.join(' '),
    );

  test.each([
    ['*', '', ['']],
    ['*', 'a b', ['a b']],
    ['+', '', undefined],
    ['+', 'a', ['a']],
    ['a b', 'a b', []],
    ['a b', 'a b c', undefined],
    ['a b', 'a', undefined],
    ['* b', 'a b', ['a']],
    ['* b', 'b b', ['b']],
    ['* b', 'a b c', undefined],
    ['b *', 'a b', undefined],
    ['* b *', 'a b c b d', ['a', 'c b d']],
    ['* b + b', 'b b b', ['', 'b']],
    ['+ b +', 'b b b', ['b', 'b']],
    ['* my @pet +', 'see my Cat sleep', ['see', 'Cat', 'sleep']],
    ['* my @pet +', 'see my cat', undefined],
    ['* my @pet', 'my cow and my dog', ['my cow and', 'dog']],
  ])('%j on %j', (pattern, clause, parts) => {
    expect(read(pattern, clause)).toEqual(parts);
  });

  test('an unknown family is the fault of the script', () => {
    expect(() => readPattern('* @ghost', {})).toThrow('no family @ghost');
  });
});
