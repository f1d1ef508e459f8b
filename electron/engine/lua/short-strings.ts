/** Strings from this length on are decoded by Buffer, which is slow to call and fast to run. */
export const SHORT_STRING = 32;
const SLOTS = 1024;

/**
 * Short ASCII strings that crossed before, by a hash of their bytes: to look one up is faster than to decode it, and keys
 * come back as the very strings they went in as.
 */
export class ShortStrings {
  private readonly known: string[] = Array.from({ length: SLOTS }, () => '');

  /** False when the text is not ASCII; what was written then is of no use. */
  write(text: string, bytes: Buffer, start: number): boolean {
    let hash = 0;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 127) return false;
      bytes[start + index] = unit;
      hash = (hash * 31 + unit) | 0;
    }
    this.known[hash & (SLOTS - 1)] = text;
    return true;
  }

  read(bytes: Buffer, start: number, size: number): string {
    let hash = 0;
    for (let at = start; at < start + size; at++) hash = (hash * 31 + (bytes[at] ?? 0)) | 0;
    const slot = hash & (SLOTS - 1);
    const known = this.known[slot] ?? '';
    if (known.length === size && isSame(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, start + size);
    // Where every byte made a character, a character is a byte.
    if (text.length === size) this.known[slot] = text;
    return text;
  }
}

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
