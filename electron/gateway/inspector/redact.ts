import type { ShownHeaders } from '../../contract/inspector.ts';

export const redacted = '[redacted]';

/** Takes keys out of whatever is shown: wherever they stand, and whatever stands where keys do. */
export type Redactor = {
  text(text: string, isWhole?: boolean): string;
  url(url: string): string;
  headers(headers: Iterable<readonly [string, string]>): ShownHeaders;
};

/** Shorter ones are such as a local server takes, and would tear ordinary words apart. */
const shortestSecret = 6;
/** How much of a secret that is cut off by the end of a text gives it away. */
const shortestPart = 4;

const secretHeader =
  /(?:^|-)(?:authorization|auth|api-?key|key|token|secret|password|credentials?|cookie2?|signature)$/;
const secretParameter = /([?&](?:[\w.-]*(?:key|token|secret|signature|password|auth)|sig|code)=)[^&#]*/gi;
/** A field of a JSON text that can hold nothing else, e.g. for a gateway that takes keys in its body. */
const secretField =
  /("[\w-]*(?:api[_-]?key|access[_-]?token|client[_-]?secret|secret[_-]?key)"\s*:\s*")(?:[^"\\]|\\.)+/gi;
const userInfo = /(\/\/)[^/?#@\s]+@/g;
/** Gateway keys of other clients, too. */
const gatewayKey = /parley-[\w-]{43}/g;

export function createRedactor(secrets: Iterable<string | null | undefined>): Redactor {
  const variants = [...new Set([...secrets].flatMap(secret => (secret ? variantsOf(secret) : [])))].sort(
    (one, other) => other.length - one.length,
  );
  const pattern = variants.length === 0 ? undefined : new RegExp(variants.map(escape).join('|'), 'g');

  const text: Redactor['text'] = (given, isWhole = true) => {
    const known = pattern ? given.replace(pattern, redacted) : given;
    const clean = known.replace(gatewayKey, redacted).replace(secretField, `$1${redacted}`);
    return isWhole ? clean : withoutPart(clean, variants);
  };
  const url = (given: string): string =>
    text(given.replace(userInfo, `$1${redacted}@`).replace(secretParameter, `$1${redacted}`));
  return {
    text,
    url,
    headers: headers =>
      [...headers].map(([name, value]) => [name, isSecretHeader(name) ? maskValue(value) : text(value)]),
  };
}

export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name.toLowerCase());
}

/** `Bearer [redacted]`: how a key was sent is often what is wrong. */
function maskValue(value: string): string {
  const scheme = /^(?:bearer|basic|token|digest|key) +(?=\S)/i.exec(value)?.[0] ?? '';
  return value === '' ? '' : scheme + redacted;
}

/** The secret as it stands in text, JSON, addresses, and where it is sent encoded. */
function variantsOf(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ];
}

/** Without the beginning of a secret that the end of a text has cut in two. */
function withoutPart(text: string, variants: readonly string[]): string {
  for (const variant of variants) {
    for (let length = Math.min(variant.length - 1, text.length); length >= shortestPart; length -= 1) {
      if (text.endsWith(variant.slice(0, length))) return text.slice(0, -length) + redacted;
    }
  }
  return text;
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
