/** What an upstream says of its own connection, server, cookies and web policy: not ours to repeat. */
const dropped = new Set([
  'alt-svc',
  'clear-site-data',
  'connection',
  'content-security-policy',
  'date',
  'keep-alive',
  'link',
  'location',
  'nel',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'server',
  'server-timing',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'via',
  'www-authenticate',
  'x-powered-by',
]);
const droppedPrefixes = /^(?:access-control-|cf-|cross-origin-|parley-|proxy-|sec-)/;

/** Headers of an upstream's answer as the tool gets them; our own win. */
export function answerHeaders(
  upstream: Record<string, string | string[]>,
  own: Record<string, string>,
  options: { keep_length: boolean },
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || isDropped(name)) continue;
    if (name === 'content-length' && !options.keep_length) continue;
    headers[name] = value;
  }
  return Object.assign(headers, own);
}

/** Upstreams send the same dozen names with every answer. */
const known = new Map<string, boolean>();
const mostKnown = 500;

function isDropped(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const isOurs = dropped.has(name) || droppedPrefixes.test(name);
  if (known.size < mostKnown) known.set(name, isOurs);
  return isOurs;
}

/** A name as a header may carry it: what is not printable ASCII is percent-encoded. */
export function headerValue(text: string): string {
  return unprintable.test(text) ? text.replaceAll(eachUnprintable, percentEncode) : text;
}

const unprintable = /[^\x20-\x7e]/;
const eachUnprintable = /[^\x20-\x7e]/gu;

function percentEncode(character: string): string {
  return [...Buffer.from(character)]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
