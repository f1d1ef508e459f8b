import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';
import { commandIds, commands } from './commands.ts';
import type { CommandId, Host } from './commands.ts';
import type { Shortcut } from './shortcut.ts';

const storageKey = 'parley.keys';

/** Own choices by command; null for a command without a key. */
export type KeyChoices = Partial<Record<CommandId, Shortcut | null>>;

type KeyBindings = {
  choices: KeyChoices;
  /** Gives a command this key, and takes it away from whoever has it. */
  bind: (id: CommandId, shortcut: Shortcut | null) => void;
  /** Back to its own key, which nobody else keeps then; all of them without an id. */
  reset: (id?: CommandId) => void;
};

export const host: Host = globalThis.window?.parley === undefined ? 'browser' : 'app';

/** Which key does what on this machine. */
export const useKeyBindings = create<KeyBindings>((set, get) => {
  const keep = (choices: KeyChoices): void => {
    writeStored(storageKey, Object.keys(choices).length === 0 ? null : JSON.stringify(choices));
    set({ choices });
  };
  return {
    choices: readChoices(readStored(storageKey)),
    bind(id, shortcut) {
      const choices = { ...get().choices };
      const other = shortcut === null ? undefined : commandOf(shortcut, choices);
      if (other !== undefined && other !== id) choices[other] = null;
      if (shortcut === commands[id].keys[host]) delete choices[id];
      else choices[id] = shortcut;
      keep(choices);
    },
    reset(id) {
      if (id === undefined) keep({});
      else get().bind(id, commands[id].keys[host]);
    },
  };
});

export function keyOf(id: CommandId, choices: KeyChoices, on: Host = host): Shortcut | null {
  const choice = choices[id];
  return choice === undefined ? commands[id].keys[on] : choice;
}

export function commandOf(shortcut: Shortcut, choices: KeyChoices, on: Host = host): CommandId | undefined {
  return commandIds.find(id => keyOf(id, choices, on) === shortcut);
}

/** What is stored may be of another version, or of somebody's own making: only what fits is taken. */
export function readChoices(stored: string | null): KeyChoices {
  const choices: KeyChoices = {};
  let value: unknown;
  try {
    value = JSON.parse(stored ?? '{}');
  } catch {
    return {};
  }
  for (const [key, choice] of Object.entries(value ?? {})) {
    const id = commandIds.find(each => each === key);
    if (id !== undefined && (choice === null || typeof choice === 'string')) choices[id] = choice;
  }
  return choices;
}
