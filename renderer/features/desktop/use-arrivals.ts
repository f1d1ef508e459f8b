import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';
import { create } from 'zustand';

import type { LinkPage } from '../../../electron/contract/deep-link.ts';
import type { Arrival } from '../../../electron/contract/desktop-calls.ts';
import { useApi } from '../../api.ts';
import { runCommand } from '../keys/use-command.ts';
import { useScriptQueue } from '../providers/script-queue.ts';
import { reportError } from '../../ui/report-error.ts';

/** Addresses of scripts that wait for a yes; the first one is on screen. */
export const useAddressQueue = create<{
  urls: string[];
  add: (url: string) => void;
  finishFirst: () => void;
}>(set => ({
  urls: [],
  // A link that is opened over and over asks once.
  add: url => set(({ urls }) => ({ urls: urls.includes(url) ? urls : [...urls, url] })),
  finishFirst: () => set(({ urls }) => ({ urls: urls.slice(1) })),
}));

const addresses: Record<LinkPage, string> = {
  chat: '/chat',
  providers: '/providers',
  models: '/providers/models',
  gateway: '/gateway',
  connect: '/gateway/connect',
  usage: '/usage',
  settings: '/settings',
};

/** Takes what comes to the window from outside: menus, links, files, notifications. Mounted once. */
export function useArrivals(): void {
  const api = useApi();
  const { t } = useTranslation('desktop');
  const [, navigate] = useLocation();
  const receive = useEffectEvent((arrival: Arrival) => {
    switch (arrival.type) {
      case 'command':
        runCommand(arrival.command);
        return;
      case 'open_page':
        return navigate(addresses[arrival.page]);
      case 'open_path':
        return navigate(arrival.path);
      case 'open_chat':
        return navigate(`/chat/${arrival.chat_id}`);
      case 'import_address':
        return useAddressQueue.getState().add(arrival.url);
      case 'import_source':
        return useScriptQueue
          .getState()
          .add([{ file_name: arrival.file_name, source: arrival.source, files: {} }]);
      case 'refused':
        toast.error(t(`link.refused.${arrival.reason}`));
    }
  });
  useEffect(() => {
    const take = () => {
      api
        .call('desktop.take', {})
        .then(arrivals => arrivals.forEach(arrival => receive(arrival)), reportError);
    };
    take();
    return api.on('desktop.arrived', take);
  }, [api]);
}
