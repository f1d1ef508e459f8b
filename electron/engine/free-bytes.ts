/** Buffers a write is under way from: Node's sockets read from them outside of JavaScript. */
const underWay = new WeakMap<ArrayBufferLike, number>();

/** To be called before a write of large pieces; the same after it, if it went well. What failed stays marked, and is not freed. */
export function beginWrite(pieces: readonly Uint8Array[]): void {
  for (const { buffer } of pieces) underWay.set(buffer, (underWay.get(buffer) ?? 0) + 1);
}

export function endWrite(pieces: readonly Uint8Array[]): void {
  for (const { buffer } of pieces) underWay.set(buffer, (underWay.get(buffer) ?? 0) - 1);
}

/**
 * Frees memory now, and not when V8 gets to it: for every 64 MB of dead buffers V8 collects its whole heap. The bytes must have their
 * buffer to themselves, and whoever still looks at them finds none. Left to V8 where they are still being written.
 */
export function freeBytes({ buffer, length }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || length === 0 || buffer.byteLength !== length) return;
  if ((underWay.get(buffer) ?? 0) > 0) return;
  buffer.transfer?.(0);
}
