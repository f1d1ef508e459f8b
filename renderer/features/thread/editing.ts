import { create } from 'zustand';

/** The message whose text is open for editing. Kept beside the list, which takes rows off the page. */
export const useEditing = create<{ id: string | null }>(() => ({ id: null }));

export function startEditing(id: string): void {
  useEditing.setState({ id });
}

export function stopEditing(): void {
  useEditing.setState({ id: null });
}
