type Families = Readonly<Record<string, string>>;

type Element =
  | { type: 'wildcard'; atLeast: 0 | 1 }
  | { type: 'family'; words: ReadonlySet<string> }
  | { type: 'word'; word: string };

type FixedElement = Exclude<Element, { type: 'wildcard' }>;

/** A pattern of the script, read once. */
export type Pattern = readonly Element[];

/** Reads the notation described at `Rule.pattern`. Throws on an unknown family: the script is at fault, not the person. */
export function readPattern(text: string, families: Families): Pattern {
  return text
    .trim()
    .split(/\s+/)
    .map((part): Element => {
      if (part === '*') return { type: 'wildcard', atLeast: 0 };
      if (part === '+') return { type: 'wildcard', atLeast: 1 };
      if (!part.startsWith('@')) return { type: 'word', word: part };
      const family = families[part.slice(1)];
      if (family === undefined) throw new Error(`The script has no family ${part}.`);
      return { type: 'family', words: new Set(family.split(' ')) };
    });
}

/**
 * Takes a clause apart. Returns the captured parts in the order of the pattern, or undefined where it does not fit.
 * Wildcards take as few words as they can, which needs no backtracking: time grows with length times pattern, never worse.
 */
export function decompose(pattern: Pattern, words: readonly string[]): string[][] | undefined {
  const parts: string[][] = [];
  let position = 0;
  let index = 0;
  while (index < pattern.length) {
    const wildcard = pattern[index]?.type === 'wildcard' ? pattern[index] : undefined;
    const run = readFixedRun(pattern, wildcard === undefined ? index : index + 1);
    const isLast = index + run.length + (wildcard === undefined ? 0 : 1) === pattern.length;
    const start = findRun(run, words, position, wildcard, isLast);
    if (start === undefined) return undefined;
    if (wildcard !== undefined) parts.push(words.slice(position, start));
    for (const [offset, element] of run.entries()) {
      if (element.type === 'family') parts.push(words.slice(start + offset, start + offset + 1));
    }
    position = start + run.length;
    index += run.length + (wildcard === undefined ? 0 : 1);
  }
  return position === words.length ? parts : undefined;
}

function readFixedRun(pattern: Pattern, from: number): FixedElement[] {
  const run: FixedElement[] = [];
  for (const element of pattern.slice(from)) {
    if (element.type === 'wildcard') break;
    run.push(element);
  }
  return run;
}

/** Where the run begins: right here without a wildcard before it, at the end when nothing follows, else at its first place. */
function findRun(
  run: readonly FixedElement[],
  words: readonly string[],
  position: number,
  wildcard: Element | undefined,
  isLast: boolean,
): number | undefined {
  const atLeast = wildcard?.type === 'wildcard' ? wildcard.atLeast : 0;
  const last = words.length - run.length;
  const first = isLast && wildcard !== undefined ? Math.max(last, position + atLeast) : position + atLeast;
  for (let start = first; start <= (wildcard === undefined ? position : last); start++) {
    if (run.every((element, offset) => fits(element, words[start + offset]))) return start;
  }
  return undefined;
}

function fits(element: FixedElement, word: string | undefined): boolean {
  if (word === undefined) return false;
  const lowered = word.toLowerCase();
  return element.type === 'word' ? element.word === lowered : element.words.has(lowered);
}
