import { createContext, useContext } from 'react';
import { useStore } from 'zustand';

import type { LiveStore } from './live-store.ts';
import type { LiveStream } from './live-stream.ts';

export const LiveContext = createContext<LiveStore | null>(null);

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (!store) throw new Error('LiveContext is missing above this hook.');
  return store;
}

/** The growing answer of a message; undefined where nothing is streaming into it. */
export function useLiveStream(messageId: string): LiveStream | undefined {
  return useStore(useLiveStore().streams, streams => streams[messageId]);
}
