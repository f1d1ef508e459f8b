import { isDeepStrictEqual } from 'node:util';

import { isMap, isSeq, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';

import { writeDocument } from '../config/keep-formatting.ts';

/**
 * Puts values into a YAML file and keeps its comments and layout. In a list of maps with names (`models` of Continue) the
 * one of the same name is replaced, else ours is added. `name`, `version` and `schema` that are there already stay, as they
 * name the file. Throws SyntaxError.
 */
export function mergeIntoYaml(text: string, addition: string): string {
  if (text.trim() === '') return addition;
  const unedited = read(text);
  const edited = read(text);
  if (edited.contents === null) return text.trimEnd() + (text.includes('\r\n') ? '\r\n' : '\n') + addition;
  const values = read(addition);
  if (!isMap(edited.contents) || !isMap(values.contents)) throw new SyntaxError('it is no list of settings');
  for (const [name, value] of Object.entries(toObject(values))) {
    if (Array.isArray(value)) mergeList(edited, edited.contents, name, value);
    else if (!edited.has(name) || !namesTheFile.has(name)) edited.set(name, value);
  }
  return isDeepStrictEqual(edited.toJS(), unedited.toJS()) ? text : writeDocument(text, unedited, edited);
}

const namesTheFile = new Set(['name', 'version', 'schema']);

function mergeList(document: Document, map: YAMLMap, name: string, entries: unknown[]): void {
  const list = map.get(name, true);
  if (!isSeq(list)) {
    if (map.get(name) !== undefined && map.get(name) !== null) throw new SyntaxError(`${name} is no list`);
    map.set(name, document.createNode(entries));
    return;
  }
  for (const entry of entries) {
    const index = list.items.findIndex(item => isMap(item) && item.get('name') === nameOf(entry));
    const node = document.createNode(entry);
    if (index === -1) {
      // An empty list in brackets would take it into one line.
      if (list.items.length === 0) list.flow = false;
      list.items.push(node);
    } else list.items[index] = node;
  }
}

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}

function toObject(document: Document): Record<string, unknown> {
  return document.toJS() as Record<string, unknown>; // the caller has seen that it is a map
}

function read(text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new SyntaxError(`line ${error.linePos?.[0].line ?? 1} is not YAML`, { cause: error });
  return document;
}
