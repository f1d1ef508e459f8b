import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';

export const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** How much room things have. */
export const densities = ['comfortable', 'compact'] as const;
type Density = (typeof densities)[number];

/** Also read by public/theme.js, which puts both on the page before it is painted. */
const storageKeys = { theme: 'parley.theme', density: 'parley.density' };

type Look = {
  theme: Theme;
  density: Density;
  chooseTheme: (theme: Theme) => void;
  chooseDensity: (density: Density) => void;
};

export const useLook = create<Look>(set => ({
  theme: themes.find(theme => theme === readStored(storageKeys.theme)) ?? 'system',
  density: densities.find(density => density === readStored(storageKeys.density)) ?? 'comfortable',
  chooseTheme(theme) {
    keep(storageKeys.theme, theme);
    set({ theme });
  },
  chooseDensity(density) {
    keep(storageKeys.density, density);
    set({ density });
  },
}));

function keep(key: string, value: string): void {
  writeStored(key, value);
  window.dispatchEvent(new Event('parley-look'));
}
