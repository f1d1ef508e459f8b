import type { Json } from '../../contract/json.ts';
import type { LuaBridge } from './lua-bridge.ts';
import { LuaType } from './lua-types.ts';
import type { LuaApi, LuaPointer } from './lua-wasm.ts';
import { BridgeFault } from './bridge-fault.ts';
import { checkJsonSize } from './check-json-size.ts';
import { RateLimit } from './rate-limit.ts';
import { ScriptFault, toOneLine } from './script-fault.ts';
import type { LogLevel, ScriptHttpRequest, ScriptHttpResponse } from './script-contract.ts';

/** What a script may ask of the host while it runs; each call blocks the script until it is answered. */
export type HostServices = {
  fetch(request: ScriptHttpRequest): ScriptHttpResponse;
  log(level: LogLevel, message: string): void;
  /** Text of a data file beside the script; absent where load_models is not offered. */
  readData?: (path: string) => string;
};

/** The view that host functions have of the state they are called from. */
export type HostContext = {
  readonly api: LuaApi;
  readonly bridge: LuaBridge;
  readonly services: HostServices;
  /** Reads the value at an absolute stack index, with the key order of the hook's arguments. */
  readonly read: (L: LuaPointer, index: number) => Json;
  /** Runs something that waits: its time is not the script's. */
  readonly wait: <T>(run: () => T) => T;
  /** Requests made and log lines written, within the limits below. */
  readonly allowance: Allowance;
};

type Allowance = {
  /** Within the hook that runs. */
  requests: number;
  waitedMs: number;
  /** Over all hooks, as an answer may be thousands of events with a hook for each. */
  requestRate: RateLimit;
  logRate: RateLimit;
  logDropped: number;
};

/** Requests a script may send within one hook. */
const MAX_REQUESTS_PER_CALL = 20;
/** Time after which one hook may send no further request; a single answer may take 30 s. */
const MAX_WAIT_PER_CALL_MS = 60_000;
/** Requests a script may send at once, whatever its hooks, and how many more each second. */
const REQUEST_BURST = 100;
const REQUESTS_PER_SECOND = 10;
/** Characters of one log line that are kept. */
const MAX_LOG_LINE = 1000;
/** Log lines a script may write at once, and how many more it may write each second. */
const LOG_BURST = 100;
const LOG_LINES_PER_SECOND = 20;
const MAX_RESPONSE_CHARACTERS = 8 * 1024 * 1024;
const MAX_URL_CHARACTERS = 16_384;

type HostFunction = (context: HostContext, L: LuaPointer) => number;

/** The C side of json, http, log and load_models; each gets its arguments on the stack and returns its number of results. */
export const hostFunctions = {
  host_decode: decodeJson,
  host_encode: encodeJson,
  host_log: writeLog,
  host_http: sendRequest,
  host_read: readDataFile,
} as const satisfies Record<string, HostFunction>;

export function createAllowance(): Allowance {
  return {
    requests: 0,
    waitedMs: 0,
    requestRate: new RateLimit(REQUEST_BURST, REQUESTS_PER_SECOND),
    logRate: new RateLimit(LOG_BURST, LOG_LINES_PER_SECOND),
    logDropped: 0,
  };
}

function decodeJson({ api, bridge }: HostContext, L: LuaPointer): number {
  const text = readArgument(api, bridge, L, 1, 'json.decode needs a string');
  let value: Json;
  try {
    checkJsonSize(text);
    // Safe: JSON.parse returns nothing but Json.
    value = JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof BridgeFault) return fail(api, bridge, L, error.message);
    // The engine's own wording differs between versions and quotes the input.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return fail(
      api,
      bridge,
      L,
      `not valid JSON${position === undefined ? '' : ` at character ${Number(position) + 1}`}`,
    );
  }
  try {
    bridge.beginValue();
    bridge.push(L, value);
    return 1;
  } catch (error) {
    if (!(error instanceof BridgeFault)) throw error;
    return fail(api, bridge, L, error.message);
  }
}

function encodeJson({ api, bridge, read }: HostContext, L: LuaPointer): number {
  api.lua_settop(L, 1);
  let text: string;
  try {
    bridge.beginValue();
    text = JSON.stringify(read(L, 1));
  } catch (error) {
    if (!(error instanceof BridgeFault)) throw error;
    const field = error.path.length > 0 ? ` in ${error.path.join('.')}` : '';
    return fail(api, bridge, L, `cannot encode ${error.message}${field}`);
  }
  bridge.beginValue();
  bridge.pushString(L, text);
  return 1;
}

function writeLog({ api, bridge, services, allowance }: HostContext, L: LuaPointer): number {
  // Safe: the prelude passes one of the three levels and a string.
  const level = readArgument(api, bridge, L, 1, 'log needs a level') as LogLevel;
  if (!allowance.logRate.take()) {
    allowance.logDropped++;
    return 0;
  }
  if (allowance.logDropped > 0) {
    services.log('warn', `${allowance.logDropped} log lines were dropped: the script writes too many`);
    allowance.logDropped = 0;
  }
  services.log(level, toOneLine(readArgument(api, bridge, L, 2, 'log needs a message'), MAX_LOG_LINE));
  return 0;
}

function sendRequest({ api, bridge, services, allowance, read, wait }: HostContext, L: LuaPointer): number {
  const method = readArgument(api, bridge, L, 1, 'http needs a method') === 'POST' ? 'POST' : 'GET';
  const name = method === 'POST' ? 'http.post' : 'http.get';
  const url = readArgument(api, bridge, L, 2, `${name} needs a URL`);
  if (url.length > MAX_URL_CHARACTERS) throw new ScriptFault('script_error', `${name}: the URL is too long`);
  const request: ScriptHttpRequest = { method, url, headers: readHeaders(api, read, L, name) };
  if (api.lua_type(L, 3) > LuaType.nil) {
    request.body = readArgument(
      api,
      bridge,
      L,
      3,
      `${name} needs a string as body; json.encode makes one of a table`,
    );
  }
  if (++allowance.requests > MAX_REQUESTS_PER_CALL) {
    throw new ScriptFault('script_error', `${name}: more than ${MAX_REQUESTS_PER_CALL} requests in one call`);
  }
  if (!allowance.requestRate.take()) {
    throw new ScriptFault(
      'script_error',
      `${name}: more than ${REQUESTS_PER_SECOND} requests a second over all calls`,
    );
  }
  if (allowance.waitedMs > MAX_WAIT_PER_CALL_MS) {
    throw new ScriptFault('script_error', `${name}: this call has waited long enough for answers`);
  }
  const askedAt = performance.now();
  const response = wait(() => services.fetch(request));
  allowance.waitedMs += performance.now() - askedAt;
  if (response.body.length > MAX_RESPONSE_CHARACTERS) {
    throw new ScriptFault(
      'script_error',
      `${name}: the answer is larger than ${MAX_RESPONSE_CHARACTERS / 1024 / 1024} MB`,
    );
  }
  bridge.beginValue();
  bridge.push(L, { status: response.status, headers: response.headers, body: response.body });
  return 1;
}

function readDataFile({ api, bridge, services, wait }: HostContext, L: LuaPointer): number {
  const path = readArgument(api, bridge, L, 1, 'load_models needs a file name');
  const { readData } = services;
  if (readData === undefined) throw new ScriptFault('script_error', 'load_models is not available here');
  if (path.startsWith('/') || /[\\:\0]/.test(path) || path.split('/').includes('..')) {
    throw new ScriptFault(
      'script_error',
      `load_models("${toOneLine(path, 100)}"): the file must lie beside the script`,
    );
  }
  const text = wait(() => readData(path));
  bridge.beginValue();
  bridge.pushString(L, text);
  return 1;
}

function readArgument(
  api: LuaApi,
  bridge: LuaBridge,
  L: LuaPointer,
  index: number,
  complaint: string,
): string {
  const type = api.lua_type(L, index);
  if (type !== LuaType.string && type !== LuaType.number) throw new ScriptFault('script_error', complaint);
  bridge.beginValue();
  return bridge.readString(L, index);
}

function readHeaders(
  api: LuaApi,
  read: HostContext['read'],
  L: LuaPointer,
  name: string,
): Record<string, string> {
  if (api.lua_type(L, 4) <= LuaType.nil) return {};
  const complaint = `${name} needs its headers as a table of names and strings`;
  if (api.lua_type(L, 4) !== LuaType.table) throw new ScriptFault('script_error', complaint);
  const value = read(L, 4);
  const headers: Record<string, string> = {};
  if (Array.isArray(value) && value.length > 0) throw new ScriptFault('script_error', complaint);
  for (const [header, content] of Object.entries(value ?? {})) {
    const text = typeof content === 'object' ? undefined : String(content);
    if (text === undefined || /[\r\n\0]/.test(header + text))
      throw new ScriptFault('script_error', complaint);
    // Behind one address there may be many sites, and the script may reach one of them.
    if (header.toLowerCase() === 'host')
      throw new ScriptFault('script_error', `${name}: the host is the one in the URL and cannot be set`);
    Object.defineProperty(headers, header, {
      value: text,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return headers;
}

/** Lua's convention for a failure that the script may handle: nil and a message. */
function fail(api: LuaApi, bridge: LuaBridge, L: LuaPointer, message: string): number {
  api.lua_settop(L, 0);
  api.lua_pushnil(L);
  bridge.pushString(L, `json: ${message}`);
  return 2;
}
