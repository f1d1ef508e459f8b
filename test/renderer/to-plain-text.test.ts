import { expect, it } from 'vitest';

import { toPlainText } from '../../renderer/features/transfer/to-plain-text.ts';

it.each([
  ['# Title\n\nSome **bold** and `a < b` & *more*.', 'Title\n\nSome bold and a < b & more.'],
  [
    'See [the page](https://x.example) or <https://y.example>.',
    'See the page (https://x.example) or https://y.example.',
  ],
  ['1. one\n2. two\n   - inner\n', '1. one\n2. two\n  - inner'],
  ['- [x] done\n- [ ] open', '- [x] done\n- [ ] open'],
  ['```js\nconst a = 1 && 2;\n```', 'const a = 1 && 2;'],
  ['| a | b |\n|---|---|\n| 1 | **2** |', 'a\tb\n1\t2'],
  ['> quoted\n> text', 'quoted\ntext'],
  ['<details>\n<summary>Why</summary>\n\nBecause\n\n</details>', 'Why\n\nBecause'],
  ['中文 **粗体**', '中文 粗体'],
  ['Fish &amp; chips &lt;3', 'Fish & chips <3'],
])('%j', (markdown, text) => {
  expect(toPlainText(markdown)).toBe(text);
});
