import { foldText } from '../../../electron/contract/fold-text.ts';

/**
 * How well a title fits what was typed, 0 where it does not: whole words first, then their beginnings, any place, and last
 * letters that only follow one another. Every word has to fit, in any order.
 */
export function scoreTitle(query: string, title: string): number {
  const folded = foldText(title);
  const words = foldText(query).trim().split(/\s+/);
  let worst = 1;
  for (const word of words) {
    worst = Math.min(worst, scoreWord(word, folded));
    if (worst === 0) return 0;
  }
  // Of two that fit alike, the shorter one says less that was not asked for.
  return worst - Math.min(folded.length, 200) / 10_000;
}

/** The best of a list, in order; what fits alike stays in the order it had. */
export function bestTitles<T>(
  query: string,
  items: readonly T[],
  titleOf: (item: T) => string,
  count: number,
): T[] {
  return items
    .map(item => ({ item, score: scoreTitle(query, titleOf(item)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ item }) => item);
}

function scoreWord(word: string, title: string): number {
  const at = title.indexOf(word);
  if (at === -1) return followsInOrder(word, title) ? 0.2 : 0;
  if (title === word) return 1;
  const isStart = at === 0 || !/[\p{L}\p{N}]/u.test(title.charAt(at - 1));
  const end = title.charAt(at + word.length);
  const isWhole = isStart && (end === '' || !/[\p{L}\p{N}]/u.test(end));
  if (isWhole) return 0.9;
  return isStart ? 0.8 : 0.5;
}

/** Whether the letters occur in this order, none too far from the one before: `prlbd` fits Parley on a board. */
function followsInOrder(word: string, title: string): boolean {
  const farthest = 12;
  let last = -1;
  for (const letter of word) {
    const at = title.indexOf(letter, last + 1);
    if (at === -1 || (last >= 0 && at - last > farthest)) return false;
    last = at;
  }
  return word.length > 1;
}
