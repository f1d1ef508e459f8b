import { useState } from 'react';

import { readStored, writeStored } from '../../ui/stored.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Also read by public/theme.js, which puts the theme on the page. */
const storageKey = 'parley.theme';

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const stored = readStored(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  });
  return [
    theme,
    next => {
      writeStored(storageKey, next);
      window.dispatchEvent(new Event('parley-theme'));
      setTheme(next);
    },
  ];
}
