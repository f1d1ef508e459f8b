import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSplitter, emptySplit, splitBlocks } from '../../renderer/features/thread/split-blocks.ts';

const document = [
  '# Title\n\n',
  'A paragraph\nover two lines.\n\n',
  '- one\n\n- two\n  more\n\n',
  '```js\nconst a = 1;\n\n# no heading\n```\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '> quoted\n\n',
  'Last words.',
];
const text = document.join('');

describe('splitBlocks', () => {
  test('cuts a document at its blocks, blank lines with the block before', () => {
    expect(splitBlocks(text).blocks).toEqual(document);
  });

  test('keeps an open code fence together, whatever it contains', () => {
    const open = '```md\n# heading\n\n- item\n';
    expect(splitBlocks(`Before\n\n${open}`).blocks).toEqual(['Before\n\n', open]);
  });

  test('is empty for an empty text', () => {
    expect(splitBlocks('').blocks).toEqual([]);
  });

  test('grown piece by piece it ends as if split at once, and loses no character on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), sizes => {
        let split = emptySplit;
        for (let end = 0, turn = 0; end < text.length; turn += 1) {
          end += sizes[turn % sizes.length] ?? 1;
          split = splitBlocks(text.slice(0, end), split);
          expect(split.blocks.join('')).toBe(text.slice(0, end));
        }
        expect(split.blocks).toEqual(document);
      }),
    );
  });

  test('a settled block never changes while the text grows', () => {
    let split = emptySplit;
    for (let end = 1; end <= text.length; end += 1) {
      const next = splitBlocks(text.slice(0, end), split);
      const settled = split.blocks.slice(0, -1);
      expect(next.blocks.slice(0, settled.length)).toEqual(settled);
      split = next;
    }
  });

  test('a text that is no continuation is split afresh', () => {
    const before = splitBlocks('One\n\nTwo\n\nThree');
    expect(splitBlocks('Other\n\nText', before).blocks).toEqual(['Other\n\n', 'Text']);
    expect(splitBlocks('One', before).blocks).toEqual(['One']);
  });

  test.each(['a\r\n\r\nb', 'a\n\n\tb\n\nc', '   \n\n  x', '\u0000 a\n\nb'])(
    'text that the lexer normalises keeps every character: %j',
    odd => {
      expect(splitBlocks(odd).blocks.join('')).toBe(odd);
    },
  );
});

test('a splitter hands out the same blocks for the same text', () => {
  const split = createSplitter();
  const first = split('One\n\nTwo');
  expect(split('One\n\nTwo')).toBe(first);
  expect(split('One\n\nTwo more')).toEqual(['One\n\n', 'Two more']);
});

describe('what marked alone would cut apart', () => {
  test.each([
    ['$$\na\n\n- b\n$$\n\n', 'a formula with a blank line and a dash'],
    ['\\[\nx\n\n= y\n\\]\n\n', 'a formula in square brackets'],
    ['[^1]: A note\n    over two lines.\n\n    And a paragraph.\n\n', 'a footnote of two paragraphs'],
  ])('%j stays one block', block => {
    expect(splitBlocks(`Before.\n\n${block}After.`).blocks).toEqual(['Before.\n\n', block, 'After.']);
    expect(splitBlocks(`Before:\n${block}After.`).blocks).toEqual(['Before:\n', block, 'After.']);
  });

  test('footnotes one after the other are blocks of their own', () => {
    expect(splitBlocks('[^a]: One\n[^b]: Two\n').blocks).toEqual(['[^a]: One\n', '[^b]: Two\n']);
  });

  test('a formula without an end keeps what follows, unless it is long', () => {
    expect(splitBlocks('$$\na\n\nb').blocks).toEqual(['$$\na\n\nb']);
    expect(splitBlocks(`$$\na\n\n${'b '.repeat(3000)}`).blocks.length).toBeGreaterThan(1);
  });

  test('dollar signs in the middle of a line are nothing', () => {
    expect(splitBlocks('It is $$ and $$ here.\n\nNext.').blocks).toEqual([
      'It is $$ and $$ here.\n\n',
      'Next.',
    ]);
  });
});
