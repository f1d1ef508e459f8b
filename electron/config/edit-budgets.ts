import { isMap, isSeq } from 'yaml';
import type { Document, YAMLSeq } from 'yaml';

import { budgetId, budgetSchema } from '../contract/budgets.ts';
import type { Budget } from '../contract/budgets.ts';
import { AppError } from '../contract/errors.ts';
import { ensureRoot, followAlias } from './edit-config.ts';

/** Writes a budget to the place of the one it replaces, with its comments, or behind the others. Throws invalid_request, not_found. */
export function setBudget(document: Document, budget: Budget, before: string | null): void {
  const budgets = ensureBudgets(document);
  const id = budgetId(budget);
  if (id !== before && findBudget(document, budgets, id) !== -1) {
    throw new AppError('invalid_request', 'There is such a budget already. Change that one.');
  }
  const place = before === null ? -1 : findBudget(document, budgets, before);
  if (before !== null && place === -1) throw gone();
  const node = document.createNode(asWritten(budget));
  const old = followAlias(document, budgets.items[place]);
  if (isMap(node)) {
    node.flow = isMap(old) ? old.flow === true : true;
    if (isMap(old)) Object.assign(node, { comment: old.comment, commentBefore: old.commentBefore });
  }
  if (place === -1) {
    // `[]` stands for an empty list only.
    if (budgets.items.length === 0) budgets.flow = false;
    budgets.add(node);
  } else budgets.set(place, node);
}

/** Throws not_found. */
export function removeBudget(document: Document, id: string): void {
  const budgets = ensureBudgets(document);
  const place = findBudget(document, budgets, id);
  if (place === -1) throw gone();
  budgets.delete(place);
  // The list stays, with the comments above it.
  if (budgets.items.length === 0) budgets.flow = true;
}

function ensureBudgets(document: Document): YAMLSeq {
  const root = ensureRoot(document);
  const found = followAlias(document, root.get('budgets', true));
  if (isSeq(found)) return found;
  const created = document.createNode([]);
  root.set('budgets', created);
  return created;
}

function findBudget(document: Document, budgets: YAMLSeq, id: string): number {
  return budgets.items.findIndex(item => {
    const node = followAlias(document, item);
    const read = budgetSchema.safeParse(isMap(node) ? node.toJS(document) : undefined);
    return read.success && budgetId(read.data) === id;
  });
}

/** Without what stands there by itself. */
function asWritten({ stop, ...budget }: Budget): object {
  return Object.fromEntries(
    Object.entries(stop ? { ...budget, stop } : budget).filter(([, value]) => value !== undefined),
  );
}

function gone(): AppError {
  return new AppError('not_found', 'This budget is not in parley.yaml any more. Look at the list again.');
}
