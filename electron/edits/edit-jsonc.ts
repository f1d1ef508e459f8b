import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';

/** Where a value stands in its text. */
type Node = { start: number; end: number; members?: Map<string, Node>; lastMember?: Node };

/**
 * Puts the values of an object into JSON that people write (with comments and trailing commas) and leaves every other
 * character as it is. Objects are merged, everything else is replaced. Throws SyntaxError for what is no such object.
 */
export function mergeIntoJsonc(text: string, values: JsonObject): string {
  if (text.trim() === '') return `${JSON.stringify(values, null, 2)}\n`;
  const root = parseJsonc(text);
  if (!root.members) throw new SyntaxError('not an object');
  return mergeInto(text, values, []);
}

/** One change at a time, each on the text the last one left: configuration files are short. */
function mergeInto(text: string, values: JsonObject, path: string[]): string {
  let merged = text;
  for (const [name, value] of Object.entries(values)) {
    const parent = findNode(parseJsonc(merged), path);
    const found = parent.members?.get(name);
    if (found?.members && isJsonObject(value)) merged = mergeInto(merged, value, [...path, name]);
    else if (found) merged = replaceValue(merged, found, value);
    else merged = addMember(merged, parent, name, value);
  }
  return merged;
}

function replaceValue(text: string, { start, end }: Node, value: Json): string {
  return text.slice(0, start) + layOut(text, value, indentAt(text, start)) + text.slice(end);
}

function addMember(text: string, parent: Node, name: string, value: Json): string {
  const { lastMember } = parent;
  const outer = indentAt(text, parent.start);
  const isOneLine = lastMember !== undefined && !text.slice(parent.start, lastMember.start).includes('\n');
  const indent = lastMember && !isOneLine ? indentAt(text, lastMember.start) : outer + stepOf(text);
  const member = `${JSON.stringify(name)}: ${layOut(text, value, indent)}`;
  const eol = eolOf(text);
  if (lastMember) {
    const glue = isOneLine ? ', ' : `,${eol}${indent}`;
    return text.slice(0, lastMember.end) + glue + member + text.slice(lastMember.end);
  }
  const inside = text.slice(parent.start + 1, parent.end - 1).trimEnd();
  return `${text.slice(0, parent.start + 1)}${inside}${eol}${indent}${member}${eol}${outer}${text.slice(parent.end - 1)}`;
}

function layOut(text: string, value: Json, indent: string): string {
  return JSON.stringify(value, null, stepOf(text)).replaceAll('\n', `${eolOf(text)}${indent}`);
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const stepOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';

function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function findNode(root: Node, path: string[]): Node {
  let node = root;
  for (const name of path) node = node.members?.get(name) ?? node;
  return node;
}

/** Throws SyntaxError. */
function parseJsonc(text: string): Node {
  const reader = { text, at: text.startsWith('\u{feff}') ? 1 : 0 };
  const root = readValue(reader);
  skipBlank(reader);
  if (reader.at < text.length) throw unexpected(reader);
  return root;
}

type Reader = { text: string; at: number };

const scalar =
  /(?:"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;
const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/uy;

function readValue(reader: Reader): Node {
  skipBlank(reader);
  const start = reader.at;
  switch (reader.text[start]) {
    case '{':
      return readObject(reader, start);
    case '[':
      return readArray(reader, start);
    case undefined:
    default:
      readScalar(reader);
      return { start, end: reader.at };
  }
}

function readObject(reader: Reader, start: number): Node {
  const members = new Map<string, Node>();
  let lastMember: Node | undefined;
  reader.at += 1;
  while (!takes(reader, '}')) {
    const name: unknown = JSON.parse(readScalar(reader));
    if (typeof name !== 'string' || !takes(reader, ':')) throw unexpected(reader);
    const value = readValue(reader);
    lastMember = value;
    // As every reader of JSON has it, the last one of a name counts.
    members.set(name, value);
    if (takes(reader, ',')) continue;
    if (!takes(reader, '}')) throw unexpected(reader);
    break;
  }
  return { start, end: reader.at, members, ...(lastMember ? { lastMember } : {}) };
}

function readArray(reader: Reader, start: number): Node {
  reader.at += 1;
  while (!takes(reader, ']')) {
    readValue(reader);
    if (takes(reader, ',')) continue;
    if (!takes(reader, ']')) throw unexpected(reader);
    break;
  }
  return { start, end: reader.at };
}

function readScalar(reader: Reader): string {
  skipBlank(reader);
  scalar.lastIndex = reader.at;
  const found = scalar.exec(reader.text)?.[0];
  if (found === undefined) throw unexpected(reader);
  reader.at += found.length;
  return found;
}

function takes(reader: Reader, sign: string): boolean {
  skipBlank(reader);
  if (reader.text[reader.at] !== sign) return false;
  reader.at += 1;
  return true;
}

function skipBlank(reader: Reader): void {
  blank.lastIndex = reader.at;
  blank.exec(reader.text);
  reader.at = Math.max(reader.at, blank.lastIndex);
}

function unexpected({ text, at }: Reader): SyntaxError {
  const line = text.slice(0, at).split('\n').length;
  return new SyntaxError(at >= text.length ? 'it ends too early' : `line ${line} is not JSON`);
}
