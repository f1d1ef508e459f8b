/** Hands what a callback pushes to an async reader; tells the writer when to slow down. One reader only. */
export type DeltaQueue<T> = {
  /** False when the reader is behind. */
  push(item: T): boolean;
  close(): void;
  items: AsyncIterable<T>;
};

type QueueOptions = {
  highWater: number;
  onDrain(): void;
  onLeave(): void;
};

/** `onDrain` is called when a reader that was behind has caught up, `onLeave` when it stops reading early. */
export function createDeltaQueue<T>(options: QueueOptions): DeltaQueue<T> {
  return new Queue<T>(options);
}

/** An iterator by hand: an async generator takes several turns of the microtask queue for each of hundreds of items. */
class Queue<T> implements DeltaQueue<T>, AsyncIterator<T, undefined> {
  readonly items: AsyncIterable<T> = { [Symbol.asyncIterator]: () => this };
  readonly #options: QueueOptions;
  #waiting: T[] = [];
  /** What is being read, from `#at` on. */
  #batch: T[] = [];
  #at = 0;
  #isClosed = false;
  #isBehind = false;
  #wake: ((next: IteratorResult<T, undefined>) => void) | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  push(item: T): boolean {
    this.#waiting.push(item);
    this.#rouse();
    this.#isBehind = this.#waiting.length >= this.#options.highWater;
    return !this.#isBehind;
  }

  close(): void {
    this.#isClosed = true;
    this.#rouse();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const ready = this.#take();
    if (ready) return Promise.resolve(ready);
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#isClosed) this.#options.onLeave();
    this.#isClosed = true;
    this.#waiting = [];
    this.#batch = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  #rouse(): void {
    const wake = this.#wake;
    const next = wake && this.#take();
    if (!wake || !next) return;
    this.#wake = undefined;
    wake(next);
  }

  /** The next item, or the end; undefined while there is neither. */
  #take(): IteratorResult<T, undefined> | undefined {
    for (;;) {
      if (this.#at < this.#batch.length) {
        // Safe: there is an item at each index below the length.
        const value = this.#batch[this.#at] as T;
        this.#at += 1;
        return { done: false, value };
      }
      this.#batch = this.#waiting;
      this.#waiting = [];
      this.#at = 0;
      if (this.#batch.length > 0) continue;
      if (this.#isClosed) return { done: true, value: undefined };
      if (!this.#isBehind) return undefined;
      this.#isBehind = false;
      this.#options.onDrain(); // may push at once
    }
  }
}
