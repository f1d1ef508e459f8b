import { isAlias, isCollection, isMap, isScalar, isSeq, YAMLMap } from 'yaml';
import type { Document, Scalar, YAMLSeq } from 'yaml';

import type { RawConfig } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';

export type RawBackend = NonNullable<NonNullable<RawConfig['llm']>['backends']>[number];
export type RawGateway = NonNullable<RawConfig['gateway']>;
export type RawNetwork = NonNullable<RawConfig['network']>;
export type RawChat = NonNullable<RawConfig['chat']>;
export type RawDesktop = NonNullable<RawConfig['desktop']>;

/** What to change: undefined leaves a field as it is, null takes it out. */
export type Patch<T> = { [Field in keyof T]?: T[Field] | null };

/** Adds a backend at the end of the list, written the way the ones before it are. Throws invalid_request for a taken name. */
export function addBackend(document: Document, backend: RawBackend): void {
  const backends = ensureBackends(document);
  if (findBackend(document, backends, backend.name) !== -1) {
    throw new AppError(
      'invalid_request',
      `There is a backend named ${backend.name} already; choose another name.`,
    );
  }
  const item = document.createNode(dropUndefined(backend));
  // One line a backend, as the default file shows it, unless the person writes them another way.
  const last = backends.items.at(-1);
  if (isMap(item)) item.flow = isMap(last) ? last.flow === true : true;
  // `[]` stands for an empty list only; in it the first backend would begin a line without an end.
  if (backends.items.length === 0) backends.flow = false;
  backends.add(item);
}

/** Throws unknown_backend. */
export function removeBackend(document: Document, name: string): void {
  const backends = ensureBackends(document);
  backends.delete(requireBackend(document, backends, name));
}

/** Changes fields of a backend and leaves the others, their order and comments alone. Throws unknown_backend. */
export function updateBackend(document: Document, name: string, patch: Patch<RawBackend>): void {
  const backends = ensureBackends(document);
  const index = requireBackend(document, backends, name);
  const item = backends.items[index];
  if (isMap(item)) return patchMap(document, item, patch);
  // An alias (`- *base`): the changed backend has to stand on its own.
  const copy = document.createNode(followAlias(document, item));
  if (!isMap(copy)) throw unknownBackend(name);
  patchMap(document, copy, patch);
  backends.set(index, copy);
}

/** `value` takes every form of api_key: the key, env:NAME, keychain:ACCOUNT; null takes it out. Throws unknown_backend. */
export function setBackendKey(document: Document, name: string, value: string | null): void {
  updateBackend(document, name, { api_key: value });
}

export function setGateway(document: Document, patch: Patch<RawGateway>): void {
  patchMap(document, ensureMap(document, ensureRoot(document), 'gateway'), patch);
}

export function setNetwork(document: Document, patch: Patch<RawNetwork>): void {
  patchMap(document, ensureMap(document, ensureRoot(document), 'network'), patch);
}

export function setChat(document: Document, patch: Patch<RawChat>): void {
  patchMap(document, ensureMap(document, ensureRoot(document), 'chat'), patch);
}

export function setDesktop(document: Document, patch: Patch<RawDesktop>): void {
  patchMap(document, ensureMap(document, ensureRoot(document), 'desktop'), patch);
}

export function setUpdates(document: Document, mode: 'ask' | 'off'): void {
  ensureRoot(document).set('updates', mode);
}

export function ensureBackends(document: Document): YAMLSeq {
  const llm = ensureMap(document, ensureRoot(document), 'llm');
  const backends = followAlias(document, llm.get('backends', true));
  if (isSeq(backends)) return backends;
  const created = document.createNode([]);
  created.flow = false;
  replaceValue(llm, 'backends', created);
  return created;
}

export function ensureRoot(document: Document): YAMLMap {
  if (isMap(document.contents)) return document.contents;
  const root = new YAMLMap(document.schema);
  document.contents = root;
  return root;
}

export function ensureMap(document: Document, parent: YAMLMap, name: string): YAMLMap {
  const found = followAlias(document, parent.get(name, true));
  if (isMap(found)) return found;
  const created = new YAMLMap(document.schema);
  replaceValue(parent, name, created);
  return created;
}

/** Puts a collection where a name had nothing behind it, and keeps the comments that stood there. */
function replaceValue(parent: YAMLMap, name: string, value: YAMLMap | YAMLSeq): void {
  const empty = parent.get(name, true);
  if (isScalar(empty)) {
    value.commentBefore = empty.commentBefore ?? empty.comment ?? null;
    value.spaceBefore = empty.spaceBefore ?? false;
  }
  parent.set(name, value);
}

export function findBackend(document: Document, backends: YAMLSeq, name: string): number {
  return backends.items.findIndex(item => {
    const backend = followAlias(document, item);
    if (!isMap(backend)) return false;
    // As a plain value, because the name may come from a merged map.
    const data: unknown = backend.toJS(document);
    return typeof data === 'object' && data !== null && 'name' in data && data.name === name;
  });
}

export function requireBackend(document: Document, backends: YAMLSeq, name: string): number {
  const index = findBackend(document, backends, name);
  if (index === -1) throw unknownBackend(name);
  return index;
}

function unknownBackend(name: string): AppError {
  return new AppError('unknown_backend', `There is no backend named ${name}; see: parley doctor.`);
}

function patchMap(document: Document, map: YAMLMap, patch: object): void {
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) {
      map.delete(field);
      continue;
    }
    const old = map.get(field, true);
    if (isScalar(old) && typeof value !== 'object') setScalar(old, value);
    else map.set(field, createLike(document, old, value));
  }
}

/** Keeps the quotes and the comment that are there. */
function setScalar(scalar: Scalar, value: unknown): void {
  scalar.value = value;
  // How the old number was written, e.g. 0x10, says nothing of the new one.
  delete scalar.source;
  delete scalar.format;
}

function createLike(document: Document, old: unknown, value: unknown): unknown {
  const created = document.createNode(value);
  if (isCollection(created) && isCollection(old)) created.flow = old.flow ?? false;
  return created;
}

export function followAlias(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function dropUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
