import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { useApi } from '../../api.ts';
import { whenIdle } from '../../ui/when-idle.ts';
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
/** What is not yet in view can wait for a moment in which the page has nothing else to do, but not for long. */
const aheadMs = 300;
/** Messages are loaded in stretches of so many: each that arrives renders the page, so there should be few. */
const stretch = 24;

type InView = { startIndex: number; endIndex: number } | null;

/** Loads what is an outline among the messages around the reader, and the other answers to the same questions. */
export function useLoadMessages(chatId: string, branch: readonly ThreadItem[], inView: InView): void {
  const api = useApi();
  const client = useQueryClient();
  const live = useLiveStore();
  const asked = useRef(new Set<string>());
  const { startIndex: first, endIndex: last } = inView ?? { startIndex: 0, endIndex: -1 };
  const isUrgent = idsOfOutlines(branch.slice(first, last + 1)).length > 0;
  const [from, to] = inView ? stretchAround(first, last) : [0, 0];
  const missing = useMemo(() => idsOfOutlines(branch.slice(from, to)).join(' '), [branch, from, to]);
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
    return soon(isUrgent, () => {
      load().catch(() => {
        // What is missing is asked for again when it is scrolled to the next time.
      });
    });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- it does not look into the function above
  }, [api, chatId, client, live, missing, isUrgent]);
}

/** From the stretch before the one that holds the first index, to behind the one after that of the last. */
export function stretchAround(first: number, last: number): [from: number, to: number] {
  const at = (index: number): number => Math.floor(index / stretch);
  return [Math.max(0, at(first) - 1) * stretch, (at(last) + 2) * stretch];
}

function idsOfOutlines(items: readonly ThreadItem[]): string[] {
  return items.flatMap(({ message, siblings }) => (message.outline === true ? siblings : []));
}

/** Returns how to call it off. */
function soon(isUrgent: boolean, run: () => void): () => void {
  if (isUrgent) {
    const timer = setTimeout(run, restMs);
    return () => clearTimeout(timer);
  }
  return whenIdle(run, aheadMs);
}
