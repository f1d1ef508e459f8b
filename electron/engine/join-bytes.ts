/** Pieces that follow each other as one; a single one is not copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  if (pieces.length !== 1 || !first) return Buffer.concat(pieces);
  return Buffer.isBuffer(first) ? first : Buffer.from(first.buffer, first.byteOffset, first.length);
}

export function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}
