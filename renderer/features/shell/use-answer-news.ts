import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { useApi } from '../../api.ts';

type AnswerNews = 'begun' | 'complete' | 'stopped' | 'failed';

/** Ids of answers that run. */
type Running = Set<string>;

/** Begin and end of each answer in one chat, as a sentence for a live region: its words would be far too many. */
export function useAnswerNews(chatId: string | null): string {
  const api = useApi();
  const { t } = useTranslation('shell');
  const [said, setSaid] = useState<{ news: AnswerNews; model: string; chatId: string } | null>(null);
  const running = useRef<Running>(new Set());
  useEffect(
    () =>
      api.on('message.changed', ({ message }) => {
        const news = newsOf(message, running.current);
        if (news !== null) setSaid({ news, model: message.model ?? '', chatId: message.chat_id });
      }),
    [api],
  );
  // What runs elsewhere is no news here.
  return said === null || said.chatId !== chatId ? '' : t(`announce.${said.news}`, { model: said.model });
}

/** What is new about an answer, if anything; keeps `running` up to date. */
export function newsOf(message: ChatMessage, running: Running): AnswerNews | null {
  if (message.role !== 'assistant') return null;
  if (message.status === 'streaming') {
    if (running.has(message.id)) return null;
    running.add(message.id);
    return 'begun';
  }
  // One that was only edited, or came by another way, neither begins nor ends.
  if (!running.delete(message.id)) return null;
  if (message.status === 'complete') return 'complete';
  return message.status === 'cancelled' ? 'stopped' : 'failed';
}
