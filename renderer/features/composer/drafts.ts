import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';
import type { AttachedImage } from './attach-images.ts';

/** Stands for the chat that does not exist yet. */
export const newChatDraft = 'new';

const storageKey = (chat: string) => `parley.draft.${chat}`;

type Drafts = {
  /** Unsent text by chat; what is not here yet is read from storage. */
  texts: Record<string, string>;
  images: Record<string, AttachedImage[]>;
  setText: (chat: string, text: string) => void;
  addImages: (chat: string, images: AttachedImage[]) => void;
  removeImage: (chat: string, id: string) => void;
  clear: (chat: string) => void;
};

/** What was written and not yet sent. Text outlives the app; images only the page, they are too large for storage. */
export const useDrafts = create<Drafts>(set => ({
  texts: {},
  images: {},
  setText: (chat, text) => {
    writeStored(storageKey(chat), text);
    set(({ texts }) => ({ texts: { ...texts, [chat]: text } }));
  },
  addImages: (chat, added) =>
    set(({ images }) => ({ images: { ...images, [chat]: [...(images[chat] ?? []), ...added] } })),
  removeImage: (chat, id) =>
    set(({ images }) => ({
      images: { ...images, [chat]: (images[chat] ?? []).filter(image => image.id !== id) },
    })),
  clear: chat => {
    writeStored(storageKey(chat), null);
    set(({ texts, images }) => ({ texts: { ...texts, [chat]: '' }, images: { ...images, [chat]: [] } }));
  },
}));

const noImages: AttachedImage[] = [];

export function useDraft(chat: string) {
  const text = useDrafts(({ texts }) => texts[chat]) ?? readStored(storageKey(chat)) ?? '';
  const images = useDrafts(drafts => drafts.images[chat]) ?? noImages;
  return { text, images };
}
