import type { IncomingHttpHeaders } from 'node:http';

import { AppError } from '../contract/errors.ts';
import { isAllowedOrigin } from './cors.ts';

export type FrontDoor = {
  /** The host the gateway was told to listen on. */
  host: string;
  /** Other names it is asked by. */
  allowed_hosts?: readonly string[];
  /** Web pages that may call it. */
  cors_origins?: readonly string[];
  /** Whether the address belongs to our own page, which a browser may ask from its own origin. */
  page: boolean;
};

/**
 * Keeps web pages out: a foreign name in Host means DNS rebinding, an Origin means a page's script.
 * Returns why the request is refused, or undefined.
 */
export function checkFrontDoor(headers: IncomingHttpHeaders, door: FrontDoor): AppError | undefined {
  if (!isOwnHost(headers.host, door)) return forbiddenHost(headers.host);
  const { origin } = headers;
  if (!door.page && isAllowedOrigin(origin, door.cors_origins ?? [])) return undefined;
  if (origin !== undefined && !(door.page && isOwnOrigin(origin, headers.host))) {
    return forbiddenOrigin(origin);
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  // A link to the page may stand anywhere (a terminal in a browser tab): following it shows nothing to the other site.
  if (door.page && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') {
    return undefined;
  }
  return forbiddenOrigin(`another site (Sec-Fetch-Site: ${site.slice(0, 40)})`);
}

const hostPattern = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d*)?$/i;

function isOwnHost(header: string | undefined, { host, allowed_hosts: allowed = [] }: FrontDoor): boolean {
  if (header === undefined) return false;
  const name = hostPattern.exec(header)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  if (name === '127.0.0.1' || name === 'localhost' || name === '[::1]') return true;
  // "Every address" is no name: who opens the gateway to a network has to name the hosts.
  const isName = host !== '0.0.0.0' && host !== '::';
  return [...allowed, ...(isName ? [host] : [])].some(each => name === asInHeader(each));
}

function asInHeader(host: string): string {
  return (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host).toLowerCase();
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin === `http://${host.toLowerCase()}`;
}

function forbiddenHost(host: string | undefined): AppError {
  const named = host === undefined ? 'a request without a Host header' : `the host "${host.slice(0, 100)}"`;
  return new AppError(
    'forbidden_host',
    `Parley does not answer to ${named}; use the address it prints at its start, e.g. http://127.0.0.1:4141, or add the host to gateway.allowed_hosts in parley.yaml.`,
    { http_status: 403 },
  );
}

function forbiddenOrigin(origin: string): AppError {
  return new AppError(
    'forbidden_origin',
    `Parley does not answer web pages, and this request comes from ${origin.slice(0, 100)}; call it from a program instead, or add the page to gateway.cors_origins in parley.yaml.`,
    { http_status: 403 },
  );
}
