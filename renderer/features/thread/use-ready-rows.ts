import { useDeferredValue, useLayoutEffect, useRef } from 'react';

import type { ThreadItem } from './message-tree.ts';

export type ThreadRowPlace = { index: number; size: number; item: ThreadItem };

type InView = { startIndex: number; endIndex: number } | null;

/**
 * Those of the rows that may be rendered now: at once what is in view or was there already; what is only kept ready around
 * it is rendered in slices, between which the page scrolls and paints.
 */
export function useReadyRows(rows: ThreadRowPlace[], inView: InView): ThreadRowPlace[] {
  const shown = useRef<ReadonlySet<string>>(new Set());
  // Ids, since the rows are new objects each time, and a value that is always new would render everything twice.
  const around = useDeferredValue(rows.map(idOf).join(' '), '');
  // oxlint-disable-next-line react/refs -- it says what is on the page, which only a commit changes
  const ready = readyRows(rows, inView, new Set([...shown.current, ...around.split(' ')]));
  useLayoutEffect(() => {
    shown.current = new Set(ready.map(idOf));
  });
  return ready;
}

export function readyRows(
  rows: ThreadRowPlace[],
  inView: InView,
  known: ReadonlySet<string>,
): ThreadRowPlace[] {
  return rows.filter(row => {
    const isInView = inView !== null && row.index >= inView.startIndex && row.index <= inView.endIndex;
    return isInView || known.has(idOf(row));
  });
}

function idOf({ item }: ThreadRowPlace): string {
  return item.message.id;
}
