import { create } from 'zustand';

import { maxModels } from '../../../electron/contract/threads.ts';

/** Models asked beside the chosen one with the next message, by chat. */
const useOthers = create<{ byChat: Record<string, string[]> }>(() => ({ byChat: {} }));

const none: string[] = [];

/** Without the one that is asked anyway. */
export function useOtherModels(draftKey: string, first: string | undefined): string[] {
  const others = useOthers(({ byChat }) => byChat[draftKey]) ?? none;
  return first !== undefined && others.includes(first) ? others.filter(id => id !== first) : others;
}

export function addOther(draftKey: string, model: string): void {
  useOthers.setState(({ byChat }) => {
    const before = (byChat[draftKey] ?? []).filter(id => id !== model);
    return { byChat: { ...byChat, [draftKey]: [...before, model].slice(0, maxModels - 1) } };
  });
}

export function removeOther(draftKey: string, model: string): void {
  useOthers.setState(({ byChat }) => ({
    byChat: { ...byChat, [draftKey]: (byChat[draftKey] ?? []).filter(id => id !== model) },
  }));
}

/** Several models are a wish for one question. */
export function clearOthers(draftKey: string): void {
  useOthers.setState(({ byChat: { [draftKey]: _sent, ...byChat } }) => ({ byChat }));
}
