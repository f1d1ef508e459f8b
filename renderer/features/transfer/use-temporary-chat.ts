import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { create } from 'zustand';

import { isTemporary } from '../../../electron/contract/temporary-chat.ts';
import { useApi } from '../../api.ts';
import { newChatDraft, useDrafts } from '../composer/drafts.ts';
import { applyNewChatSettings } from '../presets/use-chat-settings.ts';
import { chatKey } from '../thread/chat-cache.ts';
import { reportError } from '../../ui/report-error.ts';

/** The temporary chat that is open, or was before the reader went to another page for a moment. */
const useOpenTemporary = create<{ id: string | null }>(() => ({ id: null }));

/** Begins a temporary chat; what was written already moves there, out of the storage. */
export function useStartTemporary() {
  const api = useApi();
  const [, navigate] = useLocation();
  return async (model: string | null) => {
    try {
      const { id } = await api.call('chats.create_temporary', { model });
      await applyNewChatSettings(api, id);
      const { texts, files, setText, addFiles, clear } = useDrafts.getState();
      setText(id, texts[newChatDraft] ?? '');
      addFiles(id, files[newChatDraft] ?? []);
      clear(newChatDraft);
      navigate(`/chat/${id}`);
    } catch (error) {
      reportError(error);
    }
  };
}

/** Forgets a temporary chat as soon as another chat is opened. */
export function useForgetTemporary(chatId: string | null): void {
  const api = useApi();
  const client = useQueryClient();
  useEffect(() => {
    const { id } = useOpenTemporary.getState();
    if (id !== null && id !== chatId) {
      useDrafts.getState().clear(id);
      client.removeQueries({ queryKey: chatKey(id) });
      // It may be gone already, with the core that held it.
      void api.call('chats.delete', { id }).catch(() => undefined);
    }
    useOpenTemporary.setState({ id: chatId !== null && isTemporary(chatId) ? chatId : null });
  }, [api, client, chatId]);
}
