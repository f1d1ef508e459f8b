import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { AnswerNumbers } from '../../../electron/contract/threads.ts';
import type { Api } from '../../api.ts';
import { useApi } from '../../api.ts';
import { createBatch } from './create-batch.ts';

type Ask = (id: string) => Promise<AnswerNumbers | null>;

/** One question for all answers that come on screen together. */
const batches = new WeakMap<Api, Ask>();

function askFor(api: Api): Ask {
  const known = batches.get(api);
  if (known) return known;
  const ask = createBatch(async (ids: string[]) => {
    const all = await api.call('messages.numbers', { ids });
    return new Map(all.map(numbers => [numbers.message_id, numbers]));
  });
  batches.set(api, ask);
  return ask;
}

/** A call's cost may be known a moment after its answer has ended. */
const lateRowMs = 400;
const lateRowTries = 8;

/** What the ledger says of an answer; null where it knows nothing. */
export function useAnswerNumbers({ id, status, call_id: callId }: ChatMessage): AnswerNumbers | null {
  const api = useApi();
  const query = useQuery({
    queryKey: ['numbers', id],
    queryFn: () => askFor(api)(id),
    enabled: status !== 'streaming' && callId !== null,
    refetchInterval: ({ state }) =>
      state.data === null && state.dataUpdateCount < lateRowTries ? lateRowMs : false,
  });
  return query.data ?? null;
}

/** What a chat has used so far; asked for anew whenever one of its answers has ended. */
export function useChatTotal(chatId: string, endedAnswers: number) {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['chat-total', chatId],
    queryFn: () => api.call('chats.total', { id: chatId }),
  });
  useEffect(() => {
    if (endedAnswers === 0) return;
    const ask = () => void client.invalidateQueries({ queryKey: ['chat-total', chatId] });
    ask();
    const timer = setTimeout(ask, 3 * lateRowMs);
    return () => clearTimeout(timer);
  }, [client, chatId, endedAnswers]);
  return query.data;
}
