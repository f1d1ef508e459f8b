import type { ExchangeWatch } from '../contract/call-watch.ts';
import type { Transport, UpstreamRequest, UpstreamSink } from './transport.ts';

/** The same transport with somebody who watches what goes over it; the watcher is told first, and changes nothing. */
export function watchTransport(
  transport: Transport,
  sent: (request: UpstreamRequest) => ExchangeWatch,
): Transport {
  return {
    send: (request, sink) => transport.send(request, watchSink(sink, sent(request))),
    close: () => transport.close(),
  };
}

function watchSink(sink: UpstreamSink, watch: ExchangeWatch): UpstreamSink {
  return {
    connected: () => watch.connected?.(),
    head(status, headers) {
      watch.head(status, headers);
      sink.head(status, headers);
    },
    data(chunk) {
      watch.data(chunk);
      return sink.data(chunk);
    },
    end() {
      watch.end();
      sink.end();
    },
    fail(error) {
      watch.fail(error.message);
      sink.fail(error);
    },
  };
}
