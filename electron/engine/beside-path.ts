/**
 * Path of another address of the same service: beside that of the chat, wherever a provider has that. `chatPath` is the
 * dialect's own, `chatAddress` the provider's where it differs, e.g. `/v4/chat/completions` for `/v1/chat/completions`
 * makes `/v4/embeddings` of `/v1/embeddings`.
 */
export function besidePath(chatAddress: string | null, chatPath: string, path: string): string {
  if (chatAddress === null) return path;
  const shared = sharedFolders(chatPath, path);
  const chatTail = chatPath.slice(shared);
  return chatAddress.endsWith(chatTail)
    ? chatAddress.slice(0, chatAddress.length - chatTail.length) + path.slice(shared)
    : path;
}

/** Length of the folders both paths begin with, without the slash after them. */
function sharedFolders(first: string, second: string): number {
  let length = 0;
  for (;;) {
    const next = first.indexOf('/', length + 1);
    const end = next === -1 ? first.length : next;
    const isShared = second.startsWith(first.slice(0, end)) && [undefined, '/'].includes(second[end]);
    if (!isShared) return length;
    if (next === -1) return end;
    length = end;
  }
}
