/** Bytes are kept in blocks of this size. */
const blockBytes = 8 * 1024;
/** How much is taken from the system at once. */
const slabBytes = 64 * blockBytes;

/**
 * Blocks nobody uses. What the inspector keeps lives for hundreds of calls, too long for a buffer of its own: V8 collects
 * its whole heap for every 64 MB of buffers that grow old, at some 0.4 ms for a call of 200 KB. Blocks are never given back, so
 * that there are as many as were needed at once: those the inspector has room for.
 */
const freeBlocks: Uint8Array[] = [];

/** A copy of some bytes, in memory that is used again after `release`. */
export class KeptBytes {
  length = 0;
  #blocks: Uint8Array[] = [];
  #holders = 1;

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const at = this.length % blockBytes;
      if (at === 0) this.#blocks.push(takeBlock());
      const to = Math.min(bytes.length, from + blockBytes - at);
      this.#blocks.at(-1)?.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), at);
      this.length += to - from;
      from = to;
    }
  }

  /** Writes the bytes from `start` to `end` into `target`. */
  copyTo(target: Uint8Array, at: number, start = 0, end = this.length): void {
    for (let from = start; from < end;) {
      const inBlock = from % blockBytes;
      const to = Math.min(end, from + blockBytes - inBlock);
      const block = this.#blocks[(from - inBlock) / blockBytes];
      if (block) target.set(block.subarray(inBlock, inBlock + to - from), at + from - start);
      from = to;
    }
  }

  isHeld(): boolean {
    return this.#holders > 0;
  }

  /** Each who holds it releases it once. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    freeBlocks.push(...this.#blocks);
    this.#blocks = [];
    this.length = 0;
  }
}

function takeBlock(): Uint8Array {
  const block = freeBlocks.pop();
  if (block) return block;
  const slab = new Uint8Array(slabBytes);
  for (let at = blockBytes; at < slabBytes; at += blockBytes) {
    freeBlocks.push(slab.subarray(at, at + blockBytes));
  }
  return slab.subarray(0, blockBytes);
}
