import { isMap, isScalar, isSeq } from 'yaml';
import type { Document, YAMLMap, YAMLSeq } from 'yaml';

import { AppError } from '../contract/errors.ts';
import { ensureMap, ensureRoot, followAlias } from './edit-config.ts';

/** Writes an alias to its place, under a new name too; one that is new comes last. Throws invalid_request for a taken name. */
export function setAlias(
  document: Document,
  alias: { name: string; targets: readonly string[]; before: string | null },
): void {
  const { name, targets, before } = alias;
  const aliases = ensureMap(document, ensureMap(document, ensureRoot(document), 'llm'), 'aliases');
  if (name !== before && aliases.has(name)) {
    throw new AppError('invalid_request', `There is an alias named ${name} already; choose another name.`);
  }
  const old = before === null ? undefined : aliases.items.find(({ key }) => nameOf(key) === before);
  if (!old) {
    const list = document.createNode([...targets]);
    const last = followAlias(document, aliases.items.at(-1)?.value);
    list.flow = isSeq(last) ? last.flow === true : true;
    // `{}` stands for no alias only.
    if (aliases.items.length === 0) aliases.flow = false;
    aliases.set(name, list);
    return;
  }
  if (isScalar(old.key)) old.key.value = name;
  setItems(document, aliases, name, targets);
}

/** Throws not_found. */
export function removeAlias(document: Document, name: string): void {
  const llm = ensureMap(document, ensureRoot(document), 'llm');
  const aliases = ensureMap(document, llm, 'aliases');
  if (!aliases.delete(name)) {
    throw new AppError('not_found', `There is no alias named ${name} in parley.yaml any more.`);
  }
  if (aliases.items.length === 0) llm.delete('aliases');
}

export function setHidden(document: Document, id: string, hidden: boolean): void {
  const llm = ensureMap(document, ensureRoot(document), 'llm');
  const known = followAlias(document, llm.get('hidden_models', true));
  const ids = isSeq(known) ? known.items.map(nameOf) : [];
  const next = hidden ? [...new Set([...ids, id])] : ids.filter(each => each !== id);
  if (next.length === 0) llm.delete('hidden_models');
  else if (isSeq(known)) replaceItems(document, known, next);
  else llm.set('hidden_models', document.createNode(next));
}

function setItems(document: Document, parent: YAMLMap, name: string, items: readonly string[]): void {
  const list = parent.get(name, true);
  if (isSeq(list)) replaceItems(document, list, items);
  else parent.set(name, document.createNode([...items]));
}

/** Entries that stay keep their comments and quotes. */
function replaceItems(document: Document, list: YAMLSeq, items: readonly string[]): void {
  const old = new Map(list.items.map(item => [nameOf(item), item]));
  list.items = items.map(item => old.get(item) ?? document.createNode(item));
}

function nameOf(node: unknown): string {
  if (isScalar(node)) return String(node.value);
  return isMap(node) || isSeq(node) ? '' : String(node);
}
