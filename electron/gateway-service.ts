import { randomBytes } from 'node:crypto';

import type { Api } from './api/create-api.ts';
import { createHttpBridge } from './api/http-bridge.ts';
import type { ConfigFile } from './config/config-file.ts';
import { toErrorInfo } from './contract/errors.ts';
import type { ErrorInfo } from './contract/errors.ts';
import { dialects } from './dialects/registry.ts';
import type { Engine } from './engine/engine.ts';
import { createGateway } from './gateway/create-gateway.ts';
import type { Gateway } from './gateway/create-gateway.ts';
import type { GatewayDeps } from './gateway/gateway-deps.ts';
import type { Resources } from './resources.ts';
import type { CallWatchers } from './watch-calls.ts';

export type GatewayOptions = {
  /** Over gateway.port of parley.yaml; 0 takes a free one. */
  port?: number;
  /** Serve the page to browsers, too. */
  ui?: boolean;
};

/** `ui` is the page's address with its token in it; null when the page is not served. */
export type GatewayAddress = { url: string; ui: string | null };

export type GatewayService = {
  start(options?: GatewayOptions): Promise<GatewayAddress>;
  address(): GatewayAddress | null;
  /** Why the gateway does not run, or is not where parley.yaml wants it. */
  error(): ErrorInfo | null;
  /**
   * Moves to the host and port of parley.yaml where they are others than before: the new address answers first, the calls of
   * the old one go on to their ends. Resolves with whether it moved. Throws port_taken, config_invalid, and stays where it was.
   */
  follow(): Promise<boolean>;
  /** Takes no new calls until it is resumed; those under way come to their ends. Throws port_taken when it resumes. */
  pause(paused: boolean): Promise<void>;
  isPaused(): boolean;
  close(): Promise<void>;
};

type GatewayServiceDeps = {
  engine: Engine;
  watchers: CallWatchers;
  config: ConfigFile;
  resources: Resources;
  api: () => Api;
  onProblem: (error: unknown) => void;
};

/** Host and port as parley.yaml had them when the gateway last went there. */
type Place = { host: string; port: number };
type Listening = { gateway: Gateway; host: string; port: number; url: string };
type Door = { page: GatewayDeps['page']; token: string | null };

type State = {
  place: Place;
  /** Known once the gateway was started. */
  door?: Door;
  current?: Listening | undefined;
  /** Those whose calls come to their ends at an old address. */
  retired: Set<Gateway>;
  problem: ErrorInfo | null;
  /** Where it could not go; it is not tried again before parley.yaml says something else. */
  failed?: { place: Place; error: unknown } | undefined;
  paused: boolean;
  /** The port it had when it was paused. */
  pausedAt?: number;
  closed: boolean;
};

/** The gateway as the app runs it: connected to the engine, the keys in the store, and the page. */
export function openGatewayService(deps: GatewayServiceDeps): GatewayService {
  const state: State = {
    place: placeOf(deps.config),
    retired: new Set(),
    problem: null,
    paused: false,
    closed: false,
  };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    async start({ port, ui = false } = {}) {
      state.door = openDoor(deps, ui);
      state.place = placeOf(deps.config);
      try {
        const { url } = await listen(deps, state, port ?? state.place.port, state.place.host);
        state.problem = null;
        return addressOf(url, state.door);
      } catch (error) {
        state.problem = toErrorInfo(error);
        throw error;
      }
    },
    address: () => (state.current && state.door ? addressOf(state.current.url, state.door) : null),
    error: () => state.problem,
    follow: () => inTurn(() => follow(deps, state)),
    pause: paused => inTurn(() => pause(deps, state, paused)),
    isPaused: () => state.paused,
    async close() {
      state.closed = true;
      await turn;
      const gateways = [...state.retired, ...(state.current ? [state.current.gateway] : [])];
      state.current = undefined;
      await Promise.all(gateways.map(gateway => gateway.close()));
    },
  };
}

async function follow(deps: GatewayServiceDeps, state: State): Promise<boolean> {
  const { current, place, failed } = state;
  const next = placeOf(deps.config);
  // A paused one goes where parley.yaml says when it is resumed.
  if (state.closed || state.paused || !state.door) return false;
  if (isSame(next, place)) {
    if (current) state.problem = null;
    state.failed = undefined;
    return false;
  }
  if (failed && isSame(failed.place, next)) throw failed.error;
  // A port of the command line stays until parley.yaml names another one.
  const port = current && next.port === place.port ? current.port : next.port;
  // It may come to name the one of the command line: nobody's connection should end for that.
  const isThere = current?.port === port && current.host === next.host;
  try {
    if (!isThere) await moveTo(deps, state, port, next.host);
  } catch (error) {
    state.problem = toErrorInfo(error);
    state.failed = { place: next, error };
    throw error;
  }
  Object.assign(state, { place: next, problem: null, failed: undefined });
  return !isThere;
}

const pausedProblem: ErrorInfo = {
  code: 'cancelled',
  message: 'It is paused. Resume it from Parley’s icon beside the clock, or start Parley again.',
};

async function pause(deps: GatewayServiceDeps, state: State, paused: boolean): Promise<void> {
  if (state.closed || !state.door || state.paused === paused) return;
  if (paused) {
    if (state.current) {
      retire(deps, state, state.current);
      // A port of the command line is come back to.
      state.pausedAt = state.current.port;
    }
    Object.assign(state, { paused, current: undefined, problem: pausedProblem });
    return;
  }
  const next = placeOf(deps.config);
  const port = next.port === state.place.port ? (state.pausedAt ?? next.port) : next.port;
  try {
    await listen(deps, state, port, next.host);
  } catch (error) {
    state.problem = toErrorInfo(error);
    throw error;
  }
  Object.assign(state, { paused, place: next, problem: null, failed: undefined });
}

async function moveTo(deps: GatewayServiceDeps, state: State, port: number, host: string): Promise<void> {
  const old = state.current;
  // One port cannot be listened on twice, so there the old one has to let go first.
  const isSamePort = old?.port === port;
  if (old && isSamePort) retire(deps, state, old);
  try {
    await listen(deps, state, port, host);
  } catch (error) {
    if (old && isSamePort) await listen(deps, state, old.port, old.host);
    throw error;
  }
  if (old && !isSamePort) retire(deps, state, old);
}

async function listen(
  deps: GatewayServiceDeps,
  state: State,
  port: number,
  host: string,
): Promise<Listening> {
  const gateway = buildGateway(deps, state.door);
  const { url, port: bound } = await gateway.listen(port, host);
  state.current = { gateway, host, port: bound, url };
  return state.current;
}

function retire({ onProblem }: GatewayServiceDeps, { retired }: State, { gateway }: Listening): void {
  retired.add(gateway);
  gateway.retire().then(() => retired.delete(gateway), onProblem);
}

function addressOf(url: string, { token }: Door): GatewayAddress {
  return { url, ui: token === null ? null : `${url}/ui?token=${token}` };
}

function placeOf(config: ConfigFile): Place {
  const { host, port } = config.current().gateway;
  return { host, port };
}

function isSame(one: Place, other: Place): boolean {
  return one.host === other.host && one.port === other.port;
}

/** The page keeps its token when the gateway moves. */
function openDoor({ api, resources, onProblem }: GatewayServiceDeps, ui: boolean): Door {
  if (!ui) return { page: undefined, token: null };
  const token = randomBytes(24).toString('base64url');
  return { token, page: createHttpBridge({ api: api(), token, pageDir: resources.pageDir, onProblem }) };
}

function buildGateway(deps: GatewayServiceDeps, door: Door | undefined): Gateway {
  const { limits, metrics, watch, log } = deps.watchers;
  return createGateway({
    engine: deps.engine,
    dialects,
    verifyKey: key => limits.verify(key),
    limits,
    metrics,
    watch,
    config: () => deps.config.current().gateway,
    version: deps.resources.version,
    calls: log,
    onProblem: error => deps.onProblem(error),
    ...(door?.page ? { page: door.page } : {}),
  });
}
