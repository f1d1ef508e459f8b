import { joinBytes, lengthOf } from '../../engine/join-bytes.ts';

/** Up to here a request's body is kept whole, as a reference to what is in memory anyway. */
export const wholeRequestBytes = 1024 * 1024;
/** What is kept of a larger request, and of any answer. */
export const partBytes = 64 * 1024;

/** A body, or the beginning of one. */
export type KeptBody = {
  /** Bytes it has; characters where it is text. */
  readonly size: number;
  /** Bytes it takes in memory. */
  readonly kept: number;
  /** Undefined where it was dropped. */
  content(): Uint8Array | string | undefined;
  /** Makes room. */
  drop(): void;
};

/** A class like the next: one is made for every request. */
export class RequestBody implements KeptBody {
  readonly size: number;
  #content: readonly Uint8Array[] | string | undefined;

  /** Bytes in pieces that follow each other. */
  constructor(body: readonly Uint8Array[] | string) {
    this.size = sizeOf(body);
    this.#content = this.size <= wholeRequestBytes ? body : copyOfPart(body);
  }

  get kept(): number {
    return this.#content === undefined ? 0 : sizeOf(this.#content);
  }

  content(): Uint8Array | string | undefined {
    return typeof this.#content === 'object' ? joinBytes(this.#content) : this.#content;
  }

  drop(): void {
    this.#content = undefined;
  }
}

const firstBytes = 4 * 1024;
/** A piece in a buffer larger than this by so many bytes is copied out of it. */
const mostSlack = 16 * 1024;

/** The beginning of an answer that arrives in pieces. */
export class AnswerBody implements KeptBody {
  size = 0;
  kept = 0;
  /** The first piece, as it came: most whole answers are one, and a copy costs more than all the rest of this. */
  #only: Uint8Array | undefined;
  #buffer: Buffer | undefined;
  #isDropped = false;

  /** Returns how many bytes more it keeps. */
  push(chunk: Uint8Array): number {
    this.size += chunk.length;
    const room = partBytes - this.kept;
    if (room <= 0 || this.#isDropped || chunk.length === 0) return 0;
    const isFirst = this.kept === 0;
    if (isFirst && chunk.length <= room && chunk.buffer.byteLength <= chunk.length + mostSlack) {
      this.#only = chunk;
      this.kept = chunk.length;
      return chunk.length;
    }
    const added = Math.min(room, chunk.length);
    const buffer = this.#withRoomFor(this.kept + added);
    // Copied: small pieces would keep the whole of the buffers they were read into alive.
    buffer.set(added === chunk.length ? chunk : chunk.subarray(0, added), this.kept);
    this.kept += added;
    return added;
  }

  content(): Uint8Array | undefined {
    if (this.#isDropped) return undefined;
    return this.#only ?? (this.#buffer ?? empty).subarray(0, this.kept);
  }

  drop(): void {
    this.#isDropped = true;
    this.#only = undefined;
    this.#buffer = undefined;
    this.kept = 0;
  }

  #withRoomFor(length: number): Buffer {
    if (this.#buffer && this.#buffer.length >= length) return this.#buffer;
    const before = this.#only ?? this.#buffer;
    let capacity = firstBytes;
    while (capacity < length) capacity *= 4;
    const buffer = Buffer.allocUnsafeSlow(capacity);
    if (before) buffer.set(before.subarray(0, this.kept));
    this.#only = undefined;
    this.#buffer = buffer;
    return buffer;
  }
}

const empty = Buffer.alloc(0);

/** The text of what is kept, without half a character at its end; undefined where it was dropped. */
export function readBody(body: KeptBody): { text: string; is_whole: boolean } | undefined {
  const content = body.content();
  if (content === undefined) return undefined;
  if (typeof content === 'string') return { text: content, is_whole: true };
  const isWhole = content.length === body.size;
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  return { text: isWhole ? text : text.replace(/\uFFFD+$/, ''), is_whole: isWhole };
}

/** A view, or part of a text, would keep all of it alive. */
function copyOfPart(body: readonly Uint8Array[] | string): readonly Uint8Array[] {
  if (typeof body === 'string') return [Buffer.from(body.slice(0, partBytes))];
  return [Buffer.concat(body, Math.min(sizeOf(body), partBytes))];
}

function sizeOf(body: readonly Uint8Array[] | string): number {
  return typeof body === 'string' ? body.length : lengthOf(body);
}
