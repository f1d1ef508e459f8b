import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { isTemporary } from '../../../electron/contract/temporary-chat.ts';
import { chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { stretchAround } from './load-messages.ts';
import type { ThreadItem } from './message-tree.ts';
import type { useVirtualThread } from './use-virtual-thread.ts';

type VirtualThread = ReturnType<typeof useVirtualThread>;

/** Whole messages a chat may have in the page's memory before those far from the reader become outlines again. */
const mostWhole = 120;
/** Messages at the end of the branch, which the composer and the next question look at. */
const keptAtEnd = 24;
/** Milliseconds without a new message or another place: while somebody reads on there are better things to do. */
const restMs = 2_000;

/** Gives back what was read long ago: the core has it, and loads it again for a reader who scrolls there. */
export function useForgetMessages(chatId: string, branch: readonly ThreadItem[], list: VirtualThread): void {
  const client = useQueryClient();
  const { startIndex: first, endIndex: last } = list.range ?? { startIndex: 0, endIndex: -1 };
  const [from, to] = stretchAround(first, last);
  useEffect(() => {
    // A temporary chat is nowhere else.
    if (isTemporary(chatId) || last < first || wholeOf(branch).length <= mostWhole) return;
    const timer = setTimeout(() => {
      // On the page are also those of a selection that was scrolled out of sight.
      const shown = list.getVirtualItems().flatMap(({ index }) => branch[index] ?? []);
      const near = [...branch.slice(from, to), ...branch.slice(-keptAtEnd), ...shown];
      const kept = new Set(near.flatMap(({ siblings }) => siblings));
      client.setQueryData<ChatDetail>(
        chatKey(chatId),
        detail => detail && { ...detail, messages: forgetMessages(detail.messages, kept) },
      );
    }, restMs);
    return () => clearTimeout(timer);
  }, [client, chatId, branch, list, first, last, from, to]);
}

/** Outlines in the place of the messages that are not to be kept, and that the core can give again as they were. */
export function forgetMessages(messages: readonly ChatMessage[], kept: ReadonlySet<string>): ChatMessage[] {
  return messages.map(message =>
    kept.has(message.id) || !canForget(message) ? message : outlineOf(message),
  );
}

function wholeOf(branch: readonly ThreadItem[]): ThreadItem[] {
  return branch.filter(({ message }) => message.outline !== true);
}

/** Whose words alone are far away: results of tools decide what the thread shows. */
function canForget({ outline, status, error, content }: ChatMessage): boolean {
  return (
    outline !== true &&
    status === 'complete' &&
    error === null &&
    content.every(({ type }) => type === 'text' || type === 'thinking')
  );
}

/** As a chat that is opened has it: see expand-outlines.ts. */
function outlineOf(message: ChatMessage): ChatMessage {
  const usage = message.role === 'user' ? null : { output_tokens: message.usage?.output_tokens ?? 0 };
  return { ...message, content: [], usage, call_id: null, private: null, outline: true };
}
