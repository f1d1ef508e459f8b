import type { Json } from '../contract/json.ts';

/**
 * A type of a vendor's own client as plain JSON: what its interfaces describe can then be handed on as a JsonObject,
 * and a field that is missing, misspelt or of another type is found by the compiler.
 */
export type Wire<T> = unknown extends T
  ? Json
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Name in keyof T]: Wire<T[Name]> }
      : T;
