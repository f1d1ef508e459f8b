import type { BackendStatus } from '../../../electron/contract/backends.ts';
import type { Model } from '../../../electron/contract/models.ts';
import type { CoreError } from '../../ui/error-words.ts';
import { recentFirst } from './marked-models.ts';
import type { MarkedModels } from './marked-models.ts';
import { groupModels } from './model-groups.ts';
import { rankModels } from './rank-models.ts';

/** Why a model cannot be asked right now: a word for its row, and the error; null where it will be tried again by itself. */
export type Unusable = { why: 'no_key' | 'key_problem' | 'paused'; reason: CoreError | null };

export type ModelRow =
  | { type: 'label'; key: string; label: string }
  | { type: 'model'; key: string; model: Model; isAlias: boolean; unusable: Unusable | null };

type RowInput = {
  models: readonly Model[];
  backends: readonly BackendStatus[];
  marked: Pick<MarkedModels, 'favourites' | 'recent'>;
  query: string;
  labels: Record<'aliases' | 'favourites' | 'recent' | 'matches', string>;
};

/**
 * What the list shows, top to bottom: aliases, favourites, those used last, then every backend with its models. While one
 * searches it is one list, best match first.
 */
export function modelRows({ models, backends, marked, query, labels }: RowInput): ModelRow[] {
  const states = new Map(backends.map(backend => [backend.name, unusableOf(backend)]));
  const section = (label: string, members: readonly Model[]): ModelRow[] => {
    if (members.length === 0) return [];
    const rows = members.map((model): ModelRow => {
      const unusable = states.get(model.backend) ?? null;
      return { type: 'model', key: `${label}/${model.id}`, model, isAlias: isAlias(model), unusable };
    });
    return [{ type: 'label', key: `label/${label}`, label }, ...rows];
  };
  if (query.trim() !== '') return section(labels.matches, rankModels(recentFirst(models, marked), query));

  const byId = new Map(models.map(model => [model.id, model]));
  const known = (ids: readonly string[]) => ids.flatMap(id => byId.get(id) ?? []);
  const others = models.filter(model => !isAlias(model));
  return [
    ...section(labels.aliases, models.filter(isAlias)),
    ...section(labels.favourites, known(marked.favourites)),
    ...section(labels.recent, known(marked.recent.filter(id => !marked.favourites.includes(id)))),
    ...groupModels(others).flatMap(({ backend, items }) => section(backend, items)),
  ];
}

/** Models of a backend begin with its name; an alias has a name of its own. */
export function isAlias(model: Pick<Model, 'id' | 'backend'>): boolean {
  return !model.id.startsWith(`${model.backend}/`);
}

/** The next row that can be chosen, from `from` in steps of `by`; the same where there is none. */
export function nextModelRow(rows: readonly ModelRow[], from: number, by: number): number {
  for (let at = from + by; at >= 0 && at < rows.length; at += by) if (rows[at]?.type === 'model') return at;
  return rows[from]?.type === 'model' ? from : rows.findIndex(({ type }) => type === 'model');
}

function unusableOf(backend: BackendStatus): Unusable | null {
  const { key_error: problem, circuit } = backend;
  if (problem) return { why: problem.code === 'no_api_key' ? 'no_key' : 'key_problem', reason: problem };
  if (backend.script_error) return { why: 'paused', reason: backend.script_error };
  // One that failed too often is tried again by itself; it stays choosable, and says so.
  return circuit?.state === 'open' ? { why: 'paused', reason: null } : null;
}
