import { ProtocolError, readHead } from './read-head.ts';
import type { AnswerHead } from './read-head.ts';

/** Told what an answer holds, in this order; the bytes are a copy, or the reader's own only where nothing else is read into them. */
export type AnswerListener = {
  head(head: AnswerHead): void;
  data(chunk: Buffer): void;
  /** The answer is whole; `leftover` says that more was sent than belongs to it. */
  end(leftover: boolean): void;
};

/** More than this no server has to say before its answer begins. */
const maxHeadBytes = 64 * 1024;
/** Hexadecimal digits of a chunk's size, and bytes of the line it stands in. */
const maxSizeDigits = 12;
const maxSizeLine = 4 * 1024;

const CR = 13;
const LF = 10;

type State = 'head' | 'counted' | 'until_close' | 'size' | 'chunk' | 'chunk_end' | 'trailer' | 'done';

/**
 * Reads one HTTP/1.1 answer from bytes cut anywhere (RFC 9112). Pieces of a chunked body that arrive together are handed
 * on together: a stream costs what its reads cost, not what its pieces do. Throws ProtocolError.
 */
export class AnswerParser {
  readonly #listener: AnswerListener;
  #state: State = 'head';
  /** A head that did not come at once. */
  #begun: Buffer | undefined;
  /** Bytes left of the body, or of the chunk. */
  #left = 0;
  #sizeDigits = 0;
  #sizeLine = 0;
  #inExtension = false;
  #trailerLine = 0;
  #trailerBytes = 0;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  /** Ready for the answer to the next request. */
  reset(): void {
    this.#state = 'head';
    this.#begun = undefined;
  }

  isDone(): boolean {
    return this.#state === 'done';
  }

  /** `bytes` may be overwritten once this has returned. */
  push(bytes: Buffer): void {
    let at = 0;
    while (this.#state === 'head') {
      at = this.#readHead(bytes, at);
      if (at === -1) return;
    }
    switch (this.#state) {
      case 'counted':
        at = this.#passCounted(bytes, at);
        break;
      case 'until_close':
        if (at < bytes.length) this.#listener.data(Buffer.from(bytes.subarray(at)));
        return;
      case 'size':
      case 'chunk':
      case 'chunk_end':
      case 'trailer':
        at = this.#passChunked(bytes, at);
        break;
      case 'done':
        break;
    }
    if (this.#state === 'done') this.#listener.end(at < bytes.length);
  }

  /** The server has closed its side. Throws ProtocolError where the answer is not whole. */
  close(): void {
    if (this.#state !== 'until_close') throw new ProtocolError('other side closed', 'UND_ERR_SOCKET');
    this.#state = 'done';
    this.#listener.end(true);
  }

  /** Returns where the body begins, -1 where more of the head is to come. */
  #readHead(bytes: Buffer, start: number): number {
    const before = this.#begun?.length ?? 0;
    const part = start === 0 ? bytes : bytes.subarray(start);
    const all = this.#begun ? Buffer.concat([this.#begun, part]) : part;
    const end = endOfHead(all, Math.max(0, before - 3));
    if (end === -1 || end > maxHeadBytes) {
      if (all.length > maxHeadBytes) throw new ProtocolError('headers too large', 'UND_ERR_HEADERS_OVERFLOW');
      this.#begun = this.#begun ? all : Buffer.from(all);
      return -1;
    }
    this.#begun = undefined;
    const head = readHead(all.toString('latin1', 0, end));
    if (head.status === 101) throw new ProtocolError('bad upgrade', 'UND_ERR_SOCKET');
    const next = start + end - before;
    if (head.status < 200) return next;
    this.#begin(head);
    this.#listener.head(head);
    if (this.#state === 'counted' && this.#left === 0) this.#state = 'done';
    return next;
  }

  #begin({ body }: AnswerHead): void {
    switch (body.type) {
      case 'counted':
        this.#state = 'counted';
        this.#left = body.length;
        return;
      case 'chunked':
        this.#state = 'size';
        this.#beginSize();
        return;
      case 'until_close':
        this.#state = 'until_close';
        return;
    }
  }

  #passCounted(bytes: Buffer, start: number): number {
    const end = Math.min(bytes.length, start + this.#left);
    if (end > start) {
      this.#left -= end - start;
      // From the pool where it is little: memory of its own costs eight times as much.
      const body = Buffer.allocUnsafe(end - start);
      bytes.copy(body, 0, start, end);
      this.#listener.data(body);
    }
    if (this.#left === 0) this.#state = 'done';
    return end;
  }

  #passChunked(bytes: Buffer, start: number): number {
    // No more than was read, and taken from the pool where it is little.
    const body = Buffer.allocUnsafe(bytes.length - start);
    let length = 0;
    let at = start;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'chunk') {
        const end = Math.min(bytes.length, at + this.#left);
        length += bytes.copy(body, length, at, end);
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'chunk_end';
      } else {
        this.#readFraming(bytes[at] ?? 0);
        at += 1;
      }
    }
    if (length > 0) this.#listener.data(body.subarray(0, length));
    return at;
  }

  #readFraming(byte: number): void {
    if (this.#state === 'size') this.#readSize(byte);
    else if (this.#state === 'chunk_end') {
      if (byte === LF) this.#beginSize();
      else if (byte !== CR) throw invalidChunk();
    } else this.#readTrailer(byte);
  }

  #beginSize(): void {
    this.#state = 'size';
    this.#left = 0;
    this.#sizeDigits = 0;
    this.#sizeLine = 0;
    this.#inExtension = false;
  }

  #readSize(byte: number): void {
    this.#sizeLine += 1;
    if (this.#sizeLine > maxSizeLine) throw invalidChunk();
    if (byte === LF) {
      if (this.#sizeDigits === 0) throw invalidChunk();
      this.#trailerLine = 0;
      this.#trailerBytes = 0;
      this.#state = this.#left === 0 ? 'trailer' : 'chunk';
      return;
    }
    if (this.#inExtension || byte === CR) return;
    const digit = hexDigit(byte);
    if (digit === -1) {
      // An extension, or a space before it.
      if (this.#sizeDigits === 0 || (byte !== 0x3b && byte !== 0x20 && byte !== 0x09)) throw invalidChunk();
      this.#inExtension = true;
      return;
    }
    this.#sizeDigits += 1;
    if (this.#sizeDigits > maxSizeDigits) throw invalidChunk();
    this.#left = this.#left * 16 + digit;
  }

  /** Fields after the last chunk say nothing we need; an empty line ends them. */
  #readTrailer(byte: number): void {
    this.#trailerBytes += 1;
    if (this.#trailerBytes > maxHeadBytes) throw invalidChunk();
    if (byte === LF) {
      if (this.#trailerLine === 0) this.#state = 'done';
      this.#trailerLine = 0;
    } else if (byte !== CR) this.#trailerLine += 1;
  }
}

function invalidChunk(): ProtocolError {
  return new ProtocolError('invalid chunk', 'HPE_INVALID_CHUNK_SIZE');
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Position after the empty line that ends the head; servers that leave out carriage returns are understood. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}
