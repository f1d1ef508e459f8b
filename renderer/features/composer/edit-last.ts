import { create } from 'zustand';

type Edit = (messageId: string) => void;

type EditLast = { edit: Edit | null; setEdit: (edit: Edit | null) => void };

/** Who opens a message for editing; the thread on screen, where it can. */
export const useEditLast = create<EditLast>(set => ({ edit: null, setEdit: edit => set({ edit }) }));
