import { AppError } from '../contract/errors.ts';
import { parseJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import { countOf } from './count-of.ts';

/** Where the value of a member lies: bytes `start` (included) to `end` (not); and the value itself, where all was parsed. */
export type JsonMember = { name: string; start: number; end: number; value?: Json };

// Bodies up to this size are parsed, which takes some 30 µs and finds every mistake.
const parsedBytes = 16 * 1024;

// A tool's arguments and schemas nest a dozen levels; thousands are an attempt to exhaust a parser's stack.
const maxDepth = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The members of a JSON object whose names are in `wanted` (without it, all), in order, repeated ones included, without
 * parsing the rest: a long chat is read at the speed of a search for quotes. Throws AppError `invalid_request` where the text is
 * not JSON. In bodies over 16 KB the inside of strings is trusted (a raw line break or a wrong escape there is left
 * for the upstream to refuse); everything outside strings is checked in bodies of any size.
 */
export function scanMembers(bytes: Buffer, wanted?: ReadonlySet<string>): JsonMember[] {
  if (bytes.length > parsedBytes) return scanObject(bytes, wanted);
  const text = bytes.toString('utf8');
  const object = parseJsonObject(text);
  const found = object && wanted && findMembers(bytes, wanted, { text, object });
  if (found) return found;
  const members = scanObject(bytes, wanted);
  if (!object) checkStrings(text);
  return members;
}

// Names that can be spelled in another way only with an escaped letter or underscore.
const plainName = /^[A-Za-z_]+$/;
const escapedLetter = /\\u00[4-7]/;

type SoughtName = { name: string; quoted: string };

/** Of each set that was asked for; undefined where a name cannot be found by a search. The sets are those of a few constants. */
const soughtNames = new WeakMap<ReadonlySet<string>, SoughtName[] | undefined>();

function namesToSeek(wanted: ReadonlySet<string>): SoughtName[] | undefined {
  if (soughtNames.has(wanted)) return soughtNames.get(wanted);
  const names = [...wanted].map(name => ({ name, quoted: `"${name}"` }));
  const sought = names.every(({ name }) => plainName.test(name)) ? names : undefined;
  soughtNames.set(wanted, sought);
  return sought;
}

/**
 * The same members found by a search for their names: one that the parsed object has, that is spelled in no other way and
 * stands only once between quotes, stands there as the object's own. Undefined where that is not certain.
 */
function findMembers(
  bytes: Buffer,
  wanted: ReadonlySet<string>,
  { text, object }: { text: string; object: JsonObject },
): JsonMember[] | undefined {
  const sought = namesToSeek(wanted);
  if (!sought || mayNestTooDeep(text) || mayEscapeLetters(text)) return undefined;
  // Positions are those of bytes.
  const places = text.length === bytes.length ? text : bytes.toString('latin1');
  const members: JsonMember[] = [];
  for (const { name, quoted } of sought) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value === undefined) continue;
    const at = places.indexOf(quoted);
    if (places.indexOf(quoted, at + 1) !== -1) return undefined;
    const start = skipSpace(bytes, scanColon(bytes, at + quoted.length));
    members.push({ name, start, end: scanValue(bytes, start), value });
  }
  return members.length > 1 ? members.toSorted((a, b) => a.start - b.start) : members;
}

function mayEscapeLetters(text: string): boolean {
  return text.includes('\\u00') && escapedLetter.test(text);
}

/** Whether it has brackets enough, in strings or not. */
function mayNestTooDeep(text: string): boolean {
  // A level takes two of them.
  return text.length > 2 * maxDepth && countOf(text, '{') + countOf(text, '[') > maxDepth;
}

function scanObject(bytes: Buffer, wanted: ReadonlySet<string> | undefined): JsonMember[] {
  const members: JsonMember[] = [];
  let position = skipSpace(bytes, 0);
  if (bytes[position] !== OPEN_BRACE) throw notJson(position, 'an object');
  position = skipSpace(bytes, position + 1);
  if (bytes[position] === CLOSE_BRACE) return expectEnd(bytes, position + 1, members);
  for (;;) {
    const keyEnd = scanKeyText(bytes, position);
    const name = readKey(bytes, position, keyEnd, wanted);
    const start = skipSpace(bytes, scanColon(bytes, keyEnd));
    const end = scanValue(bytes, start);
    if (name !== undefined) members.push({ name, start, end });
    position = skipSpace(bytes, end);
    if (bytes[position] === CLOSE_BRACE) return expectEnd(bytes, position + 1, members);
    if (bytes[position] !== COMMA) throw notJson(position, 'a comma or a closing brace');
    position = skipSpace(bytes, position + 1);
  }
}

/** What the scan passed over can only be wrong inside its strings. */
function checkStrings(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    // Not the parser's own words: they quote the body, which may hold anything, also a secret.
    throw new AppError(
      'invalid_request',
      'The request body is not JSON: a string in it holds a raw line break or an unknown escape.',
      { cause: error },
    );
  }
}

function expectEnd(bytes: Buffer, start: number, members: JsonMember[]): JsonMember[] {
  const position = skipSpace(bytes, start);
  if (position < bytes.length) throw notJson(position, 'nothing after the object');
  return members;
}

function readKey(
  bytes: Buffer,
  start: number,
  end: number,
  wanted: ReadonlySet<string> | undefined,
): string | undefined {
  const raw = bytes.toString('utf8', start + 1, end - 1);
  // "mod\u0065l" is "model", too.
  const name = raw.includes('\\') ? parseString(bytes, start, end) : raw;
  return !wanted || wanted.has(name) ? name : undefined;
}

/** Text of the JSON string between `start` and `end`, quotes included. */
export function parseString(bytes: Buffer, start: number, end: number): string {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', start, end));
    if (typeof value === 'string') return value;
  } catch {
    // Told below: the reason is the same as for any other value.
  }
  throw notJson(start, 'a string');
}

function skipSpace(bytes: Buffer, start: number): number {
  let position = start;
  for (;;) {
    const byte = bytes[position];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return position;
    position += 1;
  }
}

/** End of the value that starts at `start`. A stack of its own instead of recursion: depth is the sender's choice. */
function scanValue(bytes: Buffer, start: number): number {
  const closers: number[] = [];
  let position = start;
  for (;;) {
    position = skipSpace(bytes, position);
    const byte = bytes[position];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const closer = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      if (closers.length === maxDepth) throw notJson(position, `nested less than ${maxDepth} levels deep`);
      position = skipSpace(bytes, position + 1);
      if (bytes[position] === closer) {
        position += 1;
      } else {
        closers.push(closer);
        if (closer === CLOSE_BRACE) position = scanColon(bytes, scanKeyText(bytes, position));
        continue;
      }
    } else {
      position = byte === QUOTE ? scanString(bytes, position) : scanWord(bytes, position);
    }
    const next = closeContainers(bytes, position, closers);
    if (closers.length === 0) return next;
    position = next;
  }
}

/** After a value: leaves the containers that end here; where one goes on, the position of its next value. */
function closeContainers(bytes: Buffer, start: number, closers: number[]): number {
  let position = start;
  while (closers.length > 0) {
    position = skipSpace(bytes, position);
    const byte = bytes[position];
    const closer = closers[closers.length - 1];
    if (byte === COMMA) {
      position += 1;
      if (closer === CLOSE_BRACKET) return position;
      return scanColon(bytes, scanKeyText(bytes, skipSpace(bytes, position)));
    }
    if (byte !== closer) throw notJson(position, 'a comma or the end of what was opened');
    closers.pop();
    position += 1;
  }
  return position;
}

function scanKeyText(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) throw notJson(start, 'a name in quotes');
  return scanString(bytes, start);
}

function scanColon(bytes: Buffer, start: number): number {
  const position = skipSpace(bytes, start);
  if (bytes[position] !== COLON) throw notJson(position, 'a colon');
  return position + 1;
}

// A call of the built-in search costs as much as walking some dozen bytes (names, roles), and pays in longer text.
const shortWalk = 24;
// Where one quote is escaped others are near: code, JSON within JSON.
const walkAfterEscape = 256;

/** End of the string that starts at `start`. */
function scanString(bytes: Buffer, start: number): number {
  let position = start + 1;
  let walkUntil = Math.min(position + shortWalk, bytes.length);
  for (;;) {
    while (position < walkUntil) {
      const byte = bytes[position];
      if (byte === QUOTE) return position + 1;
      position += byte === BACKSLASH ? 2 : 1;
    }
    const quote = bytes.indexOf(QUOTE, position);
    if (quote === -1) throw notJson(bytes.length, 'the end of a string');
    if (!isEscaped(bytes, quote, position)) return quote + 1;
    position = quote + 1;
    walkUntil = Math.min(position + walkAfterEscape, bytes.length);
  }
}

/** Whether an odd number of backslashes stands before `quote`; `from` is known to begin outside an escape. */
function isEscaped(bytes: Buffer, quote: number, from: number): boolean {
  let backslashes = 0;
  while (quote - backslashes - 1 >= from && bytes[quote - backslashes - 1] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** End of a number, true, false or null. */
function scanWord(bytes: Buffer, start: number): number {
  let end = start;
  for (;;) {
    const byte = bytes[end];
    // Letters, digits, plus, minus, point: all that words and numbers are made of.
    const isWord =
      byte !== undefined &&
      ((byte >= 0x30 && byte <= 0x39) ||
        (byte >= 0x61 && byte <= 0x7a) ||
        byte === 0x2b ||
        byte === 0x2d ||
        byte === 0x2e ||
        byte === 0x45);
    if (!isWord) break;
    end += 1;
  }
  const word = bytes.toString('latin1', start, end);
  if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(word)) {
    throw notJson(start, 'a value');
  }
  return end;
}

function notJson(position: number, expected: string): AppError {
  return new AppError(
    'invalid_request',
    `The request body is not JSON: at byte ${position} there should be ${expected}.`,
  );
}
