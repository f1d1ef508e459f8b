/** Begins the ids of chats, and of calls in the ledger, of which nothing but the bill is kept. */
const prefix = 'temporary-';

export function temporaryId(uuid: string): string {
  return `${prefix}${uuid}`;
}

/** Whether this id is a temporary chat's (or, in the ledger and the inspector, a call's from one). */
export function isTemporary(id: string): boolean {
  return id.startsWith(prefix);
}
