import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { menuCommands } from '../../../electron/contract/desktop-calls.ts';
import { useApi } from '../../api.ts';
import { catalogues, closestLanguage } from '../../texts/texts.ts';
import { host, keyOf, useKeyBindings } from '../keys/key-bindings.ts';

/** Tells the desktop what its menus say, and with which keys, as often as either changes. */
export function useToldTexts(): void {
  const api = useApi();
  const { i18n } = useTranslation();
  const { choices } = useKeyBindings();
  const { language } = i18n;
  useEffect(() => {
    if (host !== 'app') return;
    const keys = menuCommands.flatMap(id => {
      const key = keyOf(id, choices);
      return key === null ? [] : [[id, key] as const];
    });
    const told = { labels: catalogues[closestLanguage([language])].menu, keys: Object.fromEntries(keys) };
    // Where it fails the menus stay as they were.
    void api.call('desktop.tell', told).catch(() => undefined);
  }, [api, choices, language]);
}
