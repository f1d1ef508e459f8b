import { isMap } from 'yaml';
import type { Document } from 'yaml';

import type { ModelPrice } from '../contract/prices.ts';
import { ensureMap, ensureRoot, followAlias } from './edit-config.ts';

/** Writes what a model costs, in one line; null takes the correction back. */
export function setPrice(document: Document, model: string, price: ModelPrice | null): void {
  const prices = ensureMap(document, ensureMap(document, ensureRoot(document), 'llm'), 'prices');
  if (price === null) {
    prices.delete(model);
    return;
  }
  const fields = Object.fromEntries(Object.entries(price).filter(([, value]) => value !== undefined));
  const node = document.createNode(fields);
  const old = followAlias(document, prices.get(model, true));
  if (isMap(node)) {
    node.flow = isMap(old) ? old.flow === true : true;
    if (isMap(old)) Object.assign(node, { comment: old.comment });
  }
  // `{}` stands for no price only.
  if (prices.items.length === 0) prices.flow = false;
  prices.set(model, node);
}
