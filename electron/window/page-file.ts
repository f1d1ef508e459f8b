import { extname, join, normalize, sep } from 'node:path';

/** Where the page lives: a scheme of our own, so that it is an origin no website can be. */
export const pageOrigin = 'app://parley';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * The file of `pageDir` an address of the page stands for; undefined where the address is not the page's,
 * or its path leads out of the folder.
 */
export function findPageFile(pageDir: string, address: string): { file: string; type: string } | undefined {
  const path = pagePath(address);
  if (path === undefined) return undefined;
  const file = normalize(join(pageDir, path));
  if (!file.startsWith(normalize(pageDir + sep))) return undefined;
  return { file, type: contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream' };
}

/** Whether an address belongs to our own page. */
export function isPageAddress(address: string): boolean {
  return pagePath(address) !== undefined;
}

function pagePath(address: string): string | undefined {
  let url: URL;
  let path: string;
  try {
    url = new URL(address);
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  // `url.origin` is "null" for a scheme Node does not know.
  if (`${url.protocol}//${url.host}` !== pageOrigin) return undefined;
  if (path.includes('\0') || path.includes('\\')) return undefined;
  return path === '/' || path === '' ? '/index.html' : path;
}
