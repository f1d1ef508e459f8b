import { useEffect, useEffectEvent, useState } from 'react';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { useSendMessage, useStopAnswer } from '../thread/use-thread.ts';
import { newChatDraft, useDraft, useDrafts } from './drafts.ts';

type ComposerInput = {
  chatId: string | null;
  branch: ThreadItem[];
  model: Model | undefined;
  /** The list of models is still on its way, and with it the model. */
  isModelComing: boolean;
};

/** The draft of one chat, and what sending and stopping do with it. */
export function useComposer({ chatId, branch, model, isModelComing }: ComposerInput) {
  const draftKey = chatId ?? newChatDraft;
  const draft = useDraft(draftKey);
  const { setText, removeImage, clear } = useDrafts();
  const [refusal, setRefusal] = useState<'streaming' | 'no-model' | null>(null);
  const [, navigate] = useLocation();
  const sending = useSendMessage();
  const stopping = useStopAnswer();

  const last = branch.at(-1)?.message;
  const streamingId = last?.status === 'streaming' ? last.id : null;
  const isEmpty = draft.text.trim() === '' && draft.images.length === 0;

  const submit = (to: Model) =>
    sending.mutate(
      {
        chatId,
        parentId: last?.id ?? null,
        model: to.id,
        text: draft.text.trim(),
        attachments: draft.images.map(({ block }) => block),
      },
      {
        onSuccess: id => {
          clear(draftKey);
          if (chatId === null) navigate(`/chat/${id}`);
        },
        onError: error => toast.error(error.message),
        onSettled: () => setRefusal(null),
      },
    );

  const send = () => {
    if (isEmpty || sending.isPending) return;
    if (streamingId !== null) setRefusal('streaming');
    else if (!model) setRefusal('no-model');
    else submit(model);
  };

  // Sent before there was a model to ask: it goes out as soon as there is one.
  const sendWaiting = useEffectEvent((to: Model) => {
    if (refusal === 'no-model' && !isEmpty && !sending.isPending) submit(to);
  });
  useEffect(() => {
    if (model) sendWaiting(model);
  }, [model]);

  const stop = () => {
    if (streamingId !== null) stopping.mutate(streamingId, { onError: error => toast.error(error.message) });
  };

  return {
    ...draft,
    draftKey,
    isEmpty,
    isSending: sending.isPending,
    isStreaming: streamingId !== null,
    refusal: shownRefusal({ refusal, isStreaming: streamingId !== null, model, isModelComing }),
    setText: (text: string) => setText(draftKey, text),
    removeImage: (id: string) => removeImage(draftKey, id),
    send,
    stop,
  };
}

/** Why a message was not sent, as long as that is so. */
function shownRefusal(state: {
  refusal: 'streaming' | 'no-model' | null;
  isStreaming: boolean;
  model: Model | undefined;
  isModelComing: boolean;
}): 'streaming' | 'no-model' | 'waiting' | null {
  if (state.refusal === 'streaming') return state.isStreaming ? 'streaming' : null;
  if (state.refusal === null || state.model) return null;
  return state.isModelComing ? 'waiting' : 'no-model';
}
