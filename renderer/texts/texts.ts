import i18next from 'i18next';
import type { i18n } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

import { readStored, writeStored } from '../ui/stored.ts';
import { de } from './de.ts';
import { useDirectionChoice } from './direction.ts';
import { en } from './en.ts';
import { zhHans } from './zh-hans.ts';

declare module 'i18next' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be extended
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof en;
  }
}

/** Every language, in its own words. The catalogues have the same keys in each; a test compares them. */
export const languages = { en: 'English', de: 'Deutsch', 'zh-Hans': '简体中文' } as const;
export type Language = keyof typeof languages;

export const catalogues = { en, de, 'zh-Hans': zhHans };

const storageKey = 'parley.language';

/** Makes `useTranslation(namespace)` and `i18next.t` answer in the reader's language, at once: nothing is loaded. */
export function startTexts(preferred: readonly string[] = navigator.languages): i18n {
  void i18next.use(initReactI18next).init({
    resources: catalogues,
    lng: storedLanguage() ?? closestLanguage(preferred),
    fallbackLng: 'en',
    defaultNS: 'shell',
    initAsync: false,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  markPage();
  i18next.on('languageChanged', markPage);
  useDirectionChoice.subscribe(markPage);
  return i18next;
}

/** null follows the system. */
export function chooseLanguage(language: Language | null): void {
  writeStored(storageKey, language);
  void i18next.changeLanguage(language ?? closestLanguage(navigator.languages));
}

/** What was chosen on this machine; null where the system's language holds. */
export function storedLanguage(): Language | null {
  const stored = readStored(storageKey);
  return stored !== null && isLanguage(stored) ? stored : null;
}

/** The same for a component, which is told of a new choice. */
export function useStoredLanguage(): Language | null {
  useTranslation();
  return storedLanguage();
}

export function closestLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'zh') return 'zh-Hans';
    if (base !== undefined && isLanguage(base)) return base;
  }
  return 'en';
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag);
}

function markPage(): void {
  document.documentElement.lang = i18next.language;
  const { direction } = useDirectionChoice.getState();
  document.documentElement.dir = direction === 'language' ? i18next.dir() : direction;
}
