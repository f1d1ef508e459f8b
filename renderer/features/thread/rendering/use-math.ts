import { useEffect, useSyncExternalStore } from 'react';

import type * as MathModule from './math-plugins.ts';

type MathPlugins = typeof MathModule;

let plugins: MathPlugins | null = null;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** What renders formulas; null while it is not wanted or still on its way. */
export function useMath(isWanted: boolean): MathPlugins | null {
  const loaded = useSyncExternalStore(subscribe, current, current);
  useEffect(() => {
    if (isWanted) loading ??= load();
  }, [isWanted]);
  return isWanted ? loaded : null;
}

async function load(): Promise<void> {
  try {
    plugins = await import('./math-plugins.ts');
    for (const tell of listeners) tell();
  } catch {
    // Formulas stay what the model wrote; the next one tries again.
    loading = undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): MathPlugins | null {
  return plugins;
}
