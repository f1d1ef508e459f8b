import type { Json, JsonObject } from '../../contract/json.ts';

/** Above this, a Map finds a key faster than a walk along the list. */
const FEW_KEYS = 12;

/**
 * An object of the given fields, with the keys in the order they have in `shape`, new keys sorted behind. Lua's own order
 * changes with every state, and prompt caches upstream need the same bytes every time.
 * @param restoreNulls whether the fields are those of `shape` after a stay in Lua, where a field that was null is absent
 */
export function arrangeKeys(
  keys: readonly string[],
  values: readonly Json[],
  shape: JsonObject | undefined,
  restoreNulls: boolean,
): JsonObject {
  const arranged: JsonObject = {};
  const find = createFinder(keys);
  let placed = 0;
  if (shape !== undefined) {
    for (const key of Object.keys(shape)) {
      const index = find(key);
      if (index >= 0) {
        setField(arranged, key, values[index] ?? null);
        placed++;
      } else if (restoreNulls && shape[key] === null) setField(arranged, key, null);
    }
  }
  if (placed === keys.length) return arranged;
  for (const key of [...keys].sort()) {
    if (placed === 0 || !Object.hasOwn(arranged, key)) setField(arranged, key, values[find(key)] ?? null);
  }
  return arranged;
}

function createFinder(keys: readonly string[]): (key: string) => number {
  if (keys.length <= FEW_KEYS) return key => keys.indexOf(key);
  const indexes = new Map(keys.map((key, index) => [key, index]));
  return key => indexes.get(key) ?? -1;
}

function setField(object: JsonObject, key: string, value: Json): void {
  // Assigning `__proto__` would change the prototype instead of adding a field.
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
