import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import { writeAnswerHead } from './answer-head.ts';
import type { Framing } from './answer-head.ts';
import type { AnswerHeaders, ToolResponse } from './tool-exchange.ts';

/** What is smaller is quicker copied into one piece with what goes before and after it than written by itself. */
const joinedBytes = 16 * 1024;
const noBytes = Buffer.alloc(0);

/** Whose connection the answer goes over. */
export type ResponseOwner = {
  /** What tools are told of how long an idle connection is kept. */
  readonly keepAliveSeconds: number;
  /** The answer is out; `keepsOpen` says whether the connection may carry another one. */
  answered(keepsOpen: boolean): void;
};

/** One answer on a connection, written with as few calls of the operating system as can be. Emits `close` once, and `drain`. */
export class PlainResponse extends EventEmitter implements ToolResponse {
  headersSent = false;
  destroyed = false;
  writableEnded = false;
  writableFinished = false;
  readonly #owner: ResponseOwner;
  #socket: Socket | null;
  #set: AnswerHeaders | undefined;
  /** A head that waits for the first bytes. */
  #head = '';
  #framing: Framing = { type: 'none' };
  #keepsOpen = true;
  #written = 0;

  constructor(socket: Socket, owner: ResponseOwner) {
    super();
    this.#socket = socket;
    this.#owner = owner;
  }

  get socket(): Socket | null {
    return this.#socket;
  }

  get writableNeedDrain(): boolean {
    return this.#socket?.writableNeedDrain ?? false;
  }

  setHeader(name: string, value: string): void {
    this.#set = { ...this.#set, [name]: value };
  }

  writeHead(status: number, headers: AnswerHeaders = {}): this {
    if (this.headersSent) throw new Error('the head of an answer is written once');
    const all = this.#set ? { ...this.#set, ...headers } : headers;
    const head = writeAnswerHead(status, all, this.#owner.keepAliveSeconds);
    this.headersSent = true;
    this.#head = head.text;
    this.#framing = head.framing;
    this.#keepsOpen = head.keeps_open;
    return this;
  }

  write(chunk: string | Buffer): boolean {
    if (this.writableEnded || this.destroyed) return false;
    if (!this.headersSent) this.writeHead(200);
    return this.#send(toBytes(chunk), false);
  }

  end(chunk: string | Buffer = noBytes): void {
    if (this.writableEnded || this.destroyed) return;
    const bytes = toBytes(chunk);
    if (!this.headersSent) this.writeHead(200, { 'content-length': bytes.length });
    this.writableEnded = true;
    this.#send(bytes, true);
  }

  destroy(): void {
    this.destroyed = true;
    this.#socket?.destroy();
  }

  /** The connection is gone. */
  closed(): void {
    this.destroyed = true;
    this.#close();
  }

  #send(bytes: Buffer, isLast: boolean): boolean {
    const socket = this.#socket;
    if (!socket?.writable) return false;
    const body = this.#framing.type === 'none' ? noBytes : bytes;
    this.#written += body.length;
    const { before, behind } = this.#frame(body.length, isLast);
    if (body.length > joinedBytes) {
      socket.cork();
      socket.write(before, 'latin1');
      socket.write(body);
      socket.write(behind, 'latin1');
      socket.uncork();
    } else {
      const joined = Buffer.allocUnsafe(before.length + body.length + behind.length);
      joined.write(before, 0, 'latin1');
      joined.set(body, before.length);
      joined.write(behind, before.length + body.length, 'latin1');
      socket.write(joined);
    }
    if (isLast) this.#finishOnceSent(socket);
    return !socket.writableNeedDrain;
  }

  /** Nearly always the system has taken all of it by now; a callback for each write would cost a tick of its own. */
  #finishOnceSent(socket: Socket): void {
    if (socket.writableLength === 0) this.#finish();
    else socket.write(noBytes, error => error ?? this.#finish());
  }

  /** What goes before so many bytes, the head included where it waits, and what behind them. */
  #frame(length: number, isLast: boolean): { before: string; behind: string } {
    const head = this.#head;
    this.#head = '';
    if (this.#framing.type !== 'chunked') return { before: head, behind: '' };
    const end = isLast ? '0\r\n\r\n' : '';
    // A chunk without bytes would say that the answer is over.
    return length === 0
      ? { before: head, behind: end }
      : { before: `${head}${length.toString(16)}\r\n`, behind: `\r\n${end}` };
  }

  #finish(): void {
    this.writableFinished = true;
    this.destroyed = true;
    this.#close();
    // What was announced and not sent would be read from the next answer.
    const isWhole = this.#framing.type !== 'counted' || this.#framing.length === this.#written;
    this.#owner.answered(this.#keepsOpen && isWhole);
  }

  #close(): void {
    if (this.#socket === null) return;
    this.#socket = null;
    this.emit('close');
  }
}

function toBytes(chunk: string | Buffer): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
