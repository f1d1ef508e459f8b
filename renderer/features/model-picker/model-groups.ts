import type { ApiOutput } from '../../../electron/contract/api.ts';
import type { Model } from '../../../electron/contract/models.ts';

export type ModelList = ApiOutput<'models.list'>;
export type ModelGroup = { backend: string; items: Model[] };

/** Models by backend, in the core's order. */
export function groupModels(models: readonly Model[]): ModelGroup[] {
  const groups = new Map<string, ModelGroup>();
  for (const model of models) {
    const group = groups.get(model.backend);
    if (group) group.items.push(model);
    else groups.set(model.backend, { backend: model.backend, items: [model] });
  }
  return [...groups.values()];
}

/** The model a composer offers: the wished ones in order, as far as they exist, else the first that is no demo. */
export function chooseModel(
  models: readonly Model[],
  wished: readonly (string | null | undefined)[],
): Model | undefined {
  for (const id of wished) {
    const found = models.find(model => model.id === id);
    if (found) return found;
  }
  return models.find(model => !model.demo) ?? models[0];
}

/** The model's own id, as its backend knows it. */
export function modelLabel(id: string): { backend: string; model: string } {
  const slash = id.indexOf('/');
  return slash > 0 ? { backend: id.slice(0, slash), model: id.slice(slash + 1) } : { backend: '', model: id };
}
