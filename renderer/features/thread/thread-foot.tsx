import { useEffect } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { useEditLast } from '../composer/edit-last.ts';
import { QueueList } from '../composer/queue-list.tsx';
import { ChatTotal } from './chat-total.tsx';
import { startEditing } from './editing.ts';

/** Between the thread and the composer: what waits to be sent, and what the chat has used so far. */
export function ThreadFoot({ chatId, last }: { chatId: string; last: ChatMessage | undefined }) {
  const setEdit = useEditLast(state => state.setEdit);
  useEffect(() => {
    setEdit(startEditing);
    return () => setEdit(null);
  }, [setEdit]);
  return (
    // The same gutters as the thread's and the composer's, so that all stand on one line.
    <div className="shrink-0 overflow-y-hidden [scrollbar-gutter:stable_both-edges]">
      <div className="mx-auto w-full max-w-measure px-4 sm:px-5">
        <div className="flex justify-end px-2 pt-1 pb-1.5">
          <ChatTotal chatId={chatId} />
        </div>
        <QueueList chatId={chatId} last={last} />
      </div>
    </div>
  );
}
