import { useEffect } from 'react';

/** Names the page in the window's title, for tabs, window lists and screen readers. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · Parley`;
    return () => {
      document.title = 'Parley';
    };
  }, [title]);
}
