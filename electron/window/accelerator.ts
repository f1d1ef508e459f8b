/** Names of keys that Electron has its own word for. */
const electronKeys: Record<string, string> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  '+': 'Plus',
};

const namedKeys = new Set([
  'Space',
  'Tab',
  'Backspace',
  'Delete',
  'Insert',
  'Enter',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Escape',
]);

/**
 * A shortcut as the page writes it (Mod+Shift+A), in Electron's words; undefined where Electron has none for it. A key that
 * types something takes a modifier other than Shift.
 */
export function toAccelerator(shortcut: string): string | undefined {
  const parts = shortcut.endsWith('++') ? [...shortcut.slice(0, -2).split('+'), '+'] : shortcut.split('+');
  const key = parts.pop() ?? '';
  const word = electronKeys[key] ?? key;
  const isKnown = /^([A-Z0-9]|F([1-9]|1\d|2[0-4])|[!-/:-@[-`{-~])$/.test(word) || key in electronKeys;
  if (!isKnown && !namedKeys.has(word)) return undefined;
  const modifiers = parts.map(part => ({ Mod: 'CommandOrControl', Alt: 'Alt', Shift: 'Shift' })[part]);
  if (modifiers.includes(undefined)) return undefined;
  const isFree = modifiers.some(modifier => modifier !== 'Shift') || /^F\d+$/.test(word);
  return isFree ? [...modifiers, word].join('+') : undefined;
}

/** As the keys are labelled. */
export function nameShortcut(shortcut: string, platform: NodeJS.Platform): string {
  return shortcut.replace(/^Mod\+/, platform === 'darwin' ? 'Cmd+' : 'Ctrl+');
}
