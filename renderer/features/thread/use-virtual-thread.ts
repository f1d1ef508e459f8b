import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { whenIdle } from '../../ui/when-idle.ts';
import { createEstimates, estimateHeight } from './estimate-height.ts';
import type { ThreadItem } from './message-tree.ts';

/** Threads up to this length are on the page as a whole: finding in the page and selecting all just work. */
const shortThread = 30;
/** Messages kept ready above and below those in view; when a chat opens they wait until it is on screen. */
const readyAround = 6;
const readyAtOpening = 0;
/** Most messages a selection keeps on the page. */
const selectionLimit = 300;

/** Puts only the messages around the reader on the page, and keeps their place while those above are measured. */
export function useVirtualThread(branch: readonly ThreadItem[], scrollRef: RefObject<HTMLDivElement | null>) {
  const latest = useRef(branch);
  latest.current = branch;
  const rangeExtractor = useCallback(
    (range: Range) => (range.count <= shortThread ? allOf(range.count) : keepInUse(range, scrollRef.current)),
    [scrollRef],
  );
  const getItemKey = useCallback((index: number) => latest.current[index]?.message.id ?? index, []);
  const [estimate] = useState(createEstimates);
  const estimateSize = useCallback(
    (index: number) => {
      const item = latest.current[index];
      return item ? estimate(item.message) : 0;
    },
    [estimate],
  );
  // Nothing here is memoized by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  return useVirtualizer({
    count: branch.length,
    getScrollElement: () => scrollRef.current,
    getItemKey,
    estimateSize,
    rangeExtractor,
    overscan: useHasOpened() ? readyAround : readyAtOpening,
    paddingStart: 32,
    paddingEnd: 8,
    anchorTo: 'end',
    scrollEndThreshold: 48,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    // A chat opens at its end; the first render must not begin with its oldest messages.
    initialRect: { width: 700, height: 800 },
    initialOffset: () => branch.reduce((sum, { message }) => sum + estimateHeight(message), 0),
  });
}

/** False until what was rendered first is on screen. */
function useHasOpened(): boolean {
  const [hasOpened, setOpened] = useState(false);
  useEffect(() => whenIdle(() => startTransition(() => setOpened(true)), 500), []);
  return hasOpened;
}

function allOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The messages in view, and those that hold the focus or the selection: both would be lost with their elements. */
function keepInUse(range: Range, list: HTMLElement | null): number[] {
  const shown = defaultRangeExtractor(range);
  const first = shown[0];
  const last = shown.at(-1);
  if (!list || first === undefined || last === undefined) return shown;
  const extra = [indexOf(document.activeElement, list), ...selectedIndexes(list)].flatMap(index =>
    index !== undefined && index < range.count ? [index] : [],
  );
  if (extra.length === 0) return shown;
  const from = Math.min(first, ...extra);
  const to = Math.max(last, ...extra);
  if (to - from > selectionLimit) return [...new Set([...shown, ...extra])].toSorted((a, b) => a - b);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function selectedIndexes(list: HTMLElement): number[] {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return [];
  return [selection.anchorNode, selection.focusNode].flatMap(node => indexOf(node, list) ?? []);
}

function indexOf(node: Node | null, list: HTMLElement): number | undefined {
  if (!node || !list.contains(node)) return undefined;
  const element = node instanceof Element ? node : node.parentElement;
  const index = element?.closest('[data-index]')?.getAttribute('data-index');
  return index === null || index === undefined ? undefined : Number(index);
}
