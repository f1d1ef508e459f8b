import type { ChatMessage } from '../../../electron/contract/chats.ts';

export type ThreadItem = {
  message: ChatMessage;
  /** Ids of all replies to the same parent, oldest first; the message itself is one of them. */
  siblings: string[];
};

/** The branch that ends in `leafId`, from its first message; the newest message's branch where the leaf is unknown. */
export function branchOf(messages: readonly ChatMessage[], leafId: string | null): ThreadItem[] {
  const byId = new Map(messages.map(message => [message.id, message]));
  const children = childrenByParent(messages);
  const branch: ThreadItem[] = [];
  let current = byId.get(leafId ?? '') ?? newest(messages);
  while (current) {
    branch.push({ message: current, siblings: children.get(current.parent_id) ?? [] });
    const parent: string | null = current.parent_id;
    byId.delete(current.id); // a damaged tree with a cycle must not hang the page
    current = parent === null ? undefined : byId.get(parent);
  }
  return branch.reverse();
}

/** Whether a message looks as before; `siblings` is a new list whenever anything in the chat changes. */
export function isSameItem<T extends ThreadItem>(before: T, after: T): boolean {
  const keys = Object.keys(after) as (keyof T)[]; // the keys of an object literal are its type's
  return keys.every(
    key =>
      before[key] === after[key] || (key === 'siblings' && before.siblings.join() === after.siblings.join()),
  );
}

/** Where a branch leads: from `id` down along the newest replies. */
export function newestLeafBelow(messages: readonly ChatMessage[], id: string): string {
  const children = childrenByParent(messages);
  let leaf = id;
  for (let steps = 0; steps < messages.length; steps += 1) {
    const next = children.get(leaf)?.at(-1);
    if (next === undefined) return leaf;
    leaf = next;
  }
  return leaf;
}

/** Ids of the replies to each message, oldest first. */
function childrenByParent(messages: readonly ChatMessage[]): Map<string | null, string[]> {
  const children = new Map<string | null, string[]>();
  for (const { id, parent_id: parent } of inOrder(messages)) {
    const known = children.get(parent);
    if (known) known.push(id);
    else children.set(parent, [id]);
  }
  return children;
}

function newest(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return inOrder(messages).at(-1);
}

/** Messages come in the order they were added, which is that of their age but for some imported chats. */
function inOrder(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isInOrder = messages.every(({ created_at: time }, index) => {
    const before = messages[index - 1];
    return before === undefined || before.created_at <= time;
  });
  return isInOrder ? messages : messages.toSorted(byAge);
}

function byAge(a: ChatMessage, b: ChatMessage): number {
  return a.created_at < b.created_at ? -1 : Number(a.created_at > b.created_at);
}
