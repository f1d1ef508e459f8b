import { BridgeFault } from './bridge-fault.ts';
import { CrossingMeter, MAX_DEPTH, TOO_DEEP } from './crossing-meter.ts';

/** Whatever text of this length holds, to parse it is quick and takes little memory. */
const SMALL = 256 * 1024;

/**
 * Throws BridgeFault where JSON text holds more than may cross. JSON.parse cannot be stopped: a few megabytes of "[" fill
 * the worker's heap, and that ends the whole process.
 */
export function checkJsonSize(text: string): void {
  if (text.length <= SMALL) return;
  const meter = new CrossingMeter();
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charAt(index)) {
      case '"':
        index = findStringEnd(text, index);
        break;
      case '[':
      case '{':
        if (++depth > MAX_DEPTH) throw new BridgeFault(TOO_DEEP);
        meter.addTable();
        break;
      case ']':
      case '}':
        depth--;
        break;
      case ',':
        meter.addValues(1);
        break;
    }
  }
}

function findStringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
