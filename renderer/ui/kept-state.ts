import { createContext, useContext, useState } from 'react';

/** Names what is around, e.g. the id of a message; without it state is not kept. */
export const KeptScope = createContext('');

/** What was opened or chosen, by scope and place. */
const kept = new Map<string, unknown>();
const keptLimit = 500;

/** State of a component in a long list: it is still so when the reader scrolls away and back to it. */
export function useKeptState<T>(place: string, initial: T): [T, (value: T) => void] {
  const scope = useContext(KeptScope);
  const key = `${scope}/${place}`;
  // Only this hook writes to the map, and a place always has values of one type.
  const [value, setValue] = useState(() => (scope !== '' && kept.has(key) ? (kept.get(key) as T) : initial));
  const set = (next: T) => {
    setValue(next);
    if (scope !== '') keep(key, next);
  };
  return [value, set];
}

function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > keptLimit && oldest !== undefined) kept.delete(oldest);
}
