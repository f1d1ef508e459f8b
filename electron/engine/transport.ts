import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';

import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

import { AppError } from '../contract/errors.ts';
import { describeNetworkError } from './describe-network-error.ts';

export type UpstreamRequest = {
  /** Who is asked, for error sentences: the backend's name. */
  backend: string;
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: Buffer | string;
  /** Longest wait without a byte, in milliseconds. */
  timeout_ms: number;
};

export type ResponseHeaders = Record<string, string | string[]>;

/** Told in this order: head, data…, then exactly one of end and fail. `fail` may also come first. */
export type UpstreamSink = {
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

/** The only network to upstreams, on undici's dispatch: global fetch costs three times the CPU. Redirects are not followed. */
export function createTransport(): Transport {
  const agent = new Agent({ connections: 256, pipelining: 1, connect: { timeout: 10_000 } });
  return {
    send: (request, sink) => sendRequest(agent, request, sink),
    close: () => agent.destroy(),
  };
}

function sendRequest(agent: Agent, request: UpstreamRequest, sink: UpstreamSink): UpstreamFlow {
  const exchange = new Exchange(request, sink);
  try {
    const { origin, path } = parseAddress(request.url);
    agent.dispatch(
      {
        origin,
        path,
        method: request.method,
        // A compressed stream arrives in lumps and must be unpacked to be read: ask for none.
        headers: { 'accept-encoding': 'identity', ...request.headers },
        body: request.body ?? null,
        headersTimeout: request.timeout_ms,
        bodyTimeout: request.timeout_ms,
      },
      exchange,
    );
  } catch (error) {
    exchange.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)));
  }
  return exchange;
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

/** One request under way; a class because undici calls it by these names on every chunk. */
class Exchange implements Dispatcher.DispatchHandler, UpstreamFlow {
  readonly #request: UpstreamRequest;
  readonly #sink: UpstreamSink;
  #controller: Dispatcher.DispatchController | undefined;
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new Error('aborted'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: unknown): void {
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

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
    const goOn = this.#unpack ? this.#unpack.write(chunk) : this.#sink.data(chunk);
    if (!goOn) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#unpack) this.#unpack.end();
    else this.#end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#aborted) return;
    this.#fail(describeNetworkError(error, this.#request, this.#headSeen));
  }

  #pipeUnpacked(unpack: Transform): void {
    unpack.on('data', (chunk: Buffer) => {
      if (!this.#done && !this.#sink.data(chunk)) unpack.pause();
    });
    unpack.on('drain', () => this.#controller?.resume());
    unpack.on('end', () => this.#end());
    unpack.on('error', error => this.#fail(describeNetworkError(error, this.#request, true)));
  }

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#sink.end();
  }

  #fail(error: AppError): void {
    if (this.#done) return;
    this.#done = true;
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
