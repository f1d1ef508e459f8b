import type { LeftOut } from '../contract/transfer.ts';

/** Counts what was not taken over, by kind, and keeps a few examples of each. */
export type LeftOutReport = {
  note(kind: string, example?: string): void;
  list(): LeftOut[];
};

const mostExamples = 3;
const mostKinds = 200;
const longestExample = 120;

export function createLeftOutReport(): LeftOutReport {
  const kinds = new Map<string, LeftOut>();
  return {
    note(name, example) {
      // A file of nothing but surprises must not become a list as long as itself.
      const kind = kinds.size < mostKinds || kinds.has(name) ? name.slice(0, longestExample) : 'others';
      const known = kinds.get(kind) ?? { kind, count: 0, examples: [] };
      known.count += 1;
      const text = example?.trim().replaceAll(/\s+/g, ' ').slice(0, longestExample) ?? '';
      if (text !== '' && known.examples.length < mostExamples && !known.examples.includes(text)) {
        known.examples.push(text);
      }
      kinds.set(kind, known);
    },
    list: () => [...kinds.values()].toSorted((one, other) => other.count - one.count),
  };
}
