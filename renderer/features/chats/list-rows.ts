import type { Chat } from '../../../electron/contract/chats.ts';
import { groupKey } from './chat-groups.ts';
import type { ChatGroup } from './chat-groups.ts';

/** One entry of the list: a chat, the heading above it, or both. */
export type ListRow = { key: string; group?: ChatGroup; chat?: Chat; isFiled?: boolean };

/** Flattens groups to rows; the chats of closed folders are left out. */
export function listRows(groups: readonly ChatGroup[], closedFolders: ReadonlySet<string>): ListRow[] {
  return groups.flatMap((group): ListRow[] => {
    const isClosed = group.type === 'folder' && closedFolders.has(group.folder.id);
    const isFiled = group.type === 'folder';
    const [first, ...others] = isClosed ? [] : group.chats;
    // A chat that moves to another group keeps its row, and with it the focus.
    return [
      { key: first?.id ?? groupKey(group), group, ...(first ? { chat: first, isFiled } : {}) },
      ...others.map(chat => ({ key: chat.id, chat, isFiled })),
    ];
  });
}

/** Height of a row in pixels at the usual size of text; rows are measured once they are shown. */
export function estimateHeight({ group, chat }: ListRow): number {
  return (group ? 34 : 0) + (chat ? 33 : 0);
}
