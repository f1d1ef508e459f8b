import remarkGfm from 'remark-gfm';
import { expect, test, vi } from 'vitest';

import { mayHoldGfm } from '../../../renderer/features/thread/rendering/may-hold-gfm.ts';
import { readMarkdown } from '../../../renderer/features/thread/rendering/read-markdown.ts';

const read = vi.fn();
const options = { remarkPlugins: [() => read] };

test('a block is read once, however often it is rendered', () => {
  const first = readMarkdown('Some *text* to be read once.', 'text', options);
  expect(readMarkdown('Some *text* to be read once.', 'text', options)).toBe(first);
  expect(read).toHaveBeenCalledTimes(1);
});

test('with and without formulas the same text is not the same', () => {
  const plain = readMarkdown('$x$', 'text', options);
  expect(readMarkdown('$x$', 'math', options)).not.toBe(plain);
});

test('what was read longest ago is forgotten, what is still used is not', () => {
  const used = readMarkdown('Used again and again.', 'text', options);
  const old = readMarkdown('Used once.', 'text', options);
  for (let block = 0; block < 320; block += 1) {
    readMarkdown(`Block ${String(block)}.`, 'text', options);
    readMarkdown('Used again and again.', 'text', options);
  }
  expect(readMarkdown('Used again and again.', 'text', options)).toBe(used);
  expect(readMarkdown('Used once.', 'text', options)).not.toBe(old);
});

test('a very long block is not kept', () => {
  const long = 'long '.repeat(2000);
  expect(readMarkdown(long, 'text', options)).not.toBe(readMarkdown(long, 'text', options));
});

const written = {
  'a table': '| a | b |\n|---|---|\n| 1 | 2 |',
  'a table of one column': 'a\n:-\nb',
  'struck text': 'It is ~~not~~ so.',
  'a task': '- [ ] to do\n- [x] done',
  'a note': 'Text[^1]\n\n[^1]: 1',
  'an address': 'See https://example.com/a for more.',
  'an address without its scheme': 'See www.example.com for more.',
  'a mail address': 'Write to somebody@example.com now.',
  'an address in brackets that are no link': '\\[a](https://example.com)',
  'an address in an image': '![a](https://example.com/x.png)',
  'an address after a link': '[a](https://example.com/x) and https://example.com/y',
};
const plain = [
  'A paragraph with *emphasis*, `code` and [a link](https://example.com/x).',
  '## A title',
  '1. a\n2. b',
];

test.each(Object.entries(written))('%s is read as GitHub does', (_name, text) => {
  expect(mayHoldGfm(text)).toBe(true);
});

test.each(plain)('what needs nothing of GitHub reads the same without it: %s', text => {
  expect(mayHoldGfm(text)).toBe(false);
  const children = (element: unknown) => JSON.stringify(element);
  expect(children(readMarkdown(text, 'without', {}))).toBe(
    children(readMarkdown(text, 'with', { remarkPlugins: [remarkGfm] })),
  );
});
