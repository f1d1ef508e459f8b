import type { Outlines } from '../contract/outlines.ts';

/** Newest messages of the shown branch that a long chat opens with, and their siblings. */
const openingCount = 40;

/** Ids of the messages the page needs whole to open a long chat. */
export function openingIds(
  { ids, parents, statuses }: Pick<Outlines, 'ids' | 'parents' | 'statuses'>,
  leafId: string | null,
): string[] {
  const opened = new Set<number>();
  let at = ids.lastIndexOf(leafId ?? '');
  if (at === -1) at = ids.length - 1;
  // A parent met before is a damaged tree with a cycle.
  while (at >= 0 && opened.size < openingCount && !opened.has(parents[at] ?? -1)) {
    opened.add(parents[at] ?? -1);
    at = parents[at] ?? -1;
  }
  return ids.filter((_, place) => opened.has(parents[place] ?? -1) || statuses[place] === 'streaming');
}
