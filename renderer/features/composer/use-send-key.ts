import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';

export const sendKeys = ['enter', 'mod-enter'] as const;
export type SendKey = (typeof sendKeys)[number];

const storageKey = 'parley.send-key';

type SendKeyChoice = { sendKey: SendKey; choose: (key: SendKey) => void };

/** Which key sends a message; the other one breaks the line. */
export const useSendKey = create<SendKeyChoice>(set => ({
  sendKey: readStored(storageKey) === 'mod-enter' ? 'mod-enter' : 'enter',
  choose: sendKey => {
    writeStored(storageKey, sendKey === 'enter' ? null : sendKey);
    set({ sendKey });
  },
}));

type Pressed = { key: string; shiftKey: boolean; ctrlKey: boolean; metaKey: boolean };

/** Whether a key sends. Mod+Enter always does. */
export function isSendKey({ key, shiftKey, ctrlKey, metaKey }: Pressed, sendKey: SendKey): boolean {
  if (key !== 'Enter') return false;
  return ctrlKey || metaKey || (sendKey === 'enter' && !shiftKey);
}
