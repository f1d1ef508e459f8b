import { contextBridge, ipcRenderer } from 'electron';

import type { ApiBridge } from './contract/api.ts';

const listeners = new Map<string, Set<(payload: unknown) => void>>();

ipcRenderer.on('parley:event', (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

const bridge: ApiBridge = {
  call(name, input) {
    return ipcRenderer.invoke('parley:call', name, input);
  },
  on(name, listener) {
    const ofName = listeners.get(name) ?? new Set();
    listeners.set(name, ofName.add(listener));
    return () => void ofName.delete(listener);
  },
};

contextBridge.exposeInMainWorld('parley', bridge);
