import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { useApi } from '../../api.ts';
import { cacheMessages, chatKey } from '../thread/chat-cache.ts';
import { useLiveStore } from '../thread/live-context.ts';

/** A break that heals within this time, in milliseconds, is not worth a word. */
const shortBreak = 2500;

/** Keeps what the page shows up to date with what the core tells unasked. Mounted once; returns whether it can. */
export function useServerEvents(): { isLost: boolean } {
  const api = useApi();
  const client = useQueryClient();
  const live = useLiveStore();
  const [isLost, setLost] = useState(false);

  useEffect(() => {
    let breakTimer: ReturnType<typeof setTimeout> | undefined;
    const onConnection = (isOpen: boolean) => {
      if (!isOpen) {
        breakTimer ??= setTimeout(() => setLost(true), shortBreak);
        return;
      }
      setLost(false);
      if (breakTimer !== undefined) void client.invalidateQueries();
      clearTimeout(breakTimer);
      breakTimer = undefined;
    };
    const refetch = (...keys: string[]) => {
      for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
    };
    const subscriptions = [
      api.on('message.deltas', batch => live.push(batch)),
      api.on('message.changed', ({ message }) => {
        cacheMessages(client, message.chat_id, [message]);
        if (message.status === 'streaming') return;
        live.settle(message);
        // The query tells its components a moment later; until then the stream has to stay, or the text would blink.
        setTimeout(() => live.drop(message.id), 50);
      }),
      api.on('chats.changed', () => refetch('chats')),
      api.on('thread.changed', ({ chat_id: id }) => void client.invalidateQueries({ queryKey: chatKey(id) })),
      api.on(
        'queue.changed',
        ({ chat_id: id }) => void client.invalidateQueries({ queryKey: ['queue', id] }),
      ),
      api.on('backends.changed', () => refetch('backends', 'models', 'providers')),
      api.on('calls.changed', () => refetch('calls')),
      api.on('presets.changed', () => refetch('presets', 'snippets', 'chat-settings')),
      api.on('backups.changed', () => refetch('backups', 'privacy')),
      api.on('app.changed', () => refetch('app', 'network', 'privacy', 'gateway-keys', 'desktop')),
      api.onConnection(onConnection),
    ];
    return () => {
      clearTimeout(breakTimer);
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }, [api, client, live]);

  return { isLost };
}
