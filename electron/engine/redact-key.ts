/** Takes a key out of a text from outside; some upstreams quote the key they refuse. */
export function redactKey(text: string, key: string | null): string {
  // Very short "keys" such as `x` for a local server would tear ordinary words apart.
  if (key === null || key.length < 6 || !text.includes(key)) return text;
  return text.replaceAll(key, '[key]');
}
