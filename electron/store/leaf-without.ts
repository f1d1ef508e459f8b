import type { MessageLink } from './message-table.ts';

/**
 * Which branch to show once messages are gone: the one shown, where it stays; else the newest branch of the nearest
 * version beside the removed one, else what the removed one answered. `links` are in the order of arrival.
 */
export function leafWithout(
  links: readonly MessageLink[],
  gone: ReadonlySet<string>,
  leafId: string | null,
): string | null {
  const byId = new Map(links.map(link => [link.id, link]));
  let at = leafId === null ? undefined : byId.get(leafId);
  if (!at || !gone.has(at.id)) return leafId;
  // Up to the top of what is removed of the shown branch.
  for (let above = parentOf(byId, at); above && gone.has(above.id); above = parentOf(byId, at)) at = above;
  const { id, parent_id: parentId } = at;
  const versions = links.filter(link => link.parent_id === parentId);
  const place = versions.findIndex(link => link.id === id);
  const before = versions.slice(0, place).findLast(link => !gone.has(link.id));
  const beside = before ?? versions.slice(place + 1).find(link => !gone.has(link.id));
  return beside ? newestBelow(links, gone, beside.id) : parentId;
}

function parentOf(
  byId: ReadonlyMap<string, MessageLink>,
  { parent_id: id }: MessageLink,
): MessageLink | undefined {
  return id === null ? undefined : byId.get(id);
}

function newestBelow(links: readonly MessageLink[], gone: ReadonlySet<string>, id: string): string {
  const newestReply = new Map<string, string>();
  for (const link of links) {
    if (link.parent_id !== null && !gone.has(link.id)) newestReply.set(link.parent_id, link.id);
  }
  let leaf = id;
  for (let steps = 0; steps < links.length; steps += 1) {
    const next = newestReply.get(leaf);
    if (next === undefined) return leaf;
    leaf = next;
  }
  return leaf;
}
