import type { IncomingHttpHeaders } from 'node:http';

/** Request line and fields of a plain request. */
export type PlainHead = {
  url: string;
  /** Names in lower case, as Node's IncomingMessage has them. */
  headers: Readonly<IncomingHttpHeaders>;
  /** Names and values in turn, as they were written. */
  raw_headers: readonly string[];
  /** Bytes of the body. */
  length: number;
  /** The same object for heads that differ in nothing but the length. */
  kind: object;
};

const requestLine = /^POST (\/[\w\-.~:/?@!$&'()*+,;=%]*) HTTP\/1\.1$/;
const fieldName = /^[!#$%&'*+\-.^`|~\w]+$/;
// One space or none before it; none of its own at either end.
const fieldValue = /^ ?(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;
const bodyLength = /^(?:0|[1-9]\d{0,8})$/;
const mostFields = 100;

/** What decides framing or the fate of the connection, and what Node reads in a way of its own. */
const special = new Set([
  '__proto__',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads the head of a request in the form nearly every tool sends: a POST of HTTP/1.1 with a counted body, each field once, in
 * printable ASCII. Undefined for everything else, be it right or wrong: that is Node's to read. `text` is Latin-1 and ends
 * before the empty line.
 */
export function readPlainHead(text: string): PlainHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const url = requestLine.exec(first)?.[1];
  if (url === undefined || lines.length > mostFields) return undefined;
  const headers: Record<string, string> = {};
  const raw: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const written = line.slice(0, Math.max(0, colon));
    const name = lowerCase(written);
    const rest = line.slice(colon + 1);
    if (name === undefined || Object.hasOwn(headers, name) || !fieldValue.test(rest)) return undefined;
    const value = rest.startsWith(' ') ? rest.slice(1) : rest;
    headers[name] = value;
    raw.push(written, value);
  }
  const { host, connection = 'keep-alive', 'content-length': length = '' } = headers;
  if (host === undefined || connection.toLowerCase() !== 'keep-alive' || !bodyLength.test(length))
    return undefined;
  return {
    url,
    headers: Object.freeze(headers),
    raw_headers: Object.freeze(raw),
    length: Number(length),
    kind: {},
  };
}

/** Tools send the same few dozen names. */
const knownNames = new Map<string, string | undefined>();
const mostNames = 500;

/** Undefined for what is no name, and for the special ones. */
function lowerCase(written: string): string | undefined {
  if (knownNames.has(written)) return knownNames.get(written);
  const lower = fieldName.test(written) ? written.toLowerCase() : undefined;
  const name = lower === undefined || special.has(lower) ? undefined : lower;
  if (knownNames.size < mostNames) knownNames.set(written, name);
  return name;
}
