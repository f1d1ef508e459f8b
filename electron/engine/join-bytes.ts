/** Pieces that follow each other as one; a single one is not copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Buffer {
  const [first] = pieces;
  if (pieces.length !== 1 || !first) return Buffer.concat(pieces);
  return Buffer.isBuffer(first) ? first : Buffer.from(first.buffer, first.byteOffset, first.length);
}

/** The body of a request in one piece: text stays text. */
export function joinBody(body: readonly Uint8Array[] | string): Buffer | string {
  return typeof body === 'string' ? body : joinBytes(body);
}

export function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}
