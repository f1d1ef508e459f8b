import { randomUUID } from 'node:crypto';

// The only state of this module: what makes ids of one millisecond sort in the order they were made.
let lastTime = 0;
let stamp = '';
let counter = 0;

/** Where the variant and the random part of a UUID begin. */
const tailAt = 19;

/** A UUID version 7 (RFC 9562): ids sort by the time they were made, within one process strictly. */
export function newId(time: number = Date.now()): string {
  // Version 4, which has its random bytes in store: asking for some costs more than all else here.
  const random = randomUUID();
  if (time > lastTime) {
    setTime(time);
    counter = Number.parseInt(random.slice(0, 3), 16) & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    // 4096 ids in one millisecond, or a clock set back: run ahead of the clock rather than out of order.
    setTime(lastTime + 1);
    counter = 0;
  }
  return `${stamp}-${(0x7000 | counter).toString(16)}-${random.slice(tailAt)}`;
}

function setTime(time: number): void {
  lastTime = time;
  const hex = time.toString(16).padStart(12, '0');
  stamp = `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
