/** What a server sent is no HTTP/1.1, or not whole. */
export class ProtocolError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export type BodyLength = { type: 'counted'; length: number } | { type: 'chunked' } | { type: 'until_close' };

export type AnswerHead = {
  status: number;
  /** Names in lower case; a list where a name came more than once. */
  headers: Record<string, string | string[]>;
  body: BodyLength;
  /** Whether the connection may carry another request. */
  keep_alive: boolean;
  /** For how many milliseconds the server keeps it, where it says so. */
  keep_alive_ms: number | undefined;
};

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Everything but control characters; a tab may stand inside.
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Servers repeat the same few dozen names; making a lower-case one costs more than finding it. */
const knownNames = new Map<string, string>();
const mostNames = 500;

/** Reads status line and fields (RFC 9112). `text` is Latin-1 and ends with the empty line. Throws ProtocolError. */
export function readHead(text: string): AnswerHead {
  const first = text.indexOf('\n');
  const line = statusLine.exec(text.slice(0, endOfLine(text, first)));
  if (!line) throw new ProtocolError('not an HTTP answer', 'HPE_INVALID_CONSTANT');
  const headers: AnswerHead['headers'] = {};
  let last = '';
  for (let start = first + 1; ;) {
    const next = text.indexOf('\n', start);
    const end = endOfLine(text, next);
    if (end === start) break;
    last = addField(headers, { text, start, end }, last);
    start = next + 1;
  }
  const status = Number(line[2]);
  const body = bodyLength(status, headers);
  const keepAlive = keepsAlive(line[1] === '1', headers, body);
  // It says nothing of a body that has another framing, and would go on to the tool.
  if (headers['transfer-encoding'] !== undefined) delete headers['content-length'];
  return {
    status,
    headers,
    body,
    keep_alive: keepAlive,
    keep_alive_ms: keepAliveMs(headers['keep-alive']),
  };
}

/** Where a line ends whose line feed is there. */
function endOfLine(text: string, lineFeed: number): number {
  return text.charCodeAt(lineFeed - 1) === 13 ? lineFeed - 1 : lineFeed;
}

type Line = { text: string; start: number; end: number };

/** Returns the field's name. */
function addField(headers: AnswerHead['headers'], { text, start, end }: Line, last: string): string {
  const colon = text.indexOf(':', start);
  const first = text.charCodeAt(start);
  // A value that goes on in the next line, as servers of old send it.
  const goesOn = first === 0x20 || first === 0x09;
  const name = goesOn ? last : lowerCase(text.slice(start, colon < end ? Math.max(colon, start) : start));
  const value = text.slice(goesOn ? start : colon + 1, end).trim();
  if (name === '' || !fieldValue.test(value))
    throw new ProtocolError('invalid header', 'HPE_INVALID_HEADER_TOKEN');
  const known = headers[name];
  // A field may be called `constructor`, too.
  if (known === undefined || !Object.hasOwn(headers, name)) headers[name] = value;
  else if (typeof known !== 'string') {
    if (goesOn) known.push(`${known.pop() ?? ''} ${value}`);
    else known.push(value);
  } else headers[name] = goesOn ? `${known} ${value}` : [known, value];
  return name;
}

/** "" for what is no name. */
function lowerCase(raw: string): string {
  const known = knownNames.get(raw);
  if (known !== undefined) return known;
  // Not as a name of ours: `headers` is a plain object.
  const name = fieldName.test(raw) && raw !== '__proto__' ? raw.toLowerCase() : '';
  if (knownNames.size < mostNames) knownNames.set(raw, name);
  return name;
}

function bodyLength(status: number, headers: AnswerHead['headers']): BodyLength {
  if (status === 204 || status === 304 || status < 200) return { type: 'counted', length: 0 };
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    const last = String(coding).split(',').at(-1)?.trim().toLowerCase();
    return last === 'chunked' ? { type: 'chunked' } : { type: 'until_close' };
  }
  const given = headers['content-length'];
  if (given === undefined) return { type: 'until_close' };
  const length = typeof given === 'string' && isLength.test(given) ? given : oneLength(String(given));
  headers['content-length'] = length;
  return { type: 'counted', length: Number(length) };
}

const isLength = /^\d{1,15}$/;

/** A length that is said several times. */
function oneLength(given: string): string {
  const lengths = new Set(given.split(',').map(each => each.trim()));
  const [length = ''] = lengths;
  if (lengths.size === 1 && isLength.test(length)) return length;
  throw new ProtocolError('invalid content-length', 'HPE_INVALID_CONTENT_LENGTH');
}

function keepsAlive(isNew: boolean, headers: AnswerHead['headers'], body: BodyLength): boolean {
  if (body.type === 'until_close') return false;
  // Two lengths are how requests are smuggled: this connection is used no further.
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined) return false;
  const connection = String(headers['connection'] ?? '').toLowerCase();
  return isNew ? !connection.includes('close') : connection.includes('keep-alive');
}

function keepAliveMs(hint: string | string[] | undefined): number | undefined {
  if (hint === undefined) return undefined;
  const seconds = /timeout=(\d{1,9})/i.exec(String(hint))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
