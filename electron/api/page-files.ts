import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const mimeTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** A name Vite put a hash of the content into: it never means anything else. */
const hashedName = /[-.][\w-]{8}\.\w+$/;

/** Sends one file of the built page; false when there is none of that name (or the name leads out of the folder). */
export async function sendPageFile(
  pageDir: string,
  path: string,
  response: ServerResponse,
): Promise<boolean> {
  const file = findFile(pageDir, path);
  if (file === undefined) return false;
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile()) return false;
  const isImmutable = file.startsWith(join(resolve(pageDir), 'assets') + sep) && hashedName.test(file);
  response.writeHead(200, {
    'content-type': mimeTypes[extname(file)] ?? 'application/octet-stream',
    'content-length': stats.size,
    'cache-control': isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  });
  if (response.req.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
  return true;
}

function findFile(pageDir: string, path: string): string | undefined {
  const name = decodePath(path);
  // A backslash separates folders on Windows; no file of the page has one, nor a NUL.
  if (name === undefined || /[\\\0]/.test(name)) return undefined;
  const root = resolve(pageDir);
  const file = resolve(root, `.${sep}${name === '' ? 'index.html' : name}`);
  return file.startsWith(root + sep) ? file : undefined;
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
