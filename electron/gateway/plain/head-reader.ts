import { readPlainHead } from './plain-head.ts';
import type { PlainHead } from './plain-head.ts';

/** A head has to come in one piece; Node's own limit. */
const maxHeadBytes = 16 * 1024;

const endOfHead = Buffer.from('\r\n\r\n');
const lengthField = /\r\ncontent-length: ?(?=\d)/i;

const zero = 0x30;
const nine = 0x39;

/** The last head, cut where the length of its body stands. */
type KnownHead = { head: PlainHead; before: Buffer; behind: Buffer };

export type ReadHead = {
  head: PlainHead;
  /** Bytes it takes, the empty line included. */
  size: number;
};

/** Reads the heads of one connection. Tools send the same head again and again, but for the length. */
export class HeadReader {
  #known: KnownHead | undefined;

  /** Undefined where the bytes do not begin with the whole head of a plain request. */
  read(bytes: Buffer): ReadHead | undefined {
    return this.#readAlike(bytes) ?? this.#readAnew(bytes);
  }

  #readAlike(bytes: Buffer): ReadHead | undefined {
    const known = this.#known;
    if (!known || !hasAt(bytes, known.before, 0)) return undefined;
    const start = known.before.length;
    let at = start;
    let length = 0;
    for (let digit = bytes[at] ?? 0; digit >= zero && digit <= nine; digit = bytes[at] ?? 0) {
      length = length * 10 + digit - zero;
      at += 1;
    }
    // A zero may stand alone only; more digits are not read here either.
    const isPlain = at > start && at - start <= 9 && (bytes[start] !== zero || at - start === 1);
    if (!isPlain || !hasAt(bytes, known.behind, at)) return undefined;
    return { head: withLength(known.head, length), size: at + known.behind.length };
  }

  #readAnew(bytes: Buffer): ReadHead | undefined {
    const end = bytes.indexOf(endOfHead);
    if (end === -1 || end > maxHeadBytes) return undefined;
    const text = bytes.toString('latin1', 0, end);
    const head = readPlainHead(text);
    if (!head) return undefined;
    const size = end + endOfHead.length;
    const field = lengthField.exec(text);
    if (field) {
      const at = field.index + field[0].length;
      const digits = String(head.length).length;
      // Copies: what was read is not to be kept for them.
      this.#known = {
        head,
        before: Buffer.from(bytes.subarray(0, at)),
        behind: Buffer.from(bytes.subarray(at + digits, size)),
      };
    }
    return { head, size };
  }
}

function hasAt(bytes: Buffer, part: Buffer, at: number): boolean {
  const end = at + part.length;
  return end <= bytes.length && bytes.compare(part, 0, part.length, at, end) === 0;
}

function withLength(head: PlainHead, length: number): PlainHead {
  if (head.length === length) return head;
  const text = String(length);
  const raw = [...head.raw_headers];
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.toLowerCase() === 'content-length') raw[at + 1] = text;
  return {
    ...head,
    headers: Object.freeze({ ...head.headers, 'content-length': text }),
    raw_headers: Object.freeze(raw),
    length,
  };
}
