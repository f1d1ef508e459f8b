import { describe, expect, test } from 'vitest';

import { openMathStart, prepareMath } from '../../../renderer/features/thread/rendering/prepare-math.ts';

describe('prepareMath', () => {
  test.each([
    ['$x^2$', '$x^2$'],
    ['so $x$, and $y$.', 'so $x$, and $y$.'],
    ['质能方程$E=mc^2$很有名', '质能方程$E=mc^2$很有名'],
    ['\\(a_1\\) and \\( b \\)', '$a_1$ and $b$'],
    ['$$e^x$$ in a line', '$$e^x$$ in a line'],
    ['$$e^x$$', '$$\ne^x\n$$'],
    ['\\[ e^x \\]', '$$\ne^x\n$$'],
    ['- \\[ e^x \\]\n- next', '- $$\n  e^x\n  $$\n- next'],
    ['> $$a$$', '> $$\n> a\n> $$'],
    ['\\[\na\n\nb\n\\]', '$$\na\nb\n$$'],
  ])('brings %j into one form', (text, expected) => {
    expect(prepareMath(text)).toBe(expected);
  });

  test.each([
    ['It costs $5 and $6.', 'It costs \\$5 and \\$6.'],
    ['$5-$6', '\\$5-\\$6'],
    ['from $10/$20', 'from \\$10/\\$20'],
    ['US$5 or 7$ each', 'US\\$5 or 7\\$ each'],
    ['$5, £6 or 7$.', '\\$5, £6 or 7\\$.'],
    ['$1,000 (about 900$)', '\\$1,000 (about 900\\$)'],
    ['$HOME and $PATH', '\\$HOME and \\$PATH'],
    ['echo $$', 'echo \\$\\$'],
    ['a $ b $ c', 'a \\$ b \\$ c'],
  ])('leaves the money in %j', (text, expected) => {
    expect(prepareMath(text)).toBe(expected);
  });

  test.each([
    '`$x$` and ``a ` $y$``',
    '```sh\necho $HOME $$ \\(x\\)\n```',
    '~~~\n$x$\n~~~',
    '```sh\n$open',
    '\\$x\\$',
    'nothing of it',
  ])('does not touch %j', text => {
    expect(prepareMath(text)).toBe(text);
  });

  test('reads on behind a code span that holds formulas', () => {
    expect(prepareMath('`$a$` costs $5, \\(b\\)')).toBe('`$a$` costs \\$5, $b$');
  });
});

describe('openMathStart', () => {
  test.each([
    ['so \\(x^2', 3],
    ['so \\(x^2\\)', -1],
    ['$$\nx', 0],
    ['so $x^2 + ', 3],
    ['costs $5 and', -1],
    ['`\\(`', -1],
    ['$a$ then \\[ b', 9],
  ])('in %j is %i', (text, expected) => {
    expect(openMathStart(text)).toBe(expected);
  });
});
