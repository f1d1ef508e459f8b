/**
 * A Map for what comes and goes many times a second, such as calls under way. V8 links each table that a Map has outgrown
 * to the next one; once one of them is old, all that the later ones ever held stays in memory until the next full
 * collection, and is copied by each small one before. Here such tables
 * hold cells that are emptied when their value goes.
 */
export class PassingMap<K extends string | number, V extends object> {
  readonly #cells = new Map<K, { value: V | undefined }>();

  get size(): number {
    return this.#cells.size;
  }

  get(key: K): V | undefined {
    return this.#cells.get(key)?.value;
  }

  has(key: K): boolean {
    return this.#cells.has(key);
  }

  set(key: K, value: V): void {
    const cell = this.#cells.get(key);
    if (cell) cell.value = value;
    else this.#cells.set(key, { value });
  }

  /** Of a key that is not there yet: it is not looked for. */
  add(key: K, value: V): void {
    this.#cells.set(key, { value });
  }

  /** What there was. */
  delete(key: K): V | undefined {
    const cell = this.#cells.get(key);
    if (!cell) return undefined;
    this.#cells.delete(key);
    const { value } = cell;
    cell.value = undefined;
    return value;
  }

  /** Oldest first. */
  *entries(): Generator<[K, V]> {
    for (const [key, { value }] of this.#cells) if (value) yield [key, value];
  }

  *values(): Generator<V> {
    for (const { value } of this.#cells.values()) if (value) yield value;
  }
}
