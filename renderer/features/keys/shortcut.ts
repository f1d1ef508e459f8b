/**
 * A combination of keys, as `Mod+Shift+L`, `Alt+1`, `Escape`: modifiers in this order, then a capital letter, a digit, a
 * sign or the name of a key. Mod is Cmd on a Mac and Ctrl elsewhere.
 */
export type Shortcut = string;

/** What of a key press decides; a KeyboardEvent has it. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'keyCode'
> & { getModifierState(key: 'AltGraph'): boolean };

export const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/**
 * The combinations a key press may stand for, the most literal first. Layouts differ in where a sign lies and whether it
 * takes Shift, so one press can be `Mod+/` and `Mod+Shift+7` at once. Nothing while an input method composes, and
 * nothing for what AltGr types.
 */
export function shortcutsOf(press: KeyPress, mac = isMac): Shortcut[] {
  // 229 is how Safari and old Chrome say that an input method has the key.
  if (press.isComposing || press.keyCode === 229 || press.key === 'Process') return [];
  if (press.getModifierState('AltGraph') && !mac) return [];
  // The other of Cmd and Ctrl belongs to the system (or to the terminal).
  if (mac ? press.ctrlKey : press.metaKey) return [];
  const modifiers = `${(mac ? press.metaKey : press.ctrlKey) ? 'Mod+' : ''}${press.altKey ? 'Alt+' : ''}`;
  const shift = press.shiftKey ? 'Shift+' : '';
  return basesOf(press).map(({ base, isSign }) => `${modifiers}${isSign ? '' : shift}${base}`);
}

/** Whether this may be a shortcut: keys that type something need a modifier other than Shift. */
export function isBindable(shortcut: Shortcut): boolean {
  return /^(Mod|Alt)\+/.test(shortcut) || /(^|\+)(F\d+|Escape)$/.test(shortcut);
}

/** As the keys are labelled. */
export function showShortcut(shortcut: Shortcut, mac = isMac): string {
  const parts = shortcut.endsWith('++') ? [...shortcut.slice(0, -2).split('+'), '+'] : shortcut.split('+');
  const labels: Record<string, string> = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Escape: 'Esc' }
    : { Mod: 'Ctrl', Escape: 'Esc' };
  return parts.map(part => labels[part] ?? part).join(mac ? '' : '+');
}

type Base = { base: string; isSign: boolean };

function basesOf({ key, code, altKey }: KeyPress): Base[] {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const bases: Base[] = [];
  if (/^[a-z]$/i.test(key)) bases.push({ base: key.toUpperCase(), isSign: false });
  // A layout without Latin letters, or a Mac, where Option makes another sign of the key.
  else if (letter !== undefined && (altKey || /\p{L}/u.test(key)))
    bases.push({ base: letter, isSign: false });
  else if (/^\d$/.test(key) && digit === undefined) bases.push({ base: key, isSign: false });
  else if (Array.from(key).length === 1 && !/[\d\s]/.test(key) && !altKey)
    bases.push({ base: key.toUpperCase(), isSign: true });
  else if (isNamedKey(key)) bases.push({ base: key === ' ' ? 'Space' : key, isSign: false });
  // Digits by their place: in French they take Shift.
  if (digit !== undefined) bases.push({ base: digit, isSign: false });
  return bases;
}

function isNamedKey(key: string): boolean {
  const isModifier = /^(Control|Meta|Alt|AltGraph|Shift|CapsLock|Fn|Dead|Unidentified)$/.test(key);
  return key === ' ' || (key.length > 1 && !isModifier);
}
