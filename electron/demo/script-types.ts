/** What ELIZA says: a text in which `$1` stands for the first captured part, or where to look for one instead. */
type Reassembly = string | { type: 'goto'; keyword: string } | { type: 'next_keyword' };

/** One way to take a sentence apart, and the answers that take turns when it fits. */
export type Rule = {
  /**
   * Words, with `*` for any words, `+` for at least one and `@name` for one word of a family. Each of the three is a
   * part that answers can use, counted from 1. Two wildcards never stand next to each other.
   */
  pattern: string;
  answers: readonly Reassembly[];
  /** Answers to come back to later, when there is nothing else to say. */
  memories?: readonly string[];
};

export type Keyword = {
  /** Unique; other keywords point here with `goto`. */
  name: string;
  /** Words that bring this keyword up, with blanks between them; `@name` stands for a whole family. */
  words: string;
  /** The highest rank is tried first. */
  rank: number;
  rules: readonly Rule[];
};

/** Everything ELIZA can say; the algorithm knows no English beyond what is in here. */
export type Script = {
  /** Applied before anything is looked up: contractions and common misspellings. */
  substitutions: Readonly<Record<string, string>>;
  /** Words that patterns treat alike, with blanks between them. */
  families: Readonly<Record<string, string>>;
  /** Change of perspective in captured parts: one or two words and what they become. */
  reflections: Readonly<Record<string, string>>;
  keywords: readonly Keyword[];
  /** Said before the person has said anything. */
  greeting: string;
  /** Answers where no keyword and no memory fits. */
  none: readonly string[];
  /** Answers to a message without any text. */
  silence: readonly string[];
  /** Answers to a message without any letter or digit. */
  wordless: readonly string[];
  /** Answers to a message in a script other than Latin. */
  foreign: readonly string[];
};
