import { isMap, isNode, isSeq } from 'yaml';
import type { Document, Node, YAMLSeq } from 'yaml';

import { AppError } from '../contract/errors.ts';
import { ensureBackends, findBackend, followAlias, requireBackend, updateBackend } from './edit-config.ts';

/** A line that was taken out, as it stood there, comments included. */
export type RemovedBackend = { node: Node; index: number };

/** Takes a backend out and hands it over, so that it can be put back. Throws unknown_backend. */
export function takeBackend(document: Document, name: string): RemovedBackend {
  const backends = ensureBackends(document);
  const index = requireBackend(document, backends, name);
  const item = backends.items[index];
  if (!isNode(item)) throw new AppError('internal', `${name} could not be read from parley.yaml.`);
  // Safe: the clone of a node is a node of its kind.
  const node = item.clone() as Node;
  backends.delete(index);
  return { node, index };
}

/** Puts it back to its place, or to the end of a list that has become shorter. Throws invalid_request where the name is taken. */
export function putBackBackend(document: Document, name: string, { node, index }: RemovedBackend): void {
  const backends = ensureBackends(document);
  checkFree(document, name);
  // `[]` stands for an empty list only.
  if (backends.items.length === 0) backends.flow = false;
  backends.items.splice(Math.min(index, backends.items.length), 0, node.clone());
}

/** Writes the same backend once more behind itself, under another name. */
export function duplicateBackend(document: Document, name: string, copy: string): void {
  const backends = ensureBackends(document);
  const index = requireBackend(document, backends, name);
  checkFree(document, copy);
  const item = followAlias(document, backends.items[index]);
  const fields: unknown = isMap(item) ? item.toJS(document) : {};
  const node = document.createNode({ ...(fields as object), name: copy });
  if (isMap(node)) node.flow = isMap(item) ? item.flow === true : true;
  backends.items.splice(index + 1, 0, node);
}

/** Numbers the backends in this order, from 1; those that have their number already stay as they are. */
export function reorderBackends(document: Document, names: readonly string[]): void {
  const known = names.filter(name => findBackend(document, ensureBackends(document), name) !== -1);
  known.forEach((name, index) => updateBackend(document, name, { priority: index + 1 }));
}

/** Values of api_key as they stand there. */
export function readKeys(document: Document, name: string): string[] {
  const backends = ensureBackends(document);
  const item = followAlias(document, backends.items[requireBackend(document, backends, name)]);
  const data: unknown = isMap(item) ? item.toJS(document) : {};
  const key: unknown = typeof data === 'object' && data !== null && 'api_key' in data ? data.api_key : null;
  if (Array.isArray(key)) return key.filter(each => typeof each === 'string');
  return typeof key === 'string' && key.trim() !== '' ? [key] : [];
}

/** Adds a key behind those that are there; two of them make a list. */
export function addBackendKey(document: Document, name: string, value: string): void {
  const keys = readKeys(document, name);
  if (keys.includes(value)) {
    throw new AppError('invalid_request', `${name} has this key already; add another one.`);
  }
  const list = findKeyList(document, name);
  if (list) list.add(document.createNode(value));
  else updateBackend(document, name, { api_key: keys.length === 0 ? value : [...keys, value] });
}

/** Takes out the key at this place, from 1, and returns it. Throws invalid_request where the list is another one by now. */
export function removeBackendKey(
  document: Document,
  name: string,
  { number, count }: { number: number; count: number },
): string {
  const keys = readKeys(document, name);
  const removed = keys[number - 1];
  if (keys.length !== count || removed === undefined) {
    throw new AppError(
      'invalid_request',
      `The keys of ${name} were changed meanwhile. Look at them once more, then remove the one you mean.`,
    );
  }
  const left = keys.filter((_, index) => index !== number - 1);
  const [only] = left;
  const list = findKeyList(document, name);
  if (list && left.length > 1) {
    list.delete(number - 1);
    return removed;
  }
  updateBackend(document, name, { api_key: left.length > 1 ? left : (only ?? null) });
  return removed;
}

/** The list itself where it is written in the backend's own line, so that its other entries stay as they are. */
function findKeyList(document: Document, name: string): YAMLSeq | undefined {
  const backends = ensureBackends(document);
  const item = backends.items[requireBackend(document, backends, name)];
  const list = isMap(item) ? item.get('api_key', true) : undefined;
  return isSeq(list) ? list : undefined;
}

function checkFree(document: Document, name: string): void {
  if (findBackend(document, ensureBackends(document), name) === -1) return;
  throw new AppError(
    'invalid_request',
    `There is a backend named ${name} already; choose another name, or remove that one first.`,
  );
}
