import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

import { freeBytes } from '../../engine/free-bytes.ts';
import { leastCopied } from '../inspector/kept-body.ts';
import { HeadReader } from './head-reader.ts';
import type { PlainHead } from './plain-head.ts';
import { PlainRequest } from './plain-request.ts';
import { PlainResponse } from './plain-response.ts';
import type { ResponseOwner } from './plain-response.ts';

/** Whom a connection works for. */
export type ConnectionHost = {
  keep_alive_seconds: number;
  /** Whether a request may be read here, by its address and the length of its body. */
  takes(url: string, length: number): boolean;
  request(request: PlainRequest, response: PlainResponse): void;
  /** From here on Node's parser reads it, from the bytes that are unread. */
  leave(socket: Socket): void;
  /** It ends within a request. */
  cut(socket: Socket): void;
  gone(connection: PlainConnection): void;
};

/** What is announced to be larger has to arrive first, and Node's parser hands it on as it does. */
const maxBodyBytes = 1024 * 1024;
/** What a tool may send ahead of its answer before it is read no further. */
const maxEarlyBytes = 64 * 1024;

const noBytes = Buffer.alloc(0);

type State =
  | { type: 'idle' }
  | { type: 'body'; head: PlainHead; written: Buffer; body: Buffer; size: number }
  | { type: 'answering'; response: PlainResponse };

/**
 * One connection of a tool, as long as what it sends are plain requests; at the first that is not one, or does not come
 * at once, it is Node's. So nothing is refused here.
 */
export class PlainConnection implements ResponseOwner {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  #state: State = { type: 'idle' };
  readonly #heads = new HeadReader();
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #isPaused = false;
  #hasAnswered = false;
  /** How often it was looked at since it is in its state: a clock is not read for every call. */
  #looks = 0;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    // What a socket calls with all it reads. Taken here, a read costs no event and no tick.
    socket.push = this.#take;
    socket
      .on('drain', this.#drained)
      .on('end', this.#ended)
      .on('close', this.#closed)
      .on('error', closesItself);
  }

  get keepAliveSeconds(): number {
    return this.#host.keep_alive_seconds;
  }

  isIdle(): boolean {
    return this.#state.type === 'idle' && this.#earlyBytes === 0;
  }

  /**
   * To be called now and then. Closes what nobody has used for so many looks, and leaves to Node, which has the limits for
   * it, what has not said enough between two of them.
   */
  look(idleLooks: number): void {
    this.#looks += 1;
    if (this.#state.type === 'body') {
      if (this.#looks > 1) this.#leave(this.#unreadBody(this.#state));
    } else if (this.#state.type === 'idle') {
      if (this.#hasAnswered && this.#looks > idleLooks) this.#socket.destroy();
      else if (!this.#hasAnswered && this.#looks > 1) this.#leave();
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Returns whether to read on; null says that nothing follows. */
  readonly #take = (chunk: Buffer | null): boolean => {
    if (chunk === null) return this.#pushToNode(null);
    switch (this.#state.type) {
      case 'idle':
        this.#begin(chunk);
        break;
      case 'body':
        this.#readOn(this.#state, chunk);
        break;
      case 'answering':
        this.#keep(chunk);
        break;
    }
    return !this.#isPaused;
  };

  #pushToNode(chunk: Buffer | null): boolean {
    return Readable.prototype.push.call(this.#socket, chunk);
  }

  #begin(chunk: Buffer): void {
    const read = this.#heads.read(chunk);
    if (!read || !this.#takes(read.head)) {
      this.#leave(chunk);
      return;
    }
    const { head, size: start } = read;
    if (chunk.length - start >= head.length && head.length <= leastCopied) {
      this.#keep(chunk.subarray(start + head.length));
      this.#answer(head, chunk.subarray(start, start + head.length));
      return;
    }
    const written = Buffer.from(chunk.subarray(0, start));
    const body = Buffer.allocUnsafeSlow(head.length);
    const state = { type: 'body' as const, head, written, body, size: 0 };
    this.#enter(state);
    this.#readOn(state, chunk.subarray(start));
  }

  #takes({ url, length }: PlainHead): boolean {
    return length <= maxBodyBytes && this.#host.takes(url, length);
  }

  #readOn(state: Extract<State, { type: 'body' }>, chunk: Buffer): void {
    const { head, body } = state;
    const part = chunk.subarray(0, head.length - state.size);
    body.set(part, state.size);
    state.size += part.length;
    this.#keep(chunk.subarray(part.length));
    // Node made it for these bytes alone, unless a head came with them.
    if (part.length === chunk.length) freeBytes(chunk);
    if (state.size === head.length) this.#answer(head, body);
  }

  #answer(head: PlainHead, body: Buffer): void {
    const response = new PlainResponse(this.#socket, this);
    this.#enter({ type: 'answering', response });
    this.#host.request(new PlainRequest(head, body), response);
  }

  /** The answer is out. */
  answered(keepsOpen: boolean): void {
    if (!keepsOpen) {
      this.#socket.destroySoon();
      return;
    }
    this.#hasAnswered = true;
    this.#enter({ type: 'idle' });
    // Not at once: whoever has written this answer is not done, and the next one may be written as soon.
    if (this.#earlyBytes > 0) process.nextTick(() => this.#beginEarly());
  }

  #beginEarly(): void {
    const early = Buffer.concat(this.#early);
    this.#early = [];
    this.#earlyBytes = 0;
    // No bytes at all are how a socket is told to read on.
    if (this.#isPaused) this.#pushToNode(noBytes);
    this.#isPaused = false;
    if (!this.#socket.destroyed) this.#begin(early);
  }

  #keep(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > maxEarlyBytes) this.#isPaused = true;
  }

  #leave(unread?: Buffer): void {
    // The one of its class is there again.
    Reflect.deleteProperty(this.#socket, 'push');
    this.#socket
      .off('drain', this.#drained)
      .off('end', this.#ended)
      .off('close', this.#closed)
      .off('error', closesItself);
    if (unread && unread.length > 0) this.#socket.unshift(unread);
    this.#host.gone(this);
    this.#host.leave(this.#socket);
  }

  #unreadBody({ written, body, size }: { written: Buffer; body: Buffer; size: number }): Buffer {
    return Buffer.concat([written, body.subarray(0, size)]);
  }

  readonly #drained = (): void => {
    if (this.#state.type === 'answering') this.#state.response.emit('drain');
  };

  /** The tool sends no more; what is being answered is not read either, as everywhere in HTTP/1.1. */
  readonly #ended = (): void => {
    if (this.#state.type === 'body') this.#host.cut(this.#socket);
    else this.#socket.end();
  };

  readonly #closed = (): void => {
    if (this.#state.type === 'answering') this.#state.response.closed();
    this.#host.gone(this);
  };

  #enter(state: State): void {
    this.#state = state;
    this.#looks = 0;
  }
}

function closesItself(): void {}
