import { BridgeFault } from './bridge-fault.ts';

/** How much crosses between JavaScript and Lua: tables, values inside them, and bytes of text. */
export type Crossing = { tables: number; values: number; text: number };

/** Levels of tables inside tables. */
export const MAX_DEPTH = 100;
export const TOO_DEEP = `tables nested more than ${MAX_DEPTH} levels deep, or in a circle`;

const MEGABYTE = 1024 * 1024;

/** For one value on its way into a script, or within it: room for 20 000 messages and a body with large images. */
export const CROSSING_LIMIT: Crossing = { tables: 200_000, values: 2_000_000, text: 16 * MEGABYTE };
/** What a hook may return beside as much as it was given; the main thread has to read it, and must not be held up by it. */
const ADDITION: Crossing = { tables: 20_000, values: 200_000, text: 4 * MEGABYTE };

/** Counts what crosses, and refuses what is too much: V8 ends the whole process when a worker's heap is full at the wrong time. */
export class CrossingMeter {
  private used: Crossing = { tables: 0, values: 0, text: 0 };
  private limit = CROSSING_LIMIT;

  start(limit = CROSSING_LIMIT): void {
    const { used } = this;
    used.tables = 0;
    used.values = 0;
    used.text = 0;
    this.limit = limit;
  }

  /** For the results of a hook whose arguments were counted last; text may grow as it is encoded. */
  resultLimit(): Crossing {
    const { tables, values, text } = this.used;
    return {
      tables: tables + ADDITION.tables,
      values: values + ADDITION.values,
      text: Math.min(2 * text + ADDITION.text, CROSSING_LIMIT.text),
    };
  }

  /** Whether to copy it took a noticeable time. */
  isLarge(): boolean {
    return this.used.values > 1_000 || this.used.text > 100_000;
  }

  addTable(): void {
    if (++this.used.tables > this.limit.tables)
      throw new BridgeFault(`more than ${this.limit.tables} tables`);
  }

  addValues(count: number): void {
    if ((this.used.values += count) > this.limit.values)
      throw new BridgeFault(`more than ${this.limit.values} values`);
  }

  addText(bytes: number): void {
    if ((this.used.text += bytes) > this.limit.text)
      throw new BridgeFault(`more than ${Number((this.limit.text / MEGABYTE).toFixed(1))} MB of text`);
  }
}
