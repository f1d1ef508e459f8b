import type { ModelFacts } from '../contract/models.ts';

/** One entry a model, in the order they first come; where several tell about the same one, each field's last word counts. */
export function mergeModels(...lists: readonly (readonly ModelFacts[])[]): ModelFacts[] {
  const merged = new Map<string, ModelFacts>();
  for (const facts of lists.flat()) merged.set(facts.id, { ...merged.get(facts.id), ...facts });
  return [...merged.values()];
}
