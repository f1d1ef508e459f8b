import type { Shortcut } from './shortcut.ts';

/** Where the page runs: a browser keeps some keys to itself. */
export type Host = 'app' | 'browser';

type Command = {
  keys: Record<Host, Shortcut>;
  /** What the palette does not list: itself, and rows of its own. */
  isHidden?: boolean;
};

const everywhere = (shortcut: Shortcut): Record<Host, Shortcut> => ({ app: shortcut, browser: shortcut });

/** Everything that has a key, in the order it is listed. Who can do it registers with `useCommand`. */
export const commands = {
  // In a tab, Mod+N is the browser's and never reaches the page; Mod+1 would take its tabs away.
  'new-chat': { keys: { app: 'Mod+N', browser: 'Alt+N' } },
  palette: { keys: everywhere('Mod+K'), isHidden: true },
  find: { keys: everywhere('Mod+F') },
  sidebar: { keys: everywhere('Mod+B') },
  composer: { keys: everywhere('Mod+I') },
  model: { keys: everywhere('Mod+Shift+L') },
  regenerate: { keys: everywhere('Alt+R') },
  'copy-last': { keys: everywhere('Mod+Shift+C') },
  stop: { keys: everywhere('Escape') },
  settings: { keys: everywhere('Mod+,'), isHidden: true },
  keys: { keys: everywhere('Mod+/') },
  'chat-1': openChat(1),
  'chat-2': openChat(2),
  'chat-3': openChat(3),
  'chat-4': openChat(4),
  'chat-5': openChat(5),
  'chat-6': openChat(6),
  'chat-7': openChat(7),
  'chat-8': openChat(8),
  'chat-9': openChat(9),
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;

// Safe: the keys of an object literal are its type's.
export const commandIds = Object.keys(commands) as CommandId[];

export function isHiddenCommand(id: CommandId): boolean {
  const command: Command = commands[id];
  return command.isHidden === true;
}

/** Which of the chats `chat-1` … `chat-9` opens, counted from 0; -1 for other commands. */
export function chatIndexOf(id: CommandId): number {
  return id.startsWith('chat-') ? Number(id.slice('chat-'.length)) - 1 : -1;
}

function openChat(digit: number): Command {
  return { keys: { app: `Mod+${digit}`, browser: `Alt+${digit}` }, isHidden: true };
}
