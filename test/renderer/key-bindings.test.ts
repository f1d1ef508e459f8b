import { beforeEach, expect, it } from 'vitest';

import { commandIds, commands } from '../../renderer/features/keys/commands.ts';
import { commandOf, keyOf, readChoices, useKeyBindings } from '../../renderer/features/keys/key-bindings.ts';

const state = () => useKeyBindings.getState();

beforeEach(() => state().reset());

it.each(['app', 'browser'] as const)('no two commands share a key in the %s', host => {
  const keys = commandIds.map(id => commands[id].keys[host]);
  expect(new Set(keys).size).toBe(keys.length);
});

it('claims no key in a browser that the browser keeps', () => {
  const kept = /^Mod\+(N|T|W|[1-9]|Shift\+[NTW])$/;
  expect(commandIds.filter(id => kept.test(commands[id].keys.browser))).toEqual([]);
});

it('a key that is given to a command is taken from the other', () => {
  state().bind('sidebar', 'Mod+K');
  expect(commandOf('Mod+K', state().choices)).toBe('sidebar');
  expect(keyOf('palette', state().choices)).toBeNull();
  state().reset('palette');
  expect(commandOf('Mod+K', state().choices)).toBe('palette');
  expect(keyOf('sidebar', state().choices)).toBeNull();
});

it('its own key is no choice', () => {
  state().bind('sidebar', 'Alt+Y');
  state().bind('sidebar', 'Mod+B');
  expect(state().choices).toEqual({});
});

it.each([null, 'nonsense', 'null', '[1]', '{"gone":"Mod+X","palette":7}'])(
  'reads %j as no choice',
  stored => {
    expect(readChoices(stored)).toEqual({});
  },
);

it('reads what was kept', () => {
  expect(readChoices('{"palette":"Mod+J","find":null}')).toEqual({ palette: 'Mod+J', find: null });
});
