import { useQueryClient } from '@tanstack/react-query';
import type { ReactVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useState } from 'react';
import type { RefObject } from 'react';

import { chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { finishJump, useJump } from './jump-to-message.ts';
import { markQuery } from './mark-query.ts';
import type { ThreadItem } from './message-tree.ts';
import { useShowSibling } from './use-thread.ts';

/** How long the message that was jumped to stands out, in milliseconds. */
const standOutMs = 2400;

/** Answers `requestJump` for one chat; returns the id of the message that was jumped to, for a moment. */
export function useJumps(
  chatId: string,
  branch: readonly ThreadItem[],
  list: Pick<ReactVirtualizer<HTMLDivElement, Element>, 'scrollToIndex'>,
  scrollRef: RefObject<HTMLDivElement | null>,
): string | undefined {
  const client = useQueryClient();
  const jump = useJump(({ jump }) => (jump?.chatId === chatId ? jump : null));
  const { mutate: showBranch } = useShowSibling(chatId);
  const [reached, setReached] = useState<{ id: string; query: string | undefined; keepsFocus: boolean }>();

  useEffect(() => {
    if (!jump) return;
    const index = branch.findIndex(({ message }) => message.id === jump.messageId);
    if (index !== -1) {
      finishJump(jump);
      // After the first layout, which brings a chat that was just opened to its end.
      requestAnimationFrame(() => {
        list.scrollToIndex(index, { align: 'center' });
        // Messages above that are measured meanwhile, and a chat that was just opened and keeps to its end, move it away.
        for (const ms of [120, 350]) setTimeout(() => list.scrollToIndex(index, { align: 'center' }), ms);
        setReached({ id: jump.messageId, query: jump.query, keepsFocus: jump.keepsFocus === true });
      });
      return;
    }
    const detail = client.getQueryData<ChatDetail>(chatKey(chatId));
    const isElsewhere = detail?.messages.some(({ id }) => id === jump.messageId) === true;
    // The branch that holds it comes back with the next render.
    if (isElsewhere) showBranch(jump.messageId, { onError: () => finishJump(jump) });
    else finishJump(jump);
  }, [jump, branch, list, chatId, client, showBranch]);

  useEffect(() => {
    if (!reached) return;
    const look = () => scrollRef.current?.querySelector<HTMLElement>(`[data-message="${reached.id}"]`);
    const stopMarking = reached.query === undefined ? undefined : markQuery(look, reached.query);
    const timer = setTimeout(() => setReached(undefined), standOutMs);
    if (!reached.keepsFocus) requestAnimationFrame(() => look()?.focus({ preventScroll: true }));
    return () => {
      clearTimeout(timer);
      stopMarking?.();
    };
  }, [reached, scrollRef]);

  return reached?.id;
}
