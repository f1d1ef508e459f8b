import { foldText } from '../../../electron/contract/fold-text.ts';

export type FoundMessage = { message_id: string; count: number };

/** Which message the n-th place of all is in, and which of that message's places it is; undefined beyond the last. */
export function placeAt(
  found: readonly FoundMessage[],
  index: number,
): { messageId: string; nth: number } | undefined {
  let before = 0;
  for (const { message_id: messageId, count } of found) {
    if (index < before + count) return { messageId, nth: index - before };
    before += count;
  }
  return undefined;
}

export function countPlaces(found: readonly FoundMessage[]): number {
  return found.reduce((sum, { count }) => sum + count, 0);
}

/** How often a text holds another one, as they are compared in a search. */
export function countIn(text: string, query: string): number {
  return foldText(text).split(foldText(query)).length - 1;
}

/** The first place at or after a message of the thread, else the first of all. */
export function firstFrom(
  found: readonly FoundMessage[],
  order: readonly string[],
  messageId: string | undefined,
): number {
  const from = messageId === undefined ? 0 : order.indexOf(messageId);
  let before = 0;
  for (const { message_id: id, count } of found) {
    if (order.indexOf(id) >= from) return before;
    before += count;
  }
  return 0;
}

/** Places in what an element shows, across the elements inside it: half a word may be bold. */
export function findRanges(root: Element, query: string): Range[] {
  const needle = foldText(query);
  const nodes: { node: Text; start: number }[] = [];
  let shown = '';
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node as Text; // the walker shows only these
    nodes.push({ node: text, start: shown.length });
    shown += text.data;
  }
  const folded = foldText(shown);
  // Decomposed letters would move every position; then nothing is marked, which is better than something else.
  if (needle === '' || folded.length !== shown.length) return [];
  const ranges: Range[] = [];
  let first = 0;
  for (let at = folded.indexOf(needle); at !== -1; at = folded.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    while ((nodes[first + 1]?.start ?? Infinity) <= at) first += 1;
    let last = first;
    while ((nodes[last + 1]?.start ?? Infinity) < end) last += 1;
    const [from, to] = [nodes[first], nodes[last]];
    if (!from || !to) break;
    const range = document.createRange();
    range.setStart(from.node, at - from.start);
    range.setEnd(to.node, end - to.start);
    ranges.push(range);
  }
  return ranges;
}
