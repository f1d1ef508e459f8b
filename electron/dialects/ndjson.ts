import type { JsonObject } from '../contract/json.ts';
import { createLineReader } from './line-reader.ts';

export type NdjsonParser = {
  push(chunk: Buffer): void;
  /** Also hands over a last line without its line end. */
  end(): void;
};

/** Reads newline-delimited JSON from bytes cut anywhere; hands over each line that is not empty, as text. */
export function createNdjsonParser(
  onText: (text: string) => void,
  options: { maxLineBytes?: number } = {},
): NdjsonParser {
  const lines = createLineReader(options.maxLineBytes);

  function readLine(buffer: Buffer, start: number, end: number): void {
    // trim() takes a byte order mark away, too.
    const text = buffer.toString('utf8', start, end).trim();
    if (text !== '') onText(text);
  }

  return {
    push(chunk) {
      lines.push(chunk, readLine);
    },
    end() {
      lines.end(readLine);
    },
  };
}

export function ndjsonFrame(value: JsonObject): string {
  return `${JSON.stringify(value)}\n`;
}
