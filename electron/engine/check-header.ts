// What belongs to the connection is the transport's; Host would send a request, key and all, to another site of the same server.
const ownHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Why a header of a script cannot be sent; undefined where it can. The value is not repeated: it may be a key. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'is not a name a header can have';
  if (ownHeaders.has(name.toLowerCase())) return 'is set by Parley and cannot be set by a script';
  // A line break would end the header and begin another one.
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return 'has a value that no header can carry';
  return undefined;
}
