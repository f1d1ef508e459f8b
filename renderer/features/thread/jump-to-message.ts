import { create } from 'zustand';

/** A wish to see one message of a chat; `query` is what was searched for, to be marked in it. */
export type Jump = {
  chatId: string;
  messageId: string;
  query?: string;
  /** The keyboard stays where it is, e.g. in the field somebody searches with. */
  keepsFocus?: boolean;
};

type JumpState = {
  /** Waits until the thread of its chat is on screen, shows that message and takes the wish away. */
  jump: Jump | null;
};

export const useJump = create<JumpState>(() => ({ jump: null }));

/**
 * Brings a message into view, on another branch or not loaded yet as it may be. The chat has to be opened beside it,
 * by its address; the order of the two does not matter.
 */
export function requestJump(jump: Jump): void {
  useJump.setState({ jump });
}

/** Taken by the thread that shows it. */
export function finishJump(done: Jump): void {
  useJump.setState(({ jump }) => (jump === done ? { jump: null } : { jump }));
}
