import type { Chat, Folder } from '../../../electron/contract/chats.ts';

export type ChatGroup =
  | { type: 'pinned' | 'today' | 'yesterday' | 'week' | 'month'; chats: Chat[] }
  /** A calendar month, as YYYY-MM. */
  | { type: 'older'; month: string; chats: Chat[] }
  | { type: 'folder'; folder: Folder; chats: Chat[] };

/** The list as it is read: pinned chats, folders (empty ones too), then the rest by when they were last used. */
export function groupChats(chats: readonly Chat[], folders: readonly Folder[], now: Date): ChatGroup[] {
  const shown = chats.filter(chat => chat.archived_at === null);
  const pinned = shown
    .filter(chat => chat.pinned_at !== null)
    .toSorted((a, b) => compare(b.pinned_at ?? '', a.pinned_at ?? ''));
  const known = new Map<string, Chat[]>(folders.map(({ id }) => [id, []]));
  const dated = new Map<string, ChatGroup>();
  const dateOf = createDateGroups(now);
  for (const chat of shown) {
    if (chat.pinned_at !== null) continue;
    const inFolder = known.get(chat.folder_id ?? '');
    if (inFolder) {
      inFolder.push(chat);
      continue;
    }
    const { key, group } = dateOf(chat.updated_at);
    const entry = dated.get(key) ?? group;
    entry.chats.push(chat);
    dated.set(key, entry);
  }
  return [
    ...(pinned.length > 0 ? [{ type: 'pinned' as const, chats: pinned }] : []),
    ...folders.map(folder => ({ type: 'folder' as const, folder, chats: known.get(folder.id) ?? [] })),
    ...dated.values(),
  ];
}

export function groupKey(group: ChatGroup): string {
  if (group.type === 'folder') return `folder:${group.folder.id}`;
  return group.type === 'older' ? group.month : group.type;
}

/** Groups a time by the calendar of this machine, not by hours gone. */
function createDateGroups(now: Date): (time: string) => { key: string; group: ChatGroup } {
  const startOf = (daysAgo: number): number =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime();
  const starts = [
    { type: 'today', from: startOf(0) },
    { type: 'yesterday', from: startOf(1) },
    { type: 'week', from: startOf(7) },
    { type: 'month', from: startOf(30) },
  ] as const;
  return time => {
    const date = new Date(time);
    const recent = starts.find(({ from }) => date.getTime() >= from);
    if (recent) return { key: recent.type, group: { type: recent.type, chats: [] } };
    const month = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
    return { key: month, group: { type: 'older', month, chats: [] } };
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
