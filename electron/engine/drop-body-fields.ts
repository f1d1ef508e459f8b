import type { JsonObject } from '../contract/json.ts';
import { scanMembers } from '../dialects/scan-json.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;

/** The body without these fields, and which of them it had. */
export function dropBodyFields(
  body: JsonObject,
  fields: ReadonlySet<string>,
): { value: JsonObject; dropped: string[] } {
  const dropped = Object.keys(body).filter(name => fields.has(name));
  if (dropped.length === 0) return { value: body, dropped };
  return { value: Object.fromEntries(Object.entries(body).filter(([name]) => !fields.has(name))), dropped };
}

/** The same for the bytes of a body, of which everything else stays as it is. */
export function dropBodyMembers(
  bytes: Buffer,
  fields: ReadonlySet<string>,
): { bytes: Buffer; dropped: string[] } {
  const members = scanMembers(bytes, fields);
  const kept: Buffer[] = [];
  let position = 0;
  for (const { start, end } of members) {
    const cut = cutMember(bytes, start, end);
    kept.push(bytes.subarray(position, cut.start));
    position = cut.end;
  }
  if (members.length === 0) return { bytes, dropped: [] };
  kept.push(bytes.subarray(position));
  return {
    bytes: withoutLastComma(Buffer.concat(kept)),
    dropped: [...new Set(members.map(({ name }) => name))],
  };
}

/** From the name's first quote to behind the comma that follows the value, if one does. */
function cutMember(bytes: Buffer, valueStart: number, valueEnd: number): { start: number; end: number } {
  const nameEnd = bytes.lastIndexOf(QUOTE, valueStart - 1);
  // A name that is looked for has no quote inside, escaped or not.
  const start = bytes.lastIndexOf(QUOTE, nameEnd - 1);
  const next = skipSpace(bytes, valueEnd);
  return { start, end: bytes[next] === COMMA ? next + 1 : valueEnd };
}

/** Where the last member went, the comma before it ends the object. */
function withoutLastComma(bytes: Buffer): Buffer {
  const brace = bytes.lastIndexOf('}');
  const before = skipSpaceBack(bytes, brace - 1);
  if (bytes[before] !== COMMA) return bytes;
  return Buffer.concat([bytes.subarray(0, before), bytes.subarray(before + 1)]);
}

function skipSpace(bytes: Buffer, start: number): number {
  let position = start;
  while (isSpace(bytes[position])) position += 1;
  return position;
}

function skipSpaceBack(bytes: Buffer, start: number): number {
  let position = start;
  while (position > 0 && isSpace(bytes[position])) position -= 1;
  return position;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
