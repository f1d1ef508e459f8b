import { useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Distance from the end, in pixels, that still counts as being there. */
const nearBottom = 48;

/**
 * Keeps the end of a growing text in view until the reader scrolls up, and again once they are back at the end.
 * Attach `scrollRef` to the scrolling element and `contentRef` to what grows in it.
 */
export function useFollowBottom() {
  const scrollRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);

  const jumpToEnd = useCallback(() => {
    isFollowing.current = true;
    setAway(false);
    scrollToEnd(scrollRef.current);
  }, []);

  useLayoutEffect(() => scrollToEnd(scrollRef.current), []);

  // With the layout: a reader who scrolls before a late effect listened would be taken back to the end.
  useLayoutEffect(() => {
    const scroller = scrollRef.current;
    const content = contentRef.current;
    if (!scroller || !content) return;
    const onScroll = () => {
      const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      // Only moving up lets go: content that grows also changes the distance, without the reader's doing.
      if (scroller.scrollTop < lastTop.current && distance > nearBottom) isFollowing.current = false;
      else if (distance <= nearBottom) isFollowing.current = true;
      lastTop.current = scroller.scrollTop;
      setAway(!isFollowing.current);
    };
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) scrollToEnd(scroller);
    });
    // Before the list hears of it, which changes the page: measured after that, the page would be laid out twice a frame.
    scroller.addEventListener('scroll', onScroll, { passive: true, capture: true });
    observer.observe(content);
    observer.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', onScroll, { capture: true });
      observer.disconnect();
    };
  }, []);

  return { scrollRef, contentRef, isAway, jumpToEnd };
}

function scrollToEnd(scroller: HTMLElement | null): void {
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
}
