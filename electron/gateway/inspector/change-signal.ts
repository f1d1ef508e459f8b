/** Tells which calls have changed, many of them at once: a page cannot show more than a few changes a second. */
export type ChangeSignal = {
  note(call: Noted): void;
  listen(listener: (ids: string[]) => void): () => void;
};

/** Marked itself, as looking it up among the others would cost more than all the rest. */
type Noted = { readonly id: string; is_noted: boolean };

const everyMs = 200;
/** More than these nobody can look at. */
const mostIds = 500;

export function createChangeSignal(): ChangeSignal {
  const listeners = new Set<(ids: string[]) => void>();
  let changed: Noted[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const ids = changed.slice(-mostIds).map(({ id }) => id);
    for (const call of changed) call.is_noted = false;
    changed = [];
    for (const listener of listeners) listener(ids);
  };
  return {
    note(call) {
      if (listeners.size === 0 || call.is_noted) return;
      call.is_noted = true;
      changed.push(call);
      // What is not told when the process ends interests nobody.
      timer ??= setTimeout(tell, everyMs).unref();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
