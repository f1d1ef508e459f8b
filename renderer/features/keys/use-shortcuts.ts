import { useEffect } from 'react';

import { commandOf, useKeyBindings } from './key-bindings.ts';
import { shortcutsOf } from './shortcut.ts';
import { runCommand } from './use-command.ts';

/** What is open above the page and has the keyboard for itself. */
const layers = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]:not([hidden])';

/** Runs commands by their keys. Mounted once. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const { choices } = useKeyBindings.getState();
      for (const shortcut of shortcutsOf(event)) {
        const id = commandOf(shortcut, choices);
        if (id === undefined) continue;
        const isPaletteOpen = document.querySelector('[data-palette]') !== null;
        if (document.querySelector(layers) !== null && !(isPaletteOpen && id === 'palette')) return;
        // A key that is held down does its work once, and nothing else meanwhile.
        if (event.repeat || runCommand(id)) event.preventDefault();
        return;
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
