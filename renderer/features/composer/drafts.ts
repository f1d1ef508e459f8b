import { useEffect } from 'react';
import { create } from 'zustand';

import { isTemporary } from '../../../electron/contract/temporary-chat.ts';
import { readStored, writeStored } from '../../ui/stored.ts';
import type { AttachedFile } from './attach-files.ts';
import { readStoredFiles, storeFiles } from './stored-files.ts';

/** Stands for the chat that does not exist yet. */
export const newChatDraft = 'new';

const storageKey = (chat: string) => `parley.draft.${chat}`;

export type SentDraft = { text: string; files: AttachedFile[] };

type Drafts = {
  /** Unsent text by chat; what is not here yet is read from storage. */
  texts: Record<string, string>;
  files: Record<string, AttachedFile[]>;
  setText: (chat: string, text: string) => void;
  addFiles: (chat: string, files: AttachedFile[]) => void;
  removeFile: (chat: string, id: string) => void;
  clear: (chat: string) => void;
  /** Takes out what was sent, and leaves what was written since. */
  removeSent: (chat: string, sent: SentDraft) => void;
};

/** What was written and not yet sent. It outlives the page: text in its storage, files in its database. */
export const useDrafts = create<Drafts>((set, get) => {
  const change = (chat: string, next: (files: AttachedFile[]) => AttachedFile[]): void => {
    set(({ files }) => ({ files: { ...files, [chat]: next(files[chat] ?? []) } }));
    if (isTemporary(chat)) return;
    // What is stored is read first, or it would be lost by what is added before it has come.
    void loadFiles(chat).then(() => storeFiles(chat, get().files[chat] ?? []));
  };
  return {
    texts: {},
    files: {},
    setText: (chat, text) => {
      if (!isTemporary(chat)) writeStored(storageKey(chat), text);
      set(({ texts }) => ({ texts: { ...texts, [chat]: text } }));
    },
    addFiles: (chat, added) => change(chat, files => [...files, ...added]),
    removeFile: (chat, id) => change(chat, files => files.filter(file => file.id !== id)),
    clear: chat => {
      writeStored(storageKey(chat), null);
      set(({ texts }) => ({ texts: { ...texts, [chat]: '' } }));
      change(chat, () => []);
    },
    removeSent: (chat, sent) => {
      const text = get().texts[chat] ?? readStored(storageKey(chat)) ?? '';
      const rest = text.startsWith(sent.text) ? text.slice(sent.text.length).trimStart() : text;
      get().setText(chat, rest);
      const gone = new Set(sent.files.map(({ id }) => id));
      change(chat, files => files.filter(({ id }) => !gone.has(id)));
    },
  };
});

const loads = new Map<string, Promise<void>>();

/** Reads the stored files of a chat, once. */
function loadFiles(chat: string): Promise<void> {
  const known = loads.get(chat);
  if (known) return known;
  const load = readStoredFiles(chat).then(stored => {
    if (stored.length === 0) return;
    useDrafts.setState(({ files }) => ({ files: { ...files, [chat]: [...stored, ...(files[chat] ?? [])] } }));
  });
  loads.set(chat, load);
  return load;
}

const noFiles: AttachedFile[] = [];

export function useDraft(chat: string) {
  const text = useDrafts(({ texts }) => texts[chat]) ?? readStored(storageKey(chat)) ?? '';
  const files = useDrafts(drafts => drafts.files[chat]) ?? noFiles;
  useEffect(() => {
    if (!isTemporary(chat)) void loadFiles(chat);
  }, [chat]);
  return { text, files };
}
