import { readFile } from 'node:fs/promises';

import { protocol } from 'electron';

import { findPageFile, pageOrigin } from './page-file.ts';

/** Nothing from outside: scripts, styles, fonts and requests come from the page's own origin only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // Components set positions and sizes through style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Has to run before Electron is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: new URL(pageOrigin).protocol.slice(0, -1),
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Answers every request of our scheme with a file of `pageDir`, or 404. */
export function servePage(pageDir: string): void {
  protocol.handle(new URL(pageOrigin).protocol.slice(0, -1), async request => {
    const found = findPageFile(pageDir, request.url);
    if (found === undefined || request.method !== 'GET') return notFound();
    try {
      const bytes = await readFile(found.file);
      return new Response(bytes, { headers: { ...headers, 'content-type': found.type } });
    } catch {
      return notFound();
    }
  });
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: { ...headers, 'content-type': 'text/plain' } });
}
