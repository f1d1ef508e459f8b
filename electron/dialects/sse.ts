import { AppError } from '../contract/errors.ts';
import { createLineReader, defaultMaxLineBytes } from './line-reader.ts';

/** One server-sent event; `event` is missing where the stream named none. */
export type SseEvent = { event?: string; data: string };

export type SseParser = {
  push(chunk: Buffer): void;
  /** Also hands over an event the stream ended in: several servers leave out the last blank line. */
  end(): void;
};

/**
 * Reads server-sent events (WHATWG HTML, 9.2) from bytes cut anywhere. Events are handed over one by one, so that
 * those before a broken one are not lost with it. Throws AppError `stream_error` where a line or event has no end.
 */
export function createSseParser(
  onEvent: (event: SseEvent) => void,
  options: { maxLineBytes?: number } = {},
): SseParser {
  const maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  const lines = createLineReader(maxLineBytes);
  let data: string | undefined;
  let name = '';
  let isFirstLine = true;

  function dispatch(): void {
    const event = data === undefined ? undefined : name === '' ? { data } : { event: name, data };
    data = undefined;
    name = '';
    if (event) onEvent(event);
  }

  function addData(value: string): void {
    data = data === undefined ? value : `${data}\n${value}`;
    if (data.length > maxLineBytes) {
      throw new AppError('stream_error', 'The provider sent an event without end. Check its base URL.');
    }
  }

  function readLine(buffer: Buffer, start: number, end: number): void {
    let line = buffer.toString('utf8', start, end);
    if (isFirstLine) {
      isFirstLine = false;
      if (line.startsWith('\uFEFF')) line = line.slice(1);
    }
    if (line === '') {
      dispatch();
      return;
    }
    const value = fieldValue(line, 'data');
    if (value !== undefined) addData(value);
    else name = fieldValue(line, 'event') ?? name;
  }

  return {
    push(chunk) {
      lines.push(chunk, readLine);
    },
    end() {
      lines.end(readLine);
      dispatch();
    },
  };
}

/** One event as text to send. */
export function sseFrame(data: string, event?: string): string {
  const body = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return event === undefined ? `data: ${body}\n\n` : `event: ${event}\ndata: ${body}\n\n`;
}

/** Value of the field `name` in an SSE line; undefined where the line is another field or a comment. */
function fieldValue(line: string, name: string): string | undefined {
  if (!line.startsWith(name)) return undefined;
  if (line.length === name.length) return '';
  if (line[name.length] !== ':') return undefined;
  return line.slice(line[name.length + 1] === ' ' ? name.length + 2 : name.length + 1);
}
