import { isOver } from './open-call.ts';
import type { ToolResponse } from './plain/tool-exchange.ts';

/** What is more is written at once, so that it is noticed when the tool does not read. */
const mostHeld = 16 * 1024;

/**
 * Writes the frames of a stream. Those that are made in one turn of the event loop, mostly from one piece of the upstream's answer,
 * go out together at its end: a write costs far more than a frame.
 */
export class FrameWriter {
  readonly #response: ToolResponse;
  #frames = '';

  constructor(response: ToolResponse) {
    this.#response = response;
  }

  write(frames: string): void {
    // Runs when all that is ready now has been made: ticks come after promises.
    if (this.#frames === '') process.nextTick(() => this.#flush());
    this.#frames += frames;
    if (this.#frames.length >= mostHeld) this.#flush();
  }

  /** Whether the tool has to read on before more is made. */
  isFull(): boolean {
    return this.#response.writableNeedDrain;
  }

  end(frames: string): void {
    this.#response.end(this.#take() + frames);
  }

  /** Resolves when the tool has read on, or is gone. */
  drained(): Promise<void> {
    const response = this.#response;
    if (response.destroyed) return Promise.resolve();
    return new Promise(resolve => {
      const done = (): void => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }

  #flush(): void {
    const frames = this.#take();
    if (frames === '' || isOver(this.#response)) return;
    this.#response.write(frames);
  }

  #take(): string {
    const frames = this.#frames;
    this.#frames = '';
    return frames;
  }
}
