import type { ExchangeWatch } from '../contract/call-watch.ts';
import type { AppError } from '../contract/errors.ts';
import type { ResponseHeaders, Transport, UpstreamRequest, UpstreamSink } from './transport.ts';

/** The same transport with somebody who watches what goes over it; the watcher is told first, and changes nothing. */
export function watchTransport(
  transport: Transport,
  sent: (request: UpstreamRequest) => ExchangeWatch,
): Transport {
  return {
    send: (request, sink) => transport.send(request, new WatchedSink(sink, sent(request))),
    close: () => transport.close(),
  };
}

class WatchedSink implements UpstreamSink {
  readonly #sink: UpstreamSink;
  readonly #watch: ExchangeWatch;

  constructor(sink: UpstreamSink, watch: ExchangeWatch) {
    this.#sink = sink;
    this.#watch = watch;
  }

  connected(): void {
    this.#watch.connected?.();
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#watch.head(status, headers);
    this.#sink.head(status, headers);
  }

  data(chunk: Buffer): boolean {
    this.#watch.data(chunk);
    return this.#sink.data(chunk);
  }

  end(): void {
    this.#watch.end();
    this.#sink.end();
  }

  fail(error: AppError): void {
    this.#watch.fail(error.message);
    this.#sink.fail(error);
  }
}
