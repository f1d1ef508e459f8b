/** Marks a request as one the inspector sends again: `CALL_ID NONCE`. Whoever else sends it gains nothing. */
export const replayHeaderName = 'parley-replay';

/** The call a request repeats; null where it repeats none. */
export function replayHeader(rawHeaders: readonly string[]): string | null {
  return readReplay(rawHeaders)?.of ?? null;
}

/** What the header says, where it is there. */
export function readReplay(rawHeaders: readonly string[]): { of: string; nonce: string } | undefined {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== replayHeaderName.length || name.toLowerCase() !== replayHeaderName) continue;
    const match = /^([\w-]{1,64}) ([\w-]{1,64})$/.exec(rawHeaders[at + 1] ?? '');
    if (match) return { of: match[1] ?? '', nonce: match[2] ?? '' };
  }
  return undefined;
}
