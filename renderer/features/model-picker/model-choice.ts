import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';

const lastModelKey = 'parley.model';

type ModelChoice = {
  /** Choice for the next message, by chat id (`new` for one that does not exist yet). */
  byChat: Record<string, string>;
  /** Last choice anywhere; what a new chat begins with. */
  last: string | null;
  choose: (chat: string, model: string) => void;
  /** The same for one chat alone, without becoming the last choice; null forgets it. */
  suggest: (chat: string, model: string | null) => void;
};

/** Which model the composer of each chat offers. */
export const useModelChoice = create<ModelChoice>(set => ({
  byChat: {},
  last: readStored(lastModelKey),
  suggest: (chat, model) =>
    set(({ byChat: { [chat]: _before, ...byChat } }) => ({
      byChat: model === null ? byChat : { ...byChat, [chat]: model },
    })),
  choose: (chat, model) => {
    writeStored(lastModelKey, model);
    set(({ byChat }) => ({ byChat: { ...byChat, [chat]: model }, last: model }));
  },
}));
