import { randomBytes } from 'node:crypto';

// The only state of this module: what makes ids of one millisecond sort in the order they were made.
let lastTime = 0;
let lastHigh = -1;
let highDigits = '';
let stamp = '';
let counter = 0;

/** Hexadecimal digits in store: asking for the random bytes of a single id costs more than all else here. */
let digits = '';
let digitsUsed = 0;
const storedBytes = 1024;

/** A UUID version 7 (RFC 9562): ids sort by the time they were made, within one process strictly. */
export function newId(time: number = Date.now()): string {
  if (time > lastTime) {
    setTime(time);
    counter = Number.parseInt(takeDigits(3), 16) & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    // 4096 ids in one millisecond, or a clock set back: run ahead of the clock rather than out of order.
    setTime(lastTime + 1);
    counter = 0;
  }
  const variant = '89ab'.charAt(Number.parseInt(takeDigits(1), 16) & 3);
  return `${stamp}-${(0x7000 | counter).toString(16)}-${variant}${takeDigits(3)}-${takeDigits(12)}`;
}

function takeDigits(count: number): string {
  if (digitsUsed + count > digits.length) {
    digits = randomBytes(storedBytes).toString('hex');
    digitsUsed = 0;
  }
  digitsUsed += count;
  return digits.slice(digitsUsed - count, digitsUsed);
}

function setTime(time: number): void {
  lastTime = time;
  const high = Math.floor(time / 0x1_0000);
  // It changes once a minute; writing large numbers takes long.
  if (high !== lastHigh) {
    lastHigh = high;
    highDigits = high.toString(16).padStart(8, '0');
  }
  stamp = `${highDigits}-${(0x1_0000 + (time % 0x1_0000)).toString(16).slice(1)}`;
}
