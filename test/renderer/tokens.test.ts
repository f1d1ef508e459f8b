import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../renderer/ui/tokens.css', import.meta.url), 'utf8');
const light = readTokens(/:root \{([^}]*)\}/);
const dark = { ...light, ...readTokens(/:root\[data-theme='dark'\] \{([^}]*)\}/) };

function readTokens(block: RegExp): Record<string, string> {
  const body = block.exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(start => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [high = 0, low = 0] = [luminance(first), luminance(second)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const papers = ['paper', 'paper-sunken', 'paper-raised'];
const code = Object.keys(light).filter(name => name.startsWith('shiki-token'));
const textPairs = [
  ...['ink', 'ink-soft', 'ink-faint', 'accent', 'danger', 'warning', 'good'].flatMap(text =>
    papers.map(paper => [text, paper]),
  ),
  ...code.map(token => [token, 'paper-sunken']),
  ['ink', 'accent-soft'],
  ['ink', 'paper-hover'],
  ['ink', 'paper-active'],
  ['ink-soft', 'paper-hover'],
  ['ink-soft', 'paper-active'],
  ['ink-faint', 'paper-hover'],
  ['danger', 'paper-hover'],
  ['accent', 'paper-hover'],
  ['accent', 'paper-active'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['danger', 'danger-soft'],
  ['warning', 'warning-soft'],
] as [string, string][];
/** Outlines of controls and of the focus need 3:1. */
const shapePairs = ['line-strong', 'focus'].flatMap(shape =>
  papers.map((paper): [string, string] => [shape, paper]),
);

describe.each([
  ['light', light],
  ['dark', dark],
])('%s colours', (_name, tokens) => {
  test.each(textPairs)('%s on %s can be read (4.5:1)', (text, paper) => {
    expect(contrast(tokens[text] ?? '', tokens[paper] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapePairs)('%s on %s can be seen (3:1)', (shape, paper) => {
    expect(contrast(tokens[shape] ?? '', tokens[paper] ?? '')).toBeGreaterThanOrEqual(3);
  });
});

test('dark redefines every colour of light', () => {
  const own = Object.keys(readTokens(/:root\[data-theme='dark'\] \{([^}]*)\}/));
  expect(own.toSorted()).toEqual(Object.keys(light).toSorted());
});
