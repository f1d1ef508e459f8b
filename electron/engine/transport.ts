import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';

import { AppError } from '../contract/errors.ts';
import { describeNetworkError } from './describe-network-error.ts';
import { createNetwork, plainNetwork } from './network/create-network.ts';
import type { Network } from './network/create-network.ts';
import type { Route } from './network/open-routes.ts';
import type { OutletControl, OutletHandler } from './network/outlet.ts';
import type { ProxyLabel } from './network/proxy.ts';

export type UpstreamRequest = {
  /** Who is asked, for error sentences: the backend's name. */
  backend: string;
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** Text, or bytes in pieces that follow each other. */
  body?: readonly Buffer[] | string;
  /** Longest wait without a byte, in milliseconds. */
  timeout_ms: number;
};

export type ResponseHeaders = Record<string, string | string[]>;

/** Told in this order: head, data…, then exactly one of end and fail. `fail` may also come first. */
export type UpstreamSink = {
  /** Before all else: the connection is there. */
  connected?(): void;
  head(status: number, headers: ResponseHeaders): void;
  /** False asks for a pause until `UpstreamFlow.resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(error: AppError): void;
};

export type UpstreamFlow = {
  resume(): void;
  abort(): void;
  /** Whether the answer has come to its end, good or bad. */
  isOver(): boolean;
};

export type Transport = {
  send(request: UpstreamRequest, sink: UpstreamSink): UpstreamFlow;
  close(): Promise<void>;
};

/** The only network to upstreams, on connections of our own, and on undici's dispatch through proxies: global fetch costs many times the CPU. Redirects are not followed. */
export function createTransport(network: Network = createNetwork(plainNetwork)): Transport {
  return {
    send: (request, sink) => sendRequest(network, request, sink),
    close: () => network.close(),
  };
}

function sendRequest(network: Network, request: UpstreamRequest, sink: UpstreamSink): UpstreamFlow {
  const exchange = new Exchange(request, sink);
  sendBy(network, request, exchange);
  return exchange;
}

function sendBy(network: Network, request: UpstreamRequest, exchange: Exchange): void {
  try {
    const address = parseAddress(request.url);
    const route = network.routeTo(address.origin);
    if (route) dispatch(route, address, request, exchange);
    else waitFor(network, request, exchange);
  } catch (error) {
    exchange.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
  }
}

/** The settings have just changed: nothing may go out in the old way. */
function waitFor(network: Network, request: UpstreamRequest, exchange: Exchange): void {
  network.ready().then(
    () => exchange.isOver() || sendBy(network, request, exchange),
    (error: Error) => exchange.onResponseError(undefined, error),
  );
}

function dispatch(route: Route, address: Address, request: UpstreamRequest, exchange: Exchange): void {
  if ('problem' in route) return exchange.onResponseError(undefined, route.problem);
  exchange.via = route.via;
  route.outlet.dispatch(
    {
      origin: address.origin,
      path: address.path,
      method: request.method,
      headers: unpacked(request.headers),
      body: request.body ?? null,
      headersTimeout: request.timeout_ms,
      bodyTimeout: request.timeout_ms,
    },
    exchange,
  );
}

type Headers = UpstreamRequest['headers'];
let lastAsked: Headers | undefined;
let lastUnpacked: Headers = {};

/** A compressed stream arrives in lumps and must be unpacked to be read: ask for none. */
function unpacked(headers: Headers): Headers {
  if (headers === lastAsked) return lastUnpacked;
  const all = { 'accept-encoding': 'identity', ...headers };
  // Only what cannot change is known to be the same when it comes again.
  if (!Object.isFrozen(headers)) return all;
  lastAsked = headers;
  lastUnpacked = Object.freeze(all);
  return all;
}

type Address = { origin: string; path: string };
const addresses = new Map<string, Address>();

/** The addresses of models in use are few; parsing one costs more than finding it. */
function parseAddress(url: string): Address {
  let address = addresses.get(url);
  if (address) return address;
  const { origin, pathname, search } = new URL(url);
  address = { origin, path: pathname + search };
  if (addresses.size >= 100) addresses.clear();
  addresses.set(url, address);
  return address;
}

/** One request under way. */
class Exchange implements OutletHandler, UpstreamFlow {
  /** The proxy it goes through. */
  via: ProxyLabel | null = null;
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  #controller: OutletControl | undefined;
  #unpack: Transform | undefined;
  #headSeen = false;
  #done = false;
  #aborted = false;

  constructor(request: UpstreamRequest, sink: UpstreamSink) {
    this.#request = request;
    this.#sink = sink;
  }

  resume(): void {
    if (this.#unpack) this.#unpack.resume();
    else this.#controller?.resume();
  }

  isOver(): boolean {
    return this.#done;
  }

  abort(): void {
    if (this.#done) return;
    this.#aborted = true;
    this.#controller?.abort(new Error('aborted'));
    this.#fail(new AppError('cancelled', 'The call was stopped.'));
  }

  onRequestStart(controller: OutletControl): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new Error('aborted'));
    else if (this.via) this.onConnected();
  }

  onConnected(): void {
    this.#sink.connected?.();
  }

  onResponseStart(_controller: OutletControl, status: number, headers: unknown): void {
    if (status < 200 || this.#done) return;
    this.#headSeen = true;
    const known = headers as ResponseHeaders; // undici gives lower-case names to strings or lists of them
    this.#unpack = createUnpacker(known['content-encoding']);
    if (!this.#unpack) {
      this.#sink.head(status, known);
      return;
    }
    const { 'content-encoding': _packed, 'content-length': _length, ...others } = known;
    this.#pipeUnpacked(this.#unpack);
    this.#sink.head(status, others);
  }

  onResponseData(controller: OutletControl, chunk: Buffer): void {
    if (this.#done) return;
    const goOn = this.#unpack ? this.#unpack.write(chunk) : this.#sink.data(chunk);
    if (!goOn) controller.pause();
  }

  onResponseEnd(): void {
    // The connection may carry another request from now on.
    this.#controller = undefined;
    if (this.#unpack) this.#unpack.end();
    else this.#end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#aborted) return;
    this.#fail(this.#describe(error, this.#headSeen));
  }

  #pipeUnpacked(unpack: Transform): void {
    unpack.on('data', (chunk: Buffer) => {
      if (!this.#done && !this.#sink.data(chunk)) unpack.pause();
    });
    unpack.on('drain', () => this.#controller?.resume());
    unpack.on('end', () => this.#end());
    unpack.on('error', error => this.#fail(this.#describe(error, true)));
  }

  #describe(error: Error, started: boolean): AppError {
    const { backend, url, timeout_ms } = this.#request;
    return describeNetworkError(error, { backend, url, timeout_ms, via: this.via }, started);
  }

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#sink.end();
  }

  #fail(error: AppError): void {
    if (this.#done) return;
    this.#done = true;
    this.#controller = undefined;
    this.#unpack?.destroy();
    this.#sink.fail(error);
  }
}

/** Some upstreams compress although asked not to. */
function createUnpacker(encoding: string | string[] | undefined): Transform | undefined {
  switch (String(encoding ?? 'identity').toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
