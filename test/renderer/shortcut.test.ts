import { describe, expect, it } from 'vitest';

import { isBindable, shortcutsOf, showShortcut } from '../../renderer/features/keys/shortcut.ts';
import type { KeyPress } from '../../renderer/features/keys/shortcut.ts';

type Press = Partial<Omit<KeyPress, 'getModifierState'>> & { altGr?: boolean };

function press({ altGr = false, ...rest }: Press): KeyPress {
  return {
    key: '',
    code: '',
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    keyCode: 0,
    ...rest,
    getModifierState: () => altGr,
  };
}

const ctrl = { ctrlKey: true };

describe('away from a Mac', () => {
  it.each<[string, Press, string[]]>([
    ['a letter', { ...ctrl, key: 'k', code: 'KeyK' }, ['Mod+K']],
    ['a letter with Shift', { ...ctrl, shiftKey: true, key: 'L', code: 'KeyL' }, ['Mod+Shift+L']],
    ['a letter with CapsLock', { ...ctrl, key: 'K', code: 'KeyK' }, ['Mod+K']],
    ['Dvorak: the letter, not its place', { ...ctrl, key: 'n', code: 'KeyL' }, ['Mod+N']],
    ['Russian: the place of the letter', { ...ctrl, key: 'т', code: 'KeyN' }, ['Mod+N']],
    ['Greek with Alt', { altKey: true, key: 'ρ', code: 'KeyR' }, ['Alt+R']],
    [
      'German: the slash is Shift+7',
      { ...ctrl, shiftKey: true, key: '/', code: 'Digit7' },
      ['Mod+/', 'Mod+Shift+7'],
    ],
    ['French: digits by their place', { ...ctrl, key: '&', code: 'Digit1' }, ['Mod+&', 'Mod+1']],
    ['French with Shift', { ...ctrl, shiftKey: true, key: '1', code: 'Digit1' }, ['Mod+Shift+1']],
    ['the digits at the side', { ...ctrl, key: '3', code: 'Numpad3' }, ['Mod+3']],
    ['a comma', { ...ctrl, key: ',', code: 'Comma' }, ['Mod+,']],
    ['an umlaut', { ...ctrl, key: 'ö', code: 'Semicolon' }, ['Mod+Ö']],
    ['Escape', { key: 'Escape', code: 'Escape' }, ['Escape']],
    ['AltGr types', { ...ctrl, altKey: true, altGr: true, key: '@', code: 'KeyQ' }, []],
    ['the Windows key', { metaKey: true, key: 'k', code: 'KeyK' }, []],
    ['an input method', { ...ctrl, isComposing: true, key: 'k', code: 'KeyK' }, []],
    ['Escape in an input method', { key: 'Escape', code: 'Escape', keyCode: 229 }, []],
    ['a key the input method took', { ...ctrl, key: 'Process', code: 'KeyK' }, []],
    ['only a modifier', { ...ctrl, key: 'Control', code: 'ControlLeft' }, []],
  ])('%s', (_, event, shortcuts) => {
    expect(shortcutsOf(press(event), false)).toEqual(shortcuts);
  });
});

describe('on a Mac', () => {
  it.each<[string, Press, string[]]>([
    ['Cmd', { metaKey: true, key: 'k', code: 'KeyK' }, ['Mod+K']],
    ['Ctrl is not Cmd', { ...ctrl, key: 'k', code: 'KeyK' }, []],
    ['Option makes another sign of the key', { altKey: true, key: '®', code: 'KeyR' }, ['Alt+R']],
    ['Option makes a dead key', { altKey: true, key: 'Dead', code: 'KeyN' }, ['Alt+N']],
    ['Option with a digit', { altKey: true, key: '¡', code: 'Digit1' }, ['Alt+1']],
  ])('%s', (_, event, shortcuts) => {
    expect(shortcutsOf(press(event), true)).toEqual(shortcuts);
  });
});

it.each([
  ['Mod+K', true],
  ['Alt+1', true],
  ['F5', true],
  ['Escape', true],
  ['Shift+A', false],
  ['A', false],
  ['Enter', false],
])('%s may be a shortcut: %s', (shortcut, is) => {
  expect(isBindable(shortcut)).toBe(is);
});

it('is labelled as on the keyboard', () => {
  expect(showShortcut('Mod+Shift+L', false)).toBe('Ctrl+Shift+L');
  expect(showShortcut('Mod+Shift+L', true)).toBe('⌘⇧L');
  expect(showShortcut('Mod++', false)).toBe('Ctrl++');
});
