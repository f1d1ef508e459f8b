import type { ApiEventName, ApiEvents } from '../contract/api.ts';

export type ApiEvent = { [N in ApiEventName]: { name: N; payload: ApiEvents[N] } }[ApiEventName];

export type EventHub = {
  emit<N extends ApiEventName>(name: N, payload: ApiEvents[N]): void;
  /** Returns the function that ends the subscription. */
  on(listener: (event: ApiEvent) => void): () => void;
};

/** Hands events to every page that listens. A listener that throws costs the others nothing. */
export function createEventHub(onProblem: (error: unknown) => void): EventHub {
  const listeners = new Set<(event: ApiEvent) => void>();
  return {
    emit(name, payload) {
      const event = { name, payload } as ApiEvent; // name and payload belong together by the signature
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onProblem(error);
        }
      }
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
