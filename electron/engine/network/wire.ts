import type { Socket } from 'node:net';

import { beginWrite, endWrite } from '../free-bytes.ts';
import { lengthOf } from '../join-bytes.ts';
import { AnswerParser } from './answer-parser.ts';
import type { SocketOpener } from './open-socket.ts';
import type { OutletControl, OutletHandler, OutletRequest } from './outlet.ts';
import { ProtocolError } from './read-head.ts';
import type { AnswerHead } from './read-head.ts';
import type { HeadWriter } from './write-head.ts';

/** What a connection tells whoever keeps it. */
export type WireKeeper = {
  /** It may carry the next request, for so many milliseconds. */
  free(wire: Wire, idleMs: number): void;
  gone(wire: Wire): void;
};

/** Large enough for what arrives between two turns of a busy loop, small enough for hundreds of connections. */
const readBytes = 32 * 1024;
/** A larger body is not copied to stand in one piece with its head. */
const joinedBytes = 16 * 1024;

/** As undici has them: how long a connection is kept where the server says nothing, and how much sooner than it says. */
const idleMs = 4_000;
const longestIdleMs = 600_000;
const idleMarginMs = 2_000;

class WireError extends Error {
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

function writePieces(target: Buffer, pieces: readonly Buffer[], start: number): void {
  let at = start;
  for (const piece of pieces) {
    target.set(piece, at);
    at += piece.length;
  }
}

/** One connection to an upstream, with at most one exchange at a time. */
export class Wire implements OutletControl {
  readonly #keeper: WireKeeper;
  readonly #heads: HeadWriter;
  readonly #socket: Socket;
  readonly #parser: AnswerParser;
  #handler: OutletHandler | undefined;
  #request: OutletRequest | undefined;
  #isOpen = false;
  #isGone = false;
  #isPaused = false;
  #head: AnswerHead | undefined;
  #timeoutMs = 0;

  constructor(heads: HeadWriter, open: SocketOpener, keeper: WireKeeper) {
    this.#heads = heads;
    this.#keeper = keeper;
    this.#parser = new AnswerParser({
      head: head => this.#takeHead(head),
      data: chunk => this.#handler?.onResponseData(this, chunk),
      end: leftover => this.#finish(leftover),
    });
    // Read into the same memory again and again: what is kept of an answer is copied out of it.
    const onRead = {
      buffer: Buffer.allocUnsafeSlow(readBytes),
      callback: (length: number, buffer: Uint8Array) => this.#read(length, buffer),
    };
    this.#socket = open(onRead, error => (error ? this.#fail(error) : this.#opened()));
    this.#socket.on('timeout', () => this.#timeOut()).on('end', () => this.#readEnd());
  }

  /** Whether it can be used once more. */
  isUsable(): boolean {
    return !this.#isGone && !this.#socket.destroyed && this.#socket.readable;
  }

  send(request: OutletRequest, handler: OutletHandler): void {
    this.#handler = handler;
    this.#request = request;
    this.#head = undefined;
    this.#parser.reset();
    this.#socket.ref();
    handler.onRequestStart(this);
    if (this.#isOpen && this.#request) this.#write(this.#request);
  }

  /** Nothing goes over it for now: it keeps no process alive. */
  rest(): void {
    this.#socket.unref();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    // The wait for the next byte begins now.
    this.#socket.setTimeout(this.#timeoutMs);
    this.#socket.resume();
  }

  abort(reason: Error): void {
    this.#fail(reason);
  }

  destroy(): void {
    this.#fail(new WireError('The client is destroyed', 'UND_ERR_DESTROYED'));
  }

  #opened(): void {
    this.#isOpen = true;
    if (this.#request) this.#write(this.#request);
  }

  #write(request: OutletRequest): void {
    const { body, headersTimeout } = request;
    this.#handler?.onConnected?.();
    const length = body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : lengthOf(body);
    let head: string;
    try {
      head = this.#heads.write(request, length);
    } catch (error) {
      this.#release(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#waitAtMost(headersTimeout);
    if (body === null || length === 0) this.#socket.write(head, 'latin1');
    else if (length > joinedBytes) {
      this.#socket.cork();
      this.#socket.write(head, 'latin1');
      if (typeof body === 'string') this.#socket.write(body);
      else this.#writeLarge(body);
      this.#socket.uncork();
    } else {
      const bytes = Buffer.allocUnsafe(head.length + length);
      bytes.write(head, 0, 'latin1');
      if (typeof body === 'string') bytes.write(body, head.length, 'utf8');
      else writePieces(bytes, body, head.length);
      this.#socket.write(bytes);
    }
  }

  #writeLarge(pieces: readonly Buffer[]): void {
    beginWrite(pieces);
    for (const piece of pieces) {
      if (piece !== pieces.at(-1)) this.#socket.write(piece);
      else this.#socket.write(piece, error => error ?? endWrite(pieces));
    }
  }

  #waitAtMost(milliseconds: number): void {
    // Every byte that is read or written begins the wait anew.
    if (this.#timeoutMs === milliseconds) return;
    this.#timeoutMs = milliseconds;
    this.#socket.setTimeout(milliseconds);
  }

  #read(length: number, buffer: Uint8Array): boolean {
    if (!this.#handler) {
      // Nobody asked: whatever it is, it belongs to no request.
      this.#fail(new WireError('unexpected data', 'UND_ERR_SOCKET'));
      return true;
    }
    try {
      this.#parser.push(Buffer.from(buffer.buffer, buffer.byteOffset, length));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    return !this.#isPaused;
  }

  #takeHead(head: AnswerHead): void {
    this.#head = head;
    if (this.#request) this.#waitAtMost(this.#request.bodyTimeout);
    this.#handler?.onResponseStart(this, head.status, head.headers);
  }

  #readEnd(): void {
    try {
      if (this.#handler) this.#parser.close();
      else this.#fail(new ProtocolError('other side closed', 'UND_ERR_SOCKET'));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #finish(leftover: boolean): void {
    const [head, handler] = [this.#head, this.#handler];
    // Given up while it was read.
    if (!handler) return;
    this.#handler = undefined;
    this.#request = undefined;
    this.resume();
    const idle = Math.min((head?.keep_alive_ms ?? idleMs + idleMarginMs) - idleMarginMs, longestIdleMs);
    // A request that is not sent to its end yet, or an answer to none: it is used no further.
    const isReusable =
      head?.keep_alive === true && !leftover && idle > 0 && this.#socket.writableLength === 0;
    if (isReusable) this.#keeper.free(this, idle);
    else this.#close();
    handler.onResponseEnd();
  }

  #timeOut(): void {
    // Between two requests its keeper decides; a reader that is behind is no upstream that is silent.
    if (!this.#handler || this.#isPaused) return;
    this.#fail(
      this.#head
        ? new WireError('Body Timeout Error', 'UND_ERR_BODY_TIMEOUT')
        : new WireError('Headers Timeout Error', 'UND_ERR_HEADERS_TIMEOUT'),
    );
  }

  /** The request could not be written; nothing was sent, so the connection is as good as before. */
  #release(error: Error): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#request = undefined;
    this.#keeper.free(this, idleMs);
    handler?.onResponseError(this, error);
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#request = undefined;
    this.#close();
    handler?.onResponseError(this, error);
  }

  #close(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#socket.destroy();
    this.#keeper.gone(this);
  }
}
