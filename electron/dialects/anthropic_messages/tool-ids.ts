export type ToolIds = {
  /** The id of a call as Anthropic takes it. */
  ofCall(id: string): string;
  /** The same for a result: that of the oldest call of this id without one. */
  ofResult(id: string): string;
};

/**
 * Ids of one conversation: other vendors use dots, colons, empty ids, and some the same ones in every turn, all of which
 * Anthropic refuses.
 */
export function createToolIds(): ToolIds {
  const open = new Map<string, string[]>();
  const latest = new Map<string, string>();
  const taken = new Set<string>();

  function ofCall(id: string): string {
    const clean = id.replaceAll(/[^A-Za-z0-9_-]/g, '_') || 'toolu';
    let free = clean;
    for (let count = 2; taken.has(free); count += 1) free = `${clean}_${count}`;
    taken.add(free);
    latest.set(id, free);
    open.set(id, [...(open.get(id) ?? []), free]);
    return free;
  }

  return {
    ofCall,
    ofResult(id) {
      return open.get(id)?.shift() ?? latest.get(id) ?? ofCall(id);
    },
  };
}
