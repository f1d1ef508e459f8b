import { createSocketOpener } from './open-socket.ts';
import type { Outlet, OutletControl, OutletHandler, OutletRequest } from './outlet.ts';
import type { Trust } from './trust.ts';
import { Wire } from './wire.ts';
import { HeadWriter } from './write-head.ts';

/** Of one origin. More requests than that at once wait for their turn. */
const mostConnections = 256;
const sweepEveryMs = 1_000;

/**
 * The direct way to upstreams, by an HTTP/1.1 client of our own: it asks for a third of what undici's dispatch costs a small
 * call, and reads a stream by its reads and not by its pieces.
 */
export function openWires(trust: Trust): Outlet {
  const origins = new Map<string, WirePool>();
  let isClosed = false;
  const each = (end: (pool: WirePool) => Promise<void>): Promise<void> => {
    isClosed = true;
    return Promise.all([...origins.values()].map(end)).then(() => undefined);
  };
  return {
    dispatch(request, handler) {
      if (isClosed) {
        handler.onResponseError(undefined, closedError());
        return;
      }
      let pool = origins.get(request.origin);
      if (!pool) {
        pool = new WirePool(request.origin, trust);
        origins.set(request.origin, pool);
      }
      pool.send(request, handler);
    },
    close: () => each(pool => pool.close()),
    destroy: () => each(pool => pool.destroy()),
  };
}

function closedError(): Error {
  return Object.assign(new Error('The client is closed'), { code: 'UND_ERR_CLOSED' });
}

type Waiting = { request: OutletRequest; handler: OutletHandler; control: WaitingControl };

/** The connections to one origin. */
class WirePool {
  readonly #heads: HeadWriter;
  readonly #openSocket: ReturnType<typeof createSocketOpener>;
  readonly #all = new Set<Wire>();
  /** With the moment each is kept until; the last one used is the next one used. */
  #idle: { wire: Wire; until: number }[] = [];
  readonly #waiting = new Set<Waiting>();
  #sweeper: NodeJS.Timeout | undefined;
  #isClosing = false;
  #emptied: (() => void) | undefined;

  constructor(origin: string, trust: Trust) {
    this.#heads = new HeadWriter(new URL(origin).host);
    this.#openSocket = createSocketOpener(origin, trust);
  }

  send(request: OutletRequest, handler: OutletHandler): void {
    const wire = this.#takeIdle() ?? this.#openNew();
    if (wire) wire.send(request, handler);
    else this.#wait(request, handler);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { wire } of this.#idle.splice(0)) wire.destroy();
    if (this.#all.size === 0) return;
    await new Promise<void>(resolve => {
      this.#emptied = resolve;
    });
  }

  async destroy(): Promise<void> {
    this.#isClosing = true;
    for (const { handler } of this.#waiting) handler.onResponseError(undefined, closedError());
    this.#waiting.clear();
    for (const wire of this.#all) wire.destroy();
    clearInterval(this.#sweeper);
    return Promise.resolve();
  }

  #takeIdle(): Wire | undefined {
    for (;;) {
      const last = this.#idle.pop();
      if (!last) return undefined;
      if (last.until > performance.now() && last.wire.isUsable()) return last.wire;
      last.wire.destroy();
    }
  }

  #openNew(): Wire | undefined {
    if (this.#all.size >= mostConnections) return undefined;
    const wire = new Wire(this.#heads, this.#openSocket, {
      free: (freed, idleMs) => this.#free(freed, idleMs),
      gone: lost => this.#lose(lost),
    });
    this.#all.add(wire);
    return wire;
  }

  #wait(request: OutletRequest, handler: OutletHandler): void {
    const control = new WaitingControl(reason => {
      if (this.#waiting.delete(waiting)) handler.onResponseError(control, reason);
    });
    const waiting = { request, handler, control };
    this.#waiting.add(waiting);
    handler.onRequestStart(control);
  }

  #free(wire: Wire, idleMs: number): void {
    const next = this.#nextWaiting();
    if (next) {
      wire.send(next.request, next.handler);
      return;
    }
    if (this.#isClosing) {
      wire.destroy();
      return;
    }
    wire.rest();
    this.#idle.push({ wire, until: performance.now() + idleMs });
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepEveryMs).unref();
  }

  #lose(wire: Wire): void {
    this.#all.delete(wire);
    const at = this.#idle.findIndex(each => each.wire === wire);
    if (at !== -1) this.#idle.splice(at, 1);
    const next = this.#waiting.size > 0 && this.#openNew();
    const waiting = next && this.#nextWaiting();
    if (next && waiting) next.send(waiting.request, waiting.handler);
    if (this.#all.size === 0) this.#emptied?.();
  }

  #nextWaiting(): Waiting | undefined {
    const [next] = this.#waiting;
    if (next) this.#waiting.delete(next);
    return next;
  }

  #sweep(): void {
    const now = performance.now();
    const over = this.#idle.filter(({ until }) => until <= now);
    this.#idle = this.#idle.filter(({ until }) => until > now);
    for (const { wire } of over) wire.destroy();
    if (this.#idle.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

/** For a request that waits for a connection: there is nothing to pause yet. */
class WaitingControl implements OutletControl {
  readonly #leave: (reason: Error) => void;

  constructor(leave: (reason: Error) => void) {
    this.#leave = leave;
  }

  pause(): void {}

  resume(): void {}

  abort(reason: Error): void {
    this.#leave(reason);
  }
}
