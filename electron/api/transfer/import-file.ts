import type { ImportedChat, ImportPreview, ImportResult } from '../../contract/transfer.ts';
import type { Store } from '../../store/open-store.ts';
import { createLeftOutReport } from '../../transfer/left-out-report.ts';
import { readChats } from './read-chats.ts';
import type { ReadOptions } from './read-chats.ts';

export type Reading = Pick<ReadOptions, 'name' | 'signal' | 'onProgress'>;

/** What of a file would be added. Writes nothing. */
export async function previewImport(
  path: string,
  imports: Store['imports'],
  reading: Reading,
): Promise<ImportPreview> {
  const report = createLeftOutReport();
  const chats = new Map<string, ImportedChat>();
  const onChat: ReadOptions['onChat'] = chat => {
    if (chats.has(chat.id)) return report.note('chat that is in the file twice', chat.title);
    const { id, title, created_at, updated_at, messages } = chat;
    const counts = imports.compare(chat);
    chats.set(id, { id, title, created_at, updated_at, messages: messages.length, ...counts });
  };
  const source = await readChats(path, { ...reading, report, wants: () => false, onChat });
  return { source, chats: [...chats.values()], left_out: report.list() };
}

/** Adds the chosen chats, each in a transaction: however this ends, no chat is there in part. */
export async function applyImport(
  path: string,
  chosen: readonly string[] | null,
  imports: Store['imports'],
  reading: Reading,
): Promise<ImportResult> {
  const report = createLeftOutReport();
  const wanted = chosen === null ? undefined : new Set(chosen);
  const result = { new_chats: 0, grown_chats: 0, known_chats: 0, new_messages: 0 };
  const isWanted: ReadOptions['wants'] = chat => wanted?.has(chat.id) ?? true;
  const onChat: ReadOptions['onChat'] = chat => {
    if (!isWanted(chat)) return;
    const { state, new_messages } = imports.add(chat);
    result.new_messages += new_messages;
    if (state === 'new') result.new_chats += 1;
    else if (state === 'more') result.grown_chats += 1;
    else result.known_chats += 1;
  };
  await readChats(path, { ...reading, report, wants: isWanted, onChat });
  return { ...result, left_out: report.list() };
}
