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
    if (isFirstLine) {
      isFirstLine = false;
      readField(buffer.toString('utf8', start, end).replace(/^\uFEFF/, ''));
    } else if (start === end) {
      dispatch();
    } else if (isData(buffer, start)) {
      // Nearly all of a stream: without a look at each letter of the name.
      const value = start + dataName.length;
      addData(buffer.toString('utf8', buffer[value] === SPACE ? value + 1 : value, end));
    } else if (buffer[start] !== COLON) {
      readField(buffer.toString('utf8', start, end));
    }
  }

  function readField(line: string): void {
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

const dataName = 'data:';
const SPACE = 0x20;
const COLON = 0x3a;

function isData(buffer: Buffer, start: number): boolean {
  return (
    buffer[start] === 0x64 &&
    buffer[start + 1] === 0x61 &&
    buffer[start + 2] === 0x74 &&
    buffer[start + 3] === 0x61 &&
    buffer[start + 4] === COLON
  );
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
