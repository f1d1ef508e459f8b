import type { CommandId } from './commands.ts';
import { keyOf, useKeyBindings } from './key-bindings.ts';
import { showShortcut } from './shortcut.ts';

/** The key of a command, as it is labelled; nothing where it has none. */
export function KeyCaps({ id }: { id: CommandId }) {
  const shortcut = useKeyBindings(({ choices }) => keyOf(id, choices));
  if (shortcut === null) return null;
  return (
    <kbd dir="ltr" className="shrink-0 font-sans text-small text-faint tabular-nums">
      {showShortcut(shortcut)}
    </kbd>
  );
}
