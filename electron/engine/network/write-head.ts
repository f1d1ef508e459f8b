import type { UpstreamHead } from './outlet.ts';

/** A request that cannot be sent as it is; undici's code, which is known where errors are put into words. */
export class InvalidRequest extends Error {
  readonly code = 'UND_ERR_INVALID_ARG';
}

const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const outsideValue = /[^\t\x20-\x7e\x80-\xff]/;
const outsidePath = /[^\x21-\xff]/;

/** The connection is ours: what would decide its framing or its end for us is refused. */
const reserved = new Set([
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Writes heads of requests to one origin. Most are the last one again, but for the length of the body. */
export class HeadWriter {
  readonly #host: string;
  #last: UpstreamHead | undefined;
  #lastStart = '';

  /** `host` as in the address; a header of the name says more. */
  constructor(host: string) {
    this.#host = host;
  }

  /** Request line and fields as they are sent, the empty line included. Throws InvalidRequest. */
  write(head: UpstreamHead, bodyLength: number): string {
    const start = this.#startOf(head);
    return head.method === 'POST' ? `${start}content-length: ${bodyLength}\r\n\r\n` : `${start}\r\n`;
  }

  #startOf({ method, path, headers }: UpstreamHead): string {
    const last = this.#last;
    if (last?.headers === headers && last.path === path && last.method === method) return this.#lastStart;
    const start = writeStart({ method, path, headers }, this.#host);
    // Only headers that cannot change are known to be the same when they come again.
    if (Object.isFrozen(headers)) {
      this.#last = { method, path, headers };
      this.#lastStart = start;
    }
    return start;
  }
}

/** All but the length of the body and the empty line. */
function writeStart({ method, path, headers }: UpstreamHead, host: string): string {
  if (outsidePath.test(path) || !path.startsWith('/')) throw new InvalidRequest('invalid request path');
  let ownHost = host;
  let fields = '';
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const lower = lowerCase(name);
    if (lower === 'host') ownHost = value;
    else if (reserved.has(lower)) throw new InvalidRequest(`invalid ${lower} header`);
    // They are said elsewhere, as they truly are.
    if (lower === 'host' || lower === 'content-length' || lower === 'connection') continue;
    if (outsideValue.test(value)) throw new InvalidRequest(`invalid ${lower} header`);
    fields += `${name}: ${value}\r\n`;
  }
  if (outsideValue.test(ownHost)) throw new InvalidRequest('invalid host header');
  return `${method} ${path} HTTP/1.1\r\nhost: ${ownHost}\r\nconnection: keep-alive\r\n${fields}`;
}

const knownNames = new Map<string, string>();
const mostNames = 500;

function lowerCase(name: string): string {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (!fieldName.test(name)) throw new InvalidRequest('invalid header name');
  const lower = name.toLowerCase();
  if (knownNames.size < mostNames) knownNames.set(name, lower);
  return lower;
}
