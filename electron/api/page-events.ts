import type { ServerResponse } from 'node:http';

export type PageEvent = { name: string; payload: unknown };

export type PageEvents = {
  /** Turns the response into an event stream that lasts until its reader leaves. */
  stream(response: ServerResponse): void;
};

export type PageEventsOptions = {
  /** Most bytes that may wait for a slow reader; past it, it is cut off, reconnects and asks for everything anew. */
  max_buffered_bytes: number;
  /** Proxies and browsers drop connections that stay silent for long. */
  keep_alive_ms: number;
};

/** Hands events to every page that listens over HTTP. */
export function createPageEvents(
  on: (listener: (event: PageEvent) => void) => () => void,
  options: PageEventsOptions,
): PageEvents {
  const readers = new Set<ServerResponse>();
  let leave: (() => void) | undefined;
  const send = (text: string): void => {
    for (const reader of readers) {
      reader.write(text);
      if (reader.writableLength > options.max_buffered_bytes) reader.destroy();
    }
  };
  const keepAlive = (): void => {
    send(': still here\n\n');
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    stream(response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 1000\n\n');
      readers.add(response);
      leave ??= on(({ name, payload }) => {
        send(`data: ${JSON.stringify({ name, payload })}\n\n`);
      });
      timer ??= setInterval(keepAlive, options.keep_alive_ms).unref();
      response.once('close', () => {
        readers.delete(response);
        if (readers.size > 0) return;
        leave?.();
        clearInterval(timer);
        leave = timer = undefined;
      });
    },
  };
}
