import type { ApiBridge, ApiCallName } from '../../electron/contract/api.ts';
import { fakeChatCalls } from './fake-chat-calls.ts';
import { fakeDeskCalls } from './fake-desk-calls.ts';
import type { Emit, FakeCalls } from './fake-types.ts';

type Listener = (payload: unknown) => void;

/**
 * A core without a core, to work on the page alone: `vite`, then /?fake, with these after it: &empty (a first start),
 * &none (no model at all), &slow (long answers at 30 words a second), &broken (banner).
 */
export function createFakeBridge(search: string): ApiBridge {
  const wish = new URLSearchParams(search);
  const listeners = new Map<string, Set<Listener>>();
  const emit: Emit = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(structuredClone(payload));
  };
  const calls: FakeCalls = { ...fakeChatCalls(wish, emit), ...fakeDeskCalls(wish) };
  return {
    async call(name, input) {
      try {
        // The page's own client types both sides; this only stands in for the core.
        const handler = calls[name as ApiCallName] as (input: unknown) => unknown;
        return { ok: true, value: structuredClone(await handler(input)) };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { ok: false, error: { code: 'internal', message } };
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
  };
}
