import type { Model } from '../../contract/models.ts';
import type { Candidate, ModelList } from '../engine.ts';

/** How an alias stands in a list of models: as the first model it leads to, under its own name. */
export function asAlias(alias: string, model: Model): Model {
  return { ...model, id: alias, name: alias };
}

/** The list with the aliases behind it; one whose first model nobody lists is left out, since nothing is known of it. */
export function addAliases(
  list: ModelList,
  aliases: readonly { alias: string; first: Candidate }[],
): ModelList {
  if (aliases.length === 0) return list;
  const known = new Map(list.models.map(model => [model.id, model]));
  const added = aliases.flatMap(({ alias, first }) => {
    const model = known.get(`${first.backend}/${first.model}`);
    return model ? [asAlias(alias, model)] : [];
  });
  // An alias that has a model's name stands for it.
  const names = new Set(added.map(({ id }) => id));
  return { ...list, models: [...list.models.filter(({ id }) => !names.has(id)), ...added] };
}
