import type { Delta } from '../contract/deltas.ts';

/**
 * Gives a tool call an id of its own where it comes with that of another one of the same answer: tools would give both the
 * same result, and Anthropic's API refuses the conversation from then on.
 */
export function createOwnCallIds(): (delta: Delta) => void {
  const holders = new Map<string, number>();
  return delta => {
    if (delta.type !== 'block_start' || delta.block !== 'tool_use' || delta.id === undefined) return;
    const { id: given, index } = delta;
    for (let count = 2; (holders.get(delta.id) ?? index) !== index; count += 1)
      delta.id = `${given}_${String(count)}`;
    holders.set(delta.id, index);
  };
}
