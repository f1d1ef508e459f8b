import { useEffect, useEffectEvent, useState } from 'react';
import { useLocation } from 'wouter';

import type { Model } from '../../../electron/contract/models.ts';
import { reportError } from '../../ui/report-error.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { useSendMessage, useStopAnswer, useStreamingBeside } from '../thread/use-thread.ts';
import { newChatDraft, useDraft, useDrafts } from './drafts.ts';
import { clearOthers, useOtherModels } from './other-models.ts';
import { useEnqueue, useQueue } from './use-queue.ts';

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
  const { setText, removeFile, removeSent } = useDrafts();
  const [refusal, setRefusal] = useState<'no-model' | null>(null);
  const [, navigate] = useLocation();
  const sending = useSendMessage();
  const stopping = useStopAnswer();

  const last = branch.at(-1)?.message;
  const streamingId = last?.status === 'streaming' ? last.id : null;
  const streaming = useStreamingBeside(chatId, last);
  const isEmpty = draft.text.trim() === '' && draft.files.length === 0;

  const others = useOtherModels(draftKey, model?.id);
  const hasQueue = useQueue(chatId).length > 0;
  const queueing = useEnqueueDraft(chatId);

  const submit = (to: Model) =>
    sending.mutate(
      {
        chatId,
        parentId: last?.id ?? null,
        models: [to.id, ...others],
        text: draft.text.trim(),
        attachments: draft.files.map(({ block }) => block),
      },
      {
        onSuccess: id => {
          removeSent(draftKey, draft);
          clearOthers(draftKey);
          if (chatId === null) navigate(`/chat/${id}`);
        },
        onError: reportError,
        onSettled: () => setRefusal(null),
      },
    );

  const send = () => {
    if (isEmpty || sending.isPending) return;
    if (!model) setRefusal('no-model');
    else if (chatId !== null && (streamingId !== null || hasQueue)) queueing.send([model.id, ...others]);
    else submit(model);
  };

  // Sent before there was a model to ask: it goes out as soon as there is one.
  const sendWaiting = useEffectEvent((to: Model) => {
    if (refusal === 'no-model' && !isEmpty && !sending.isPending) submit(to);
  });
  useEffect(() => {
    if (model) sendWaiting(model);
  }, [model]);

  return {
    ...draft,
    draftKey,
    isEmpty,
    isSending: sending.isPending || queueing.isPending,
    isStreaming: streaming.length > 0,
    refusal: refusal === null || model ? null : isModelComing ? ('waiting' as const) : refusal,
    setText: (text: string) => setText(draftKey, text),
    removeFile: (id: string) => removeFile(draftKey, id),
    send,
    stop: () => streaming.forEach(id => stopping.mutate(id, { onError: reportError })),
  };
}

/** Puts the draft into the queue of its chat: it goes out when the answer before it has ended. */
function useEnqueueDraft(chatId: string | null) {
  const draftKey = chatId ?? newChatDraft;
  const { text, files } = useDraft(draftKey);
  const removeSent = useDrafts(drafts => drafts.removeSent);
  const { mutate, isPending } = useEnqueue();
  const send = (models: string[]) => {
    if (chatId === null || isPending) return;
    mutate(
      { chat_id: chatId, models, text: text.trim(), attachments: files.map(({ block }) => block) },
      {
        onSuccess() {
          removeSent(draftKey, { text, files });
          clearOthers(draftKey);
        },
        onError: reportError,
      },
    );
  };
  return { send, isPending };
}
