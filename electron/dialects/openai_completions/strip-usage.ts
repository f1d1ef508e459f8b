import { isJsonObject, parseJsonObject } from '../../contract/json.ts';
import { isSet } from '../answer-scanner.ts';

/** Takes the usage chunk out of a stream whose tool did not ask for it. */
export type UsageStripper = {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
};

const LF = 10;
const CR = 13;
const empty: Buffer = Buffer.alloc(0);
const usageName = Buffer.from('"usage"');

// A usage chunk takes some 500 bytes. Of longer lines nothing needs to be held back.
const maxHeldBytes = 16 * 1024;

/**
 * Holds back only a line that is not whole yet, which no client could use either, so that nothing arrives later than
 * it would have.
 */
export function createUsageStripper(): UsageStripper {
  let held = empty;
  /** Inside a line too long to be a usage chunk: its rest passes. */
  let inLongLine = false;
  /** A usage chunk was taken out just now; the blank line that ended it goes, too. */
  let dropsBlankLine = false;

  function keepsLine(data: Buffer, start: number, end: number): boolean {
    if (inLongLine) {
      inLongLine = false;
      return true;
    }
    const isBlank = isLineBreak(data[start]);
    if (dropsBlankLine && isBlank) {
      dropsBlankLine = false;
      return false;
    }
    dropsBlankLine = !isBlank && isUsageChunk(data, start, end);
    return !dropsBlankLine;
  }

  /** The bytes to hand on of `data`; holds the last line back where it has no end yet. */
  function takeLines(data: Buffer): Buffer {
    const kept: Buffer[] = [];
    let keptFrom = 0;
    let start = dropsBlankLine || inLongLine ? 0 : beforeUsage(data);
    for (;;) {
      const end = lineEnd(data, start);
      if (end === -1) break;
      if (!keepsLine(data, start, end)) {
        kept.push(data.subarray(keptFrom, start));
        keptFrom = end;
      }
      start = end;
    }
    if (inLongLine || data.length - start > maxHeldBytes) {
      inLongLine = true;
      start = data.length;
    }
    // A copy, because what we were given may be a view into much larger memory.
    held = start === data.length ? empty : Buffer.from(data.subarray(start));
    if (kept.length === 0) return data.subarray(keptFrom, start);
    kept.push(data.subarray(keptFrom, start));
    return Buffer.concat(kept);
  }

  /** Whole lines without usage, which is nearly every chunk. */
  function isHarmless(chunk: Buffer): boolean {
    const isPending = held.length > 0 || dropsBlankLine || inLongLine;
    return !isPending && chunk[chunk.length - 1] === LF && !mayHoldUsage(chunk);
  }

  return {
    push(chunk) {
      if (isHarmless(chunk)) return chunk;
      return takeLines(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
    },
    end() {
      const last = held;
      held = empty;
      return isUsageChunk(last, 0, last.length) ? empty : last;
    },
  };
}

/** Begins the first line that may have to go: those before it need not be looked at one by one. */
function beforeUsage(data: Buffer): number {
  const found = data.indexOf(usageName);
  const upTo = found === -1 ? data.length : found;
  return upTo === 0 ? 0 : data.lastIndexOf(LF, upTo - 1) + 1;
}

/** Position after the line's end; -1 where it has none yet. A CR at the very end waits for its LF. */
function lineEnd(data: Buffer, start: number): number {
  const lf = data.indexOf(LF, start);
  // Nobody sends lone CRs but the standard allows them; only then is the search for one more than a few bytes long.
  const cr = data.subarray(start, lf === -1 ? data.length : lf).indexOf(CR);
  if (cr === -1) return lf === -1 ? -1 : lf + 1;
  const afterCr = start + cr + 1;
  if (afterCr === data.length) return -1;
  return data[afterCr] === LF ? afterCr + 1 : afterCr;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}

/** Every chunk has it with null once usage is asked for. */
function mayHoldUsage(data: Buffer): boolean {
  return isSet(data.toString('latin1'), '"usage"');
}

/** `data: {"choices":[],"usage":{…}}`: usage in a chunk that has choices is the upstream's own way and stays. */
function isUsageChunk(data: Buffer, start: number, end: number): boolean {
  const line = data.subarray(start, end);
  if (line[0] !== 0x64 || !mayHoldUsage(line)) return false;
  const event = parseJsonObject(line.toString('utf8').replace(/^data:/, ''));
  if (!event || !isJsonObject(event['usage'])) return false;
  const { choices } = event;
  return Array.isArray(choices) && choices.length === 0;
}
