/** Hands what a callback pushes to an async reader; tells the writer when to slow down. One reader only. */
export type DeltaQueue<T> = {
  /** False when the reader is behind. */
  push(item: T): boolean;
  close(): void;
  items: AsyncIterable<T>;
};

/** `onDrain` is called when a reader that was behind has caught up, `onLeave` when it stops reading early. */
export function createDeltaQueue<T>(options: {
  highWater: number;
  onDrain(): void;
  onLeave(): void;
}): DeltaQueue<T> {
  let waiting: T[] = [];
  let isClosed = false;
  let isBehind = false;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<T> {
    try {
      for (;;) {
        const batch = waiting;
        waiting = [];
        yield* batch;
        if (waiting.length > 0) continue;
        if (isClosed) return;
        if (isBehind) {
          isBehind = false;
          options.onDrain(); // may push at once
          continue;
        }
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    } finally {
      if (!isClosed) options.onLeave();
    }
  }

  const rouse = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    push(item) {
      waiting.push(item);
      rouse();
      isBehind = waiting.length >= options.highWater;
      return !isBehind;
    },
    close() {
      isClosed = true;
      rouse();
    },
    items: read(),
  };
}
