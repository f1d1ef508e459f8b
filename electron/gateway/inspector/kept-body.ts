import { joinBytes, lengthOf } from '../../engine/join-bytes.ts';
import { CopiedBytes } from './copied-bytes.ts';
import { keepSmall, mostSmall } from './keep-small.ts';
import { KeptBytes } from './kept-bytes.ts';

/** Up to here a request's body is kept whole. */
export const wholeRequestBytes = 1024 * 1024;
/** What is kept of a larger request, and of any answer. */
export const partBytes = 64 * 1024;
/** What is not larger is kept as it came: a copy of it costs more than it saves. */
export const leastCopied = 16 * 1024;

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
  kept: number;
  #content: readonly Uint8Array[] | string | CopiedBytes | undefined;

  /** Bytes in pieces that follow each other. */
  constructor(body: readonly Uint8Array[] | string) {
    this.size = typeof body === 'string' ? body.length : lengthOf(body);
    const part = this.size <= wholeRequestBytes ? body : [beginningOf(body)];
    const isCopied = typeof part !== 'string' && this.size > leastCopied;
    this.#content = isCopied ? new CopiedBytes(part) : part;
    this.kept = this.#content instanceof CopiedBytes ? this.#content.added : this.size;
  }

  content(): Uint8Array | string | undefined {
    const content = this.#content;
    if (content instanceof CopiedBytes) return content.join();
    return typeof content === 'object' ? joinBytes(content) : content;
  }

  /** Whether what it keeps is in memory that others use once it is dropped. */
  get isLent(): boolean {
    return this.#content instanceof CopiedBytes;
  }

  drop(): void {
    if (this.#content instanceof CopiedBytes) this.#content.release();
    this.#content = undefined;
    this.kept = 0;
  }
}

/** A piece in a buffer larger than this by so many bytes is copied out of it. */
const mostSlack = 16 * 1024;

/** The beginning of an answer that arrives in pieces. */
export class AnswerBody implements KeptBody {
  size = 0;
  kept = 0;
  /** The first piece; most whole answers are one. */
  #only: Uint8Array | undefined;
  /** Copied: small pieces would keep the whole of the buffers they were read into alive. */
  #bytes: KeptBytes | undefined;
  #isDropped = false;

  /** Returns how many bytes more it keeps. */
  push(chunk: Uint8Array): number {
    this.size += chunk.length;
    const room = partBytes - this.kept;
    if (room <= 0 || this.#isDropped || chunk.length === 0) return 0;
    const only = this.kept === 0 ? keepOnly(chunk) : undefined;
    if (only) {
      this.#only = only;
      this.kept = only.length;
      return only.length;
    }
    const bytes = (this.#bytes ??= new KeptBytes());
    if (this.#only) bytes.append(this.#only);
    this.#only = undefined;
    const added = Math.min(room, chunk.length);
    bytes.append(added === chunk.length ? chunk : chunk.subarray(0, added));
    this.kept += added;
    return added;
  }

  content(): Uint8Array | undefined {
    if (this.#isDropped) return undefined;
    if (this.#only) return this.#only;
    const copy = Buffer.allocUnsafe(this.kept);
    this.#bytes?.copyTo(copy, 0);
    return copy;
  }

  /** Whether what it keeps is in memory that others use once it is dropped. */
  get isLent(): boolean {
    return this.#bytes !== undefined;
  }

  drop(): void {
    this.#isDropped = true;
    this.#only = undefined;
    this.#bytes?.release();
    this.#bytes = undefined;
    this.kept = 0;
  }
}

/** A single piece that costs nothing, or next to nothing, to keep. */
function keepOnly(chunk: Uint8Array): Uint8Array | undefined {
  if (chunk.length <= mostSmall) return keepSmall(chunk);
  return chunk.length <= leastCopied && chunk.buffer.byteLength <= chunk.length + mostSlack
    ? chunk
    : undefined;
}

/** The text of what is kept, without half a character at its end; undefined where it was dropped. */
export function readBody(body: KeptBody): { text: string; is_whole: boolean } | undefined {
  const content = body.content();
  if (content === undefined) return undefined;
  if (typeof content === 'string') return { text: content, is_whole: true };
  const isWhole = content.length === body.size;
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  return { text: isWhole ? text : text.replace(/\uFFFD+$/, ''), is_whole: isWhole };
}

function beginningOf(body: readonly Uint8Array[] | string): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body.slice(0, partBytes));
  return Buffer.concat(body, partBytes);
}
