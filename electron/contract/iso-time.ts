// What is the same for all times of one second, and the last one asked for: a busy gateway asks several times a millisecond.
let lastSecond = Number.NaN;
let upToSecond = '';
let lastTime = Number.NaN;
let lastText = '';

/** What `new Date(time).toISOString()` says, at a tenth of its cost. Throws RangeError where no date is. */
export function isoTime(time: number): string {
  const whole = Math.trunc(time);
  if (whole === lastTime) return lastText;
  const second = Math.floor(whole / 1000);
  if (second !== lastSecond) {
    const text = new Date(second * 1000).toISOString();
    upToSecond = text.slice(0, -'000Z'.length);
    lastSecond = second;
  }
  const rest = String(whole - second * 1000).padStart(3, '0');
  lastText = `${upToSecond}${rest}Z`;
  lastTime = whole;
  return lastText;
}

/** Milliseconds since 1970; NaN for what is no time. Of one that `isoTime` has just made it is known. */
export function parseIsoTime(text: string): number {
  return text === lastText ? lastTime : Date.parse(text);
}
