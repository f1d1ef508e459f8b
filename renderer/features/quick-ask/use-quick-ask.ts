import { useState } from 'react';

import { useApi } from '../../api.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { chooseModel } from '../model-picker/model-groups.ts';
import { useModels } from '../model-picker/use-models.ts';
import { useSendMessage, useStopAnswer } from '../thread/use-thread.ts';

/** Stands for quick ask among the chats whose model was chosen. */
const choiceKey = 'quick-ask';

/** The chat of quick ask. It is kept where it is opened in Parley, and goes when another question begins anew. */
export function useQuickAsk() {
  const api = useApi();
  const models = useModels();
  const { byChat, last, suggest } = useModelChoice();
  const model = chooseModel(models.data?.models ?? [], [byChat[choiceKey] ?? null, last]);
  const [chatId, setChatId] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const sending = useSendMessage();
  const stopping = useStopAnswer();
  // In a browser there is no window to hide.
  const leave = (id: string | null) =>
    void api.call('desktop.leave_quick_ask', { chat_id: id }).catch(() => undefined);

  return {
    list: models.data,
    isModelComing: models.isPending,
    model,
    chatId,
    error,
    isSending: sending.isPending,
    choose: (id: string) => suggest(choiceKey, id),
    ask(text: string, parentId: string | null, onSent: () => void) {
      if (!model || sending.isPending) return;
      setError(null);
      sending.mutate(
        { chatId, parentId, models: [model.id], text, attachments: [] },
        {
          onSuccess(id) {
            setChatId(id);
            onSent();
          },
          onError: setError,
        },
      );
    },
    stop: (id: string) => stopping.mutate(id, { onError: setError }),
    hide: () => leave(null),
    open() {
      leave(chatId);
      setChatId(null);
    },
    again() {
      if (chatId !== null) void api.call('chats.delete', { id: chatId }).catch(setError);
      setChatId(null);
      setError(null);
    },
  };
}
