import type { ModelList } from './engine.ts';

/** The list without the models a person hid, or with them marked. */
export function hideModels(list: ModelList, ids: readonly string[], isShown: boolean): ModelList {
  if (ids.length === 0) return list;
  const hidden = new Set(ids);
  const models = isShown
    ? list.models.map(model => (hidden.has(model.id) ? { ...model, hidden: true } : model))
    : list.models.filter(({ id }) => !hidden.has(id));
  return { ...list, models };
}
