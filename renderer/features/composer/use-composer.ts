import { useState } from 'react';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { useSendMessage, useStopAnswer } from '../thread/use-thread.ts';
import { newChatDraft, useDraft, useDrafts } from './drafts.ts';

type ComposerInput = { chatId: string | null; branch: ThreadItem[]; model: Model | undefined };

/** The draft of one chat, and what sending and stopping do with it. */
export function useComposer({ chatId, branch, model }: ComposerInput) {
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

  const send = () => {
    if (isEmpty || sending.isPending) return;
    if (streamingId !== null) {
      setRefusal('streaming');
      return;
    }
    if (!model) {
      setRefusal('no-model');
      return;
    }
    setRefusal(null);
    sending.mutate(
      {
        chatId,
        parentId: last?.id ?? null,
        model: model.id,
        text: draft.text.trim(),
        attachments: draft.images.map(({ block }) => block),
      },
      {
        onSuccess: id => {
          clear(draftKey);
          if (chatId === null) navigate(`/chat/${id}`);
        },
        onError: error => toast.error(error.message),
      },
    );
  };

  const stop = () => {
    if (streamingId !== null) stopping.mutate(streamingId, { onError: error => toast.error(error.message) });
  };

  return {
    ...draft,
    draftKey,
    isEmpty,
    isSending: sending.isPending,
    isStreaming: streamingId !== null,
    refusal:
      (refusal === 'streaming' && streamingId === null) || (refusal === 'no-model' && model) ? null : refusal,
    setText: (text: string) => setText(draftKey, text),
    removeImage: (id: string) => removeImage(draftKey, id),
    send,
    stop,
  };
}
