export type ToolIds = {
  /** The id as Anthropic takes it; the same for a call and its result. */
  encode(id: string): string;
};

/** Ids of one conversation: other vendors use dots, colons and empty ids, all of which Anthropic refuses. */
export function createToolIds(): ToolIds {
  const encoded = new Map<string, string>();
  const taken = new Set<string>();
  return {
    encode(id) {
      const known = encoded.get(id);
      if (known !== undefined) return known;
      const clean = id.replaceAll(/[^A-Za-z0-9_-]/g, '_') || 'toolu';
      let free = clean;
      for (let count = 2; taken.has(free); count += 1) free = `${clean}_${count}`;
      encoded.set(id, free);
      taken.add(free);
      return free;
    },
  };
}
