import { randomBytes } from 'node:crypto';

// The only state of this module: what makes ids of one millisecond sort in the order they were made.
let lastTime = 0;
let counter = 0;

/** A UUID version 7 (RFC 9562): ids sort by the time they were made, within one process strictly. */
export function newId(time: number = Date.now()): string {
  if (time > lastTime) {
    lastTime = time;
    counter = randomBytes(2).readUInt16BE() & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    // 4096 ids in one millisecond, or a clock set back: run ahead of the clock rather than out of order.
    lastTime += 1;
    counter = 0;
  }
  const random = randomBytes(8);
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const hex =
    lastTime.toString(16).padStart(12, '0') + (0x7000 | counter).toString(16) + random.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
