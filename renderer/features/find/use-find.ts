import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useApi } from '../../api.ts';
import { messageText } from '../thread/message-text.ts';
import type { ThreadItem } from '../thread/message-tree.ts';
import { countIn } from './find-in-text.ts';
import type { FoundMessage } from './find-in-text.ts';
import { useSettled } from './use-message-search.ts';

const nothing: FoundMessage[] = [];

/** Messages of the branch that hold the query, first to last, whether or not they are on screen or even loaded. */
export function useFind(chatId: string, branch: readonly ThreadItem[], query: string): FoundMessage[] {
  const api = useApi();
  const asked = useSettled(query, 100);
  const isPartial = branch.some(({ message }) => message.outline === true);
  const here = useMemo(
    () =>
      isPartial || asked === ''
        ? nothing
        : branch.flatMap(({ message }): FoundMessage[] => {
            const count = countIn(messageText(message), asked);
            return count > 0 ? [{ message_id: message.id, count }] : [];
          }),
    [isPartial, branch, asked],
  );
  const { data } = useQuery({
    queryKey: ['find', chatId, branch.length, asked],
    queryFn: () => api.call('messages.find', { chat_id: chatId, query: asked }),
    enabled: isPartial && asked !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  return isPartial && asked !== '' ? (data ?? nothing) : here;
}
