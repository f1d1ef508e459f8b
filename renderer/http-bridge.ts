import type { ErrorCode } from '../electron/contract/errors.ts';
import type { PageBridge } from './api.ts';

type Listener = (payload: unknown) => void;

/** The bridge of a page that a browser loaded from `parley serve --ui`: same origin, session in a cookie. */
export function createHttpBridge(): PageBridge {
  const listeners = new Map<string, Set<Listener>>();
  const connectionListeners = new Set<(isOpen: boolean) => void>();
  listenForEvents({
    onEvent: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
    onConnection: isOpen => {
      for (const listener of connectionListeners) listener(isOpen);
    },
  });
  return {
    call: callOverHttp,
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
  };
}

async function callOverHttp(name: string, input: unknown): Promise<unknown> {
  try {
    const response = await fetch(`/ui/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const result: unknown = isJson ? await response.json() : null;
    if (typeof result === 'object' && result !== null && 'ok' in result) return result;
    return failure('forbidden_origin', describeStatus(response.status));
  } catch {
    return failure('internal', 'Parley does not answer. Check that it is still running, then try again.');
  }
}

function describeStatus(status: number): string {
  if (status === 401 || status === 403) {
    return 'This page is no longer signed in. Open the address that `parley serve --ui` printed.';
  }
  return `Parley answered with status ${status}. Reload the page, or restart Parley.`;
}

function failure(code: ErrorCode, message: string) {
  return { ok: false, error: { code, message } };
}

type EventHandlers = {
  onEvent: (name: string, payload: unknown) => void;
  onConnection: (isOpen: boolean) => void;
};

function listenForEvents({ onEvent, onConnection }: EventHandlers): void {
  const source = new EventSource('/ui/events');
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('message', (event: MessageEvent<string>) => {
    const { name, payload } = JSON.parse(event.data) as { name: string; payload: unknown }; // our own server's envelope
    onEvent(name, payload);
  });
  source.addEventListener('error', () => {
    onConnection(false);
    if (source.readyState !== EventSource.CLOSED) return;
    // A browser reconnects by itself unless the answer was no event stream, e.g. while Parley restarts.
    setTimeout(() => listenForEvents({ onEvent, onConnection }), 2000);
  });
}
