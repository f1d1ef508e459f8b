/** A type of Google's library as it is on the wire: its enums are the words they stand for. */
export type Words<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? Words<Item>[]
    : T extends object
      ? { [Key in keyof T]: Words<T[Key]> }
      : T;
