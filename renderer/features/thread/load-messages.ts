import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { useApi } from '../../api.ts';
import { chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { useLiveStore } from './live-context.ts';
import type { ThreadItem } from './message-tree.ts';

/** What the page has already takes the place of outlines: a message that has ended does not change any more. */
export function keepLoaded(before: readonly ChatMessage[], messages: readonly ChatMessage[]): ChatMessage[] {
  const whole = before.filter(({ outline, status }) => outline !== true && status !== 'streaming');
  return fillOutlines(messages, whole);
}

/** Puts whole messages in the place of their outlines. */
export function fillOutlines(
  messages: readonly ChatMessage[],
  loaded: readonly ChatMessage[],
): ChatMessage[] {
  const byId = new Map(loaded.map(message => [message.id, message]));
  return messages.map(message => (message.outline === true ? (byId.get(message.id) ?? message) : message));
}

/** Most ids of one question to the core. */
const batchLimit = 200;
/** A reader who drags the scrollbar passes hundreds of messages; only where they rest is worth loading. */
const restMs = 40;

/** Loads those of the messages that are outlines, and the other answers to the same questions. */
export function useLoadMessages(chatId: string, items: readonly ThreadItem[]): void {
  const api = useApi();
  const client = useQueryClient();
  const live = useLiveStore();
  const asked = useRef(new Set<string>());
  const missing = items
    .flatMap(({ message, siblings }) => (message.outline === true ? siblings : []))
    .join(' ');
  useEffect(() => {
    if (missing === '') return;
    const load = async () => {
      const ids = missing.split(' ').filter(id => !asked.current.has(id));
      if (ids.length === 0) return;
      const batch = ids.slice(0, batchLimit);
      for (const id of batch) asked.current.add(id);
      try {
        const found = await api.call('messages.load', { chat_id: chatId, ids: batch });
        const loaded = found.messages.map(message => live.latest(message));
        live.seed(loaded, found.live);
        client.setQueryData<ChatDetail>(
          chatKey(chatId),
          detail => detail && { ...detail, messages: fillOutlines(detail.messages, loaded) },
        );
      } finally {
        for (const id of batch) asked.current.delete(id);
      }
    };
    const timer = setTimeout(() => {
      load().catch(() => {
        // What is missing is asked for again when it is scrolled to the next time.
      });
    }, restMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- it does not look into the function above
  }, [api, chatId, client, live, missing]);
}
