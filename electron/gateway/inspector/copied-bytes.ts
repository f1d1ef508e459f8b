import { KeptBytes } from './kept-bytes.ts';

/** Part of what was copied, here or for another body. */
type Span = { bytes: KeptBytes; start: number; end: number };

/** Bytes `from` to `to` of a buffer stand at `at` in `bytes`. */
type Copy = { bytes: KeptBytes; from: number; to: number; at: number };

/** Where buffers were copied to: what is sent to an upstream is mostly what was received, and is kept once. */
const copies = new WeakMap<ArrayBufferLike, Copy>();
/** A buffer that holds less is not looked for again. */
const leastShared = 4 * 1024;

/** A copy of a body in pieces, but for those pieces of which there is a copy already. */
export class CopiedBytes {
  readonly #own = new KeptBytes();
  readonly #spans: Span[];

  constructor(pieces: readonly Uint8Array[]) {
    this.#spans = pieces.map(piece => findCopy(piece) ?? this.#copy(piece));
  }

  /** How many bytes had to be copied. */
  get added(): number {
    return this.#own.length;
  }

  join(): Buffer {
    const joined = Buffer.allocUnsafe(this.#spans.reduce((sum, { start, end }) => sum + end - start, 0));
    let at = 0;
    for (const { bytes, start, end } of this.#spans) {
      bytes.copyTo(joined, at, start, end);
      at += end - start;
    }
    return joined;
  }

  /** To be called once; nothing of it is there any more. */
  release(): void {
    this.#own.release();
    for (const { bytes } of this.#spans) if (bytes !== this.#own) bytes.release();
  }

  #copy(piece: Uint8Array): Span {
    const { buffer, byteOffset: from, length } = piece;
    const at = this.#own.length;
    this.#own.append(piece);
    if (length >= leastShared) copies.set(buffer, { bytes: this.#own, from, to: from + length, at });
    return { bytes: this.#own, start: at, end: at + length };
  }
}

function findCopy({ buffer, byteOffset, length }: Uint8Array): Span | undefined {
  const copy = copies.get(buffer);
  if (!copy?.bytes.isHeld() || byteOffset < copy.from || byteOffset + length > copy.to) return undefined;
  copy.bytes.hold();
  const start = copy.at + byteOffset - copy.from;
  return { bytes: copy.bytes, start, end: start + length };
}
