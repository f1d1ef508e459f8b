import { describe, expect, test } from 'vitest';

import { readNotes } from '../../../renderer/features/thread/rendering/notes.ts';

describe('readNotes', () => {
  test('gives each block what it refers to, numbered in the order of the text', () => {
    const notes = readNotes([
      'B.[^b]\n\n',
      'A[^a] and B[^b].\n\n',
      '[^a]: Of a.\n',
      '[^b]: Of b\n    and more.\n',
    ]);
    expect(notes).toEqual({
      definitions: ['\n\n[^b]: 1', '\n\n[^a]: 2\n\n[^b]: 1', undefined, undefined],
      footnotes: [
        { number: 1, text: 'Of b\nand more.' },
        { number: 2, text: 'Of a.' },
      ],
    });
  });

  test('a note nobody refers to is kept, a reference to no note stays text', () => {
    expect(readNotes(['Text[^x].\n\n', '[^y]: Lonely.'])).toEqual({
      definitions: ['', undefined],
      footnotes: [{ number: 1, text: 'Lonely.' }],
    });
  });

  test('links are defined where they are used, and nowhere else', () => {
    const blocks = ['See [the docs][Docs].\n\n', 'Nothing here.\n\n', '[docs]: https://example.com\n'];
    expect(readNotes(blocks).definitions).toEqual(['\n\n[docs]: https://example.com', '', undefined]);
  });

  test('text without definitions needs nothing', () => {
    expect(readNotes(['- [x] done\n', 'A [link](https://example.com) and [^1].'])).toEqual({
      definitions: ['', ''],
      footnotes: [],
    });
  });
});
