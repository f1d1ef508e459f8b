import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import type { ApiBridge } from '../electron/contract/api.ts';
import { ApiContext, createApi } from './api.ts';
import { App } from './app.tsx';
import { QuickAskApp, quickAskHash } from './features/quick-ask/quick-ask-app.tsx';
import { anyChatKey, chatKey } from './features/thread/chat-cache.ts';
import { LiveContext } from './features/thread/live-context.ts';
import { createLiveStore, scheduleFrame } from './features/thread/live-store.ts';
import { createHttpBridge } from './http-bridge.ts';
import { startTexts } from './texts/texts.ts';
import './ui/base.css';

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can extend Window
  interface Window {
    /** The desktop's preload script puts it here; a browser has none. */
    parley?: ApiBridge;
  }
}

function start(): void {
  startTexts();
  const api = createApi(window.parley ?? createHttpBridge());
  // The core is on this machine and tells when something changed: no polling, no retries, no focus refetch.
  const client = new QueryClient({
    defaultOptions: {
      queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
  // Messages keep their identity wherever a chat is changed here; comparing thousands of them each time is felt.
  client.setQueryDefaults(anyChatKey, { structuralSharing: false });
  const live = createLiveStore({
    schedule: scheduleFrame,
    onGap: chatId => void client.invalidateQueries({ queryKey: chatKey(chatId) }),
  });
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root.');
  createRoot(root).render(
    <StrictMode>
      <ApiContext value={api}>
        <LiveContext value={live}>
          <QueryClientProvider client={client}>
            {location.hash.startsWith(quickAskHash) ? <QuickAskApp /> : <App />}
          </QueryClientProvider>
        </LiveContext>
      </ApiContext>
    </StrictMode>,
  );
}

start();
