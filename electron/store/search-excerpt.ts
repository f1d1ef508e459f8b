import type { TextRange } from '../contract/finding-calls.ts';
import { foldText } from '../contract/fold-text.ts';

export type Excerpt = { excerpt: string; marks: TextRange[] };

const unitsBefore = 40;
const unitsAfter = 160;

/** The text around the first place and what to mark in it; null where a term does not occur at all. */
export function excerptOf(text: string, patterns: readonly RegExp[]): Excerpt | null {
  const folded = foldText(text);
  let first = Infinity;
  for (const pattern of patterns) {
    pattern.lastIndex = 0;
    const found = pattern.exec(folded);
    if (!found) return null;
    first = Math.min(first, found.index);
  }
  const start = first <= unitsBefore ? 0 : startOfWord(text, first - unitsBefore);
  const end = Math.min(text.length, first + unitsAfter);
  const body = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  // One unit for one unit, so that positions stay.
  const written = body.replaceAll(/\s/g, ' ').toWellFormed();
  const plain = written.replaceAll(emphasis, '$1');
  const marks = rangesOf(foldText(plain), patterns);
  // Somebody may have searched for the asterisks.
  if (marks.length > 0) return { excerpt: plain, marks };
  return { excerpt: written, marks: rangesOf(foldText(written), patterns) };
}

/** Markdown's bold letters, which are not read as such in a list of finds; `2**8` is none. */
const emphasis = /(?<![\w*])\*\*(?=\S)([^*]+)(?<=\S)\*\*(?![\w*])/g;

/** Every place of every pattern, in order and without overlaps. */
export function rangesOf(folded: string, patterns: readonly RegExp[]): TextRange[] {
  const ranges = patterns.flatMap(pattern => {
    // matchAll goes on from where the pattern stopped the last time.
    pattern.lastIndex = 0;
    return [...folded.matchAll(pattern)].map((found): TextRange => [
      found.index,
      found.index + found[0].length,
    ]);
  });
  const merged: TextRange[] = [];
  for (const range of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && range[0] < last[1]) last[1] = Math.max(last[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

/** The beginning of the word that stands here, if it is near. */
function startOfWord(text: string, at: number): number {
  const space = text.slice(at, at + 15).search(/\s/);
  return space === -1 ? at : at + space + 1;
}
