import { lookup as resolveHost } from 'node:dns';
import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { AppError } from '../contract/errors.ts';
import { isPublicAddress } from './public-address.ts';

export type FetchedImage = { media_type: string; data: string };

type Options = {
  /** Whether a machine of this address may be asked. */
  mayAsk?: (address: string) => boolean;
  maxBytes?: number;
  timeoutMs?: number;
};

/** What shows a picture and runs nothing; an SVG is a document. */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const maxRedirects = 3;

/**
 * Fetches an image from the web. The address comes from a model, so machines of this network are not asked: an answer
 * could otherwise reach what only its reader can. The check is made on the address that is connected to, not on a name
 * that may mean another one a moment later.
 */
export async function fetchImage(url: string, options: Options = {}): Promise<FetchedImage> {
  let address = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await open(address, options);
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400 && headers.location !== undefined) {
      response.destroy();
      address = new URL(headers.location, address).href;
      continue;
    }
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const problem = status === 200 ? typeProblem(type) : `answered with status ${String(status)}`;
    if (problem !== undefined) {
      response.destroy();
      throw refusal(address, problem);
    }
    return { media_type: type, data: await readAll(response, address, options.maxBytes ?? 15_000_000) };
  }
  throw refusal(address, 'sends from one address to the next');
}

function typeProblem(type: string): string | undefined {
  return imageTypes.has(type) ? undefined : `sent ${type || 'something unnamed'}, which is no image`;
}

function open(address: string, options: Options): Promise<IncomingMessage> {
  const { mayAsk = isPublicAddress, timeoutMs = 20_000 } = options;
  return new Promise((resolve, reject) => {
    const url = parseUrl(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isRefused = isIP(host) !== 0 && !mayAsk(host);
    if (isRefused) throw privateHost(url.hostname);
    const headers = { accept: [...imageTypes].join(', '), 'user-agent': 'Parley' };
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    const request = get(
      url,
      { agent: false, headers, lookup: guardedLookup(mayAsk), signal: AbortSignal.timeout(timeoutMs) },
      resolve,
    );
    request.on('error', error => {
      reject(error instanceof AppError ? error : refusal(address, 'could not be reached', error));
    });
  });
}

function parseUrl(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new AppError('invalid_request', 'The address of this image cannot be read.', { cause });
  }
  if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  throw new AppError('invalid_request', `Images are loaded from the web only, not from ${url.protocol}`);
}

function guardedLookup(mayAsk: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveHost(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const [first] = found;
      if (!first || !found.every(({ address }) => mayAsk(address)))
        return callback(privateHost(hostname), '');
      if (options.all === true) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
}

async function readAll(response: IncomingMessage, address: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw refusal(address, `sent more than ${String(maxBytes / 1_000_000)} MB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError ? error : refusal(address, 'broke off', error);
  }
  return Buffer.concat(chunks).toString('base64');
}

function privateHost(hostname: string): AppError {
  return new AppError(
    'host_not_granted',
    `${hostname} is a machine of this network, and an answer may not ask for it. Open the link in the browser if you trust it.`,
  );
}

function refusal(address: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'http_error',
    `${new URL(address).host} ${what}. Open the link in the browser instead.`,
    {
      cause,
    },
  );
}
