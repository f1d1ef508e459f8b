import type { StopSignal } from '../engine/engine.ts';

/** What an AbortController is, for the one listener a call has: of those, one for each call would cost more than its routing. */
export class StopSwitch implements StopSignal {
  aborted = false;
  #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter(each => each !== listener);
  }

  stop(): void {
    if (this.aborted) return;
    this.aborted = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
