import { AppError } from '../contract/errors.ts';

/** No vendor sends lines near this long; past it the stream is broken or hostile. */
export const defaultMaxLineBytes = 16 * 1024 * 1024;

const LF = 10;
const CR = 13;

/** Receives the bytes `start`…`end` of `buffer`: one line without its end. The buffer is only valid during the call. */
type OnLine = (buffer: Buffer, start: number, end: number) => void;

export type LineReader = {
  /** Throws AppError `stream_error` where a line grows too long. */
  push(chunk: Buffer, onLine: OnLine): void;
  /** Hands over a last line that had no end. */
  end(onLine: OnLine): void;
  /** Whether the next byte begins a line. */
  isEmpty(): boolean;
};

/**
 * Cuts bytes into lines ended by LF, CRLF or CR, wherever the chunks are cut. It works on bytes because in UTF-8
 * neither byte is ever part of another character, so a character split between chunks needs no care.
 */
export function createLineReader(maxLineBytes = defaultMaxLineBytes): LineReader {
  const carry = createCarry(maxLineBytes);
  let skipLineFeed = false;

  function takeLine(chunk: Buffer, start: number, end: number, onLine: OnLine): void {
    if (carry.isEmpty()) {
      onLine(chunk, start, end);
      return;
    }
    carry.add(chunk, start, end);
    carry.flush(onLine);
  }

  return {
    push(chunk, onLine) {
      if (chunk.length === 0) return;
      let start = skipLineFeed && chunk[0] === LF ? 1 : 0;
      skipLineFeed = false;
      // Looked for once a chunk where there is none, which is nearly always.
      let nextCr = chunk.indexOf(CR);
      while (start < chunk.length) {
        const lf = chunk.indexOf(LF, start);
        if (nextCr !== -1 && nextCr < start) nextCr = chunk.indexOf(CR, start);
        const isCr = nextCr !== -1 && (lf === -1 || nextCr < lf);
        const end = isCr ? nextCr : lf;
        if (end === -1) {
          carry.add(chunk, start, chunk.length);
          return;
        }
        takeLine(chunk, start, end, onLine);
        start = end + 1;
        if (!isCr) continue;
        if (start === chunk.length) skipLineFeed = true;
        else if (chunk[start] === LF) start += 1;
      }
    },
    end(onLine) {
      if (!carry.isEmpty()) carry.flush(onLine);
    },
    isEmpty: () => carry.isEmpty() && !skipLineFeed,
  };
}

type Carry = {
  isEmpty(): boolean;
  add(chunk: Buffer, start: number, end: number): void;
  flush(onLine: OnLine): void;
};

/** The line begun in earlier chunks. It grows by doubling, which keeps one byte per write linear. */
function createCarry(maxBytes: number): Carry {
  let bytes = Buffer.alloc(0);
  let length = 0;
  return {
    isEmpty: () => length === 0,
    add(chunk, start, end) {
      const needed = length + end - start;
      if (needed > maxBytes) {
        throw new AppError(
          'stream_error',
          `The provider sent a line of more than ${maxBytes} bytes, which no answer needs. Check its base URL.`,
        );
      }
      if (needed > bytes.length) {
        const grown = Buffer.allocUnsafe(Math.max(256, needed * 2));
        bytes.copy(grown, 0, 0, length);
        bytes = grown;
      }
      chunk.copy(bytes, length, start, end);
      length = needed;
    },
    flush(onLine) {
      const end = length;
      length = 0;
      onLine(bytes, 0, end);
    },
  };
}
