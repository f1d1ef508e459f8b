import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { create } from 'zustand';

import type { ChosenSettings, Preset } from '../../../electron/contract/chat-settings.ts';
import { useApi } from '../../api.ts';
import type { Api } from '../../api.ts';
import { newChatDraft } from '../composer/drafts.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { useDefaultPreset } from './use-presets.ts';

type NewChat = { chosen: ChosenSettings | null; choose: (chosen: ChosenSettings | null) => void };

/** Settings of the chat that does not exist yet; null where nobody chose any and the default preset holds. */
const useNewChat = create<NewChat>(set => ({ chosen: null, choose: chosen => set({ chosen }) }));

const nothingChosen: ChosenSettings = { preset_id: null, settings: {} };
const settingsKey = (chatId: string) => ['chat-settings', chatId] as const;

export function fromPreset({ id, settings }: Preset): ChosenSettings {
  return { preset_id: id, settings };
}

/** The settings of a chat, or of the next new one, and the way to change them. */
export function useChatSettings(chatId: string | null) {
  const api = useApi();
  const client = useQueryClient();
  const fallback = useDefaultPreset();
  const { chosen, choose } = useNewChat();
  const stored = useQuery({
    queryKey: settingsKey(chatId ?? newChatDraft),
    queryFn: () => api.call('settings.get', { chat_id: chatId ?? '' }),
    enabled: chatId !== null,
  });
  const saving = useMutation({
    mutationFn: async (next: ChosenSettings) => {
      if (chatId === null) return choose(next);
      client.setQueryData(settingsKey(chatId), await api.call('settings.set', { chat_id: chatId, ...next }));
    },
  });
  const forNewChat = chosen ?? (fallback ? fromPreset(fallback) : nothingChosen);
  return {
    chosen: chatId === null ? forNewChat : (stored.data ?? nothingChosen),
    isReady: chatId === null || stored.isSuccess,
    save: saving.mutateAsync,
  };
}

/** A preset for the next new chat, with its model; null is none, not even the default. */
export function useChooseForNewChat(): (preset: Preset | null) => void {
  const choose = useNewChat(state => state.choose);
  const suggest = useModelChoice(state => state.suggest);
  return preset => {
    choose(preset ? fromPreset(preset) : nothingChosen);
    suggest(newChatDraft, preset?.model ?? null);
  };
}

/** Gives a chat that was just made what was chosen for it, before its first question goes out. */
export async function applyNewChatSettings(api: Api, chatId: string): Promise<void> {
  const chosen = useNewChat.getState().chosen ?? (await readDefault(api));
  if (chosen.preset_id !== null || Object.keys(chosen.settings).length > 0)
    await api.call('settings.set', { chat_id: chatId, ...chosen });
  useNewChat.getState().choose(null);
  useModelChoice.getState().suggest(newChatDraft, null);
}

async function readDefault(api: Api): Promise<ChosenSettings> {
  const fallback = (await api.call('presets.list', {})).find(preset => preset.is_default);
  return fallback ? fromPreset(fallback) : nothingChosen;
}
