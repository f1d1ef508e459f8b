import { create } from 'zustand';

import { isTemporary } from '../../../electron/contract/temporary-chat.ts';
import { readStored, writeStored } from '../../ui/stored.ts';
import type { AttachedFile } from './attach-files.ts';

/** Stands for the chat that does not exist yet. */
export const newChatDraft = 'new';

const storageKey = (chat: string) => `parley.draft.${chat}`;

type Drafts = {
  /** Unsent text by chat; what is not here yet is read from storage. */
  texts: Record<string, string>;
  files: Record<string, AttachedFile[]>;
  setText: (chat: string, text: string) => void;
  addFiles: (chat: string, files: AttachedFile[]) => void;
  removeFile: (chat: string, id: string) => void;
  clear: (chat: string) => void;
};

/** What was written and not yet sent. Text outlives the app; files only the page, they are too large for storage. */
export const useDrafts = create<Drafts>(set => ({
  texts: {},
  files: {},
  setText: (chat, text) => {
    if (!isTemporary(chat)) writeStored(storageKey(chat), text);
    set(({ texts }) => ({ texts: { ...texts, [chat]: text } }));
  },
  addFiles: (chat, added) =>
    set(({ files }) => ({ files: { ...files, [chat]: [...(files[chat] ?? []), ...added] } })),
  removeFile: (chat, id) =>
    set(({ files }) => ({
      files: { ...files, [chat]: (files[chat] ?? []).filter(file => file.id !== id) },
    })),
  clear: chat => {
    writeStored(storageKey(chat), null);
    set(({ texts, files }) => ({ texts: { ...texts, [chat]: '' }, files: { ...files, [chat]: [] } }));
  },
}));

const noFiles: AttachedFile[] = [];

export function useDraft(chat: string) {
  const text = useDrafts(({ texts }) => texts[chat]) ?? readStored(storageKey(chat)) ?? '';
  const files = useDrafts(drafts => drafts.files[chat]) ?? noFiles;
  return { text, files };
}
