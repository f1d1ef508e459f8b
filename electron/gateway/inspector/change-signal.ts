/** Tells which calls have changed, many of them at once: a page cannot show more than a few changes a second. */
export type ChangeSignal = {
  note(id: string): void;
  listen(listener: (ids: string[]) => void): () => void;
};

const everyMs = 200;
/** More than these nobody can look at. */
const mostIds = 500;

export function createChangeSignal(): ChangeSignal {
  const listeners = new Set<(ids: string[]) => void>();
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const ids = [...changed].slice(-mostIds);
    changed = new Set();
    for (const listener of listeners) listener(ids);
  };
  return {
    note(id) {
      if (listeners.size === 0) return;
      changed.add(id);
      // What is not told when the process ends interests nobody.
      timer ??= setTimeout(tell, everyMs).unref();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
