import { useTranslation } from 'react-i18next';
import { create } from 'zustand';

import { readStored, writeStored } from '../ui/stored.ts';

/** `language`: as the language is written. */
export const directions = ['language', 'ltr', 'rtl'] as const;
type Direction = (typeof directions)[number];

const storageKey = 'parley.direction';

type DirectionChoice = { direction: Direction; choose: (direction: Direction) => void };

/** Where lines begin. A choice of its own: whoever writes Arabic or Hebrew may have the page so in any language. */
export const useDirectionChoice = create<DirectionChoice>(set => ({
  direction: directions.find(direction => direction === readStored(storageKey)) ?? 'language',
  choose(direction) {
    writeStored(storageKey, direction === 'language' ? null : direction);
    set({ direction });
  },
}));

/** The direction the page has now. */
export function usePageDirection(): 'ltr' | 'rtl' {
  const { i18n } = useTranslation();
  const { direction } = useDirectionChoice();
  return direction === 'language' ? i18n.dir() : direction;
}
