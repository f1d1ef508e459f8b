import { create } from 'zustand';

import { readStored, writeStored } from '../../ui/stored.ts';

const favouritesKey = 'parley.favourite-models';
const recentKey = 'parley.recent-models';
const maxRecent = 5;

export type MarkedModels = {
  /** Ids, in the order they were marked. */
  favourites: string[];
  /** Ids of the models chosen last, newest first. */
  recent: string[];
  toggleFavourite: (id: string) => void;
  /** Notes that a model was chosen. */
  use: (id: string) => void;
};

/** Models a person keeps coming back to. */
export const useMarkedModels = create<MarkedModels>(set => ({
  favourites: readList(favouritesKey),
  recent: readList(recentKey),
  toggleFavourite: id =>
    set(({ favourites }) => {
      const next = favourites.includes(id) ? favourites.filter(each => each !== id) : [...favourites, id];
      writeStored(favouritesKey, JSON.stringify(next));
      return { favourites: next };
    }),
  use: id =>
    set(({ recent }) => {
      const next = [id, ...recent.filter(each => each !== id)].slice(0, maxRecent);
      writeStored(recentKey, JSON.stringify(next));
      return { recent: next };
    }),
}));

/** Favourites, then those used last, then all others. */
export function recentFirst<T extends { id: string }>(
  models: readonly T[],
  { favourites, recent }: Pick<MarkedModels, 'favourites' | 'recent'>,
): T[] {
  const order = new Map([...favourites, ...recent].toReversed().map((id, index) => [id, index]));
  return models.toSorted((a, b) => (order.get(b.id) ?? -1) - (order.get(a.id) ?? -1));
}

function readList(key: string): string[] {
  try {
    const value: unknown = JSON.parse(readStored(key) ?? '[]');
    return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
