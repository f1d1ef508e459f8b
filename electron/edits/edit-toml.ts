import { isDeepStrictEqual } from 'node:util';

import { parse } from 'smol-toml';

import { isJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';

/**
 * Puts values into a TOML file: those of the top level line by line, each table of tables (`[model_providers.parley]`) as a
 * whole. All other lines stay as they are. Throws SyntaxError where the file is no TOML, or is written in a way this cannot
 * change safely.
 */
export function mergeIntoToml(text: string, addition: string): string {
  if (text.trim() === '') return addition;
  const before = read(text);
  const values = read(addition);
  let merged = text;
  for (const [name, value] of Object.entries(values)) {
    if (!isJsonObject(value)) merged = setTopLevel(merged, name, JSON.stringify(value));
  }
  for (const table of tablesOf(addition)) merged = setTable(merged, table);
  // What was meant is known, so a file that is laid out in an unusual way is found out here and left alone.
  if (!isDeepStrictEqual(read(merged), mergeValues(before, values))) {
    throw new SyntaxError('it is written in a way that cannot be changed safely');
  }
  return merged;
}

function read(text: string): JsonObject {
  try {
    // A configuration has no dates where we look, and plain objects are what the parser makes.
    return structuredClone(parse(text)) as JsonObject;
  } catch (cause) {
    const line = cause instanceof Error && 'line' in cause ? `line ${String(cause.line)}` : 'a line';
    throw new SyntaxError(`${line} is not TOML`, { cause });
  }
}

function mergeValues(before: JsonObject, values: JsonObject): JsonObject {
  const merged = { ...before };
  for (const [name, value] of Object.entries(values)) {
    const old = merged[name];
    // One level deep: a table of ours, such as model_providers.parley, takes the place of the one before it.
    merged[name] = isJsonObject(value) && isJsonObject(old) ? { ...old, ...value } : value;
  }
  return merged;
}

/** Before the first table, since a line after one would belong to it. */
function setTopLevel(text: string, name: string, value: string): string {
  const firstTable = /^[ \t]*\[/m.exec(text)?.index ?? text.length;
  const head = text.slice(0, firstTable);
  const line = `${name} = ${value}`;
  const found = new RegExp(
    `^[ \\t]*${name}[ \\t]*=[ \\t]*("(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*'|[^\\s#"']+)`,
    'm',
  ).exec(head);
  if (found) return head.slice(0, found.index) + line + text.slice(found.index + found[0].length);
  // On top: at the end it might end up below a comment that introduces the first table.
  return `${line}${eolOf(text)}${text}`;
}

type Table = { header: string; lines: string[] };

function tablesOf(text: string): Table[] {
  const tables: Table[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) tables.push({ header: line, lines: [line] });
    else if (line.trim() !== '') tables.at(-1)?.lines.push(line);
  }
  return tables;
}

function setTable(text: string, { header, lines }: Table): string {
  const eol = eolOf(text);
  const block = lines.join(eol);
  const old = text.split(/\r?\n/);
  const start = old.findIndex(line => line.trim() === header);
  if (start === -1) return `${text.trimEnd()}${text.trim() === '' ? '' : eol + eol}${block}${eol}`;
  const next = old.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  let end = next === -1 ? old.length : next;
  // Blank lines and comments above the next table are its own.
  while (end > start + 1 && /^\s*(?:#.*)?$/.test(old[end - 1] ?? '')) end -= 1;
  return [...old.slice(0, start), ...lines, ...old.slice(end)].join(eol);
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
