import type { IncomingHttpHeaders } from 'node:http';

import { AppError } from '../contract/errors.ts';

export type KeyCheck = {
  require_key: boolean;
  verifyKey(key: string): { name: string } | undefined;
};

/** Name of the client whose key a request carries. Throws invalid_gateway_key. */
export function identifyClient(key: string | undefined, check: KeyCheck): string {
  const known = key === undefined ? undefined : check.verifyKey(key);
  if (known) return known.name;
  // Many tools insist on sending some key: where none is needed, any will do.
  if (!check.require_key) return 'anonymous';
  throw new AppError(
    'invalid_gateway_key',
    key === undefined
      ? 'This address needs a gateway key: send it as "Authorization: Bearer KEY", and make one with `parley keys create NAME`.'
      : 'This gateway key is unknown or was revoked; make a new one with `parley keys create NAME`.',
    { http_status: 401 },
  );
}

const bearer = /^bearer +(\S+) *$/i;

/** The key a request carries: as Bearer, x-api-key, x-goog-api-key or (Google's way) `?key=`. */
export function presentedKey(headers: IncomingHttpHeaders, url: string): string | undefined {
  return keyInHeaders(headers) ?? keyInQuery(url);
}

function keyInHeaders(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  const key = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  if (key !== undefined) return key;
  const header = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

function keyInQuery(url: string): string | undefined {
  const query = url.indexOf('?');
  return query === -1 ? undefined : new URLSearchParams(url.slice(query)).get('key') || undefined;
}
