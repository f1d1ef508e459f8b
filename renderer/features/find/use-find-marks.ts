import { useEffect, useRef } from 'react';

import { requestJump } from '../thread/jump-to-message.ts';
import { findRanges } from './find-in-text.ts';

/** One place: which message, and the how many-th in it. `step` changes with every wish to see it. */
export type Place = { messageId: string; nth: number; step: number };

/** When to look again whether the place is still in view, in milliseconds: messages above it are measured meanwhile. */
const settling = [150, 450, 800];
/** How long to wait for a message to come onto the page, in milliseconds. */
const patience = 1500;

/** Marks every place on screen and brings the chosen one into view. */
export function useFindMarks(chatId: string, query: string, place: Place | undefined): void {
  const shown = useRef<number | undefined>(undefined);
  useEffect(() => {
    const scroller = document.querySelector<HTMLElement>('[data-thread-scroll]');
    if (!scroller || query === '') return;
    let frame = 0;
    const again: ReturnType<typeof setTimeout>[] = [];
    const mark = () => {
      frame = 0;
      const current = markAll(scroller, query, place);
      if (!place || !current || shown.current === place.step) return;
      shown.current = place.step;
      bringIntoView(scroller, current);
      for (const ms of settling) {
        again.push(setTimeout(() => bringIntoView(scroller, markAll(scroller, query, place) ?? current), ms));
      }
    };
    const observer = new MutationObserver(() => {
      frame ||= requestAnimationFrame(mark);
    });
    observer.observe(scroller, { childList: true, subtree: true, characterData: true });
    if (place && shown.current !== place.step && !elementOf(scroller, place)) {
      requestJump({ chatId, messageId: place.messageId, keepsFocus: true });
    }
    mark();
    const timer = setTimeout(() => {
      // What is folded away, or only in the source of the text, has no place on the page: its message is shown.
      if (!place || shown.current === place.step) return;
      shown.current = place.step;
      elementOf(scroller, place)?.scrollIntoView({ block: 'center' });
    }, patience);
    return () => {
      for (const each of [timer, ...again]) clearTimeout(each);
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [chatId, query, place]);
  useEffect(() => clearMarks, []);
}

function elementOf(scroller: HTMLElement, { messageId }: Place): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-message="${CSS.escape(messageId)}"]`);
}

/** Returns the chosen place, if it is on the page. */
function markAll(scroller: HTMLElement, query: string, place: Place | undefined): Range | undefined {
  const all: Range[] = [];
  let current: Range | undefined;
  for (const element of scroller.querySelectorAll<HTMLElement>('[data-message]')) {
    const found = findRanges(element, query);
    if (place !== undefined && place.messageId === element.dataset['message'])
      current = found[Math.min(place.nth, found.length - 1)];
    all.push(...found);
  }
  if ('highlights' in CSS) {
    adoptLook();
    CSS.highlights.set('parley-find', new Highlight(...all));
    const chosen = new Highlight(...(current ? [current] : []));
    chosen.priority = 1;
    CSS.highlights.set('parley-find-current', chosen);
  }
  return current;
}

function clearMarks(): void {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete('parley-find');
  CSS.highlights.delete('parley-find-current');
}

function bringIntoView(scroller: HTMLElement, range: Range): void {
  const place = range.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const margin = 80;
  if (place.top >= frame.top + margin && place.bottom <= frame.bottom - margin) return;
  scroller.scrollTop += place.top - frame.top - frame.height / 3;
}

let look: CSSStyleSheet | undefined;

/** Not in a file of styles: the tools that build those do not know highlights yet. */
function adoptLook(): void {
  if (look) return;
  look = new CSSStyleSheet();
  look.replaceSync(
    '::highlight(parley-find) { background-color: var(--warning-soft); color: var(--ink); } ' +
      '::highlight(parley-find-current) { background-color: var(--warning); color: var(--paper); }',
  );
  document.adoptedStyleSheets.push(look);
}
