import type { Json, JsonObject } from '../../contract/json.ts';
import { fixEscapes } from './fix-escapes.ts';
import { createAllowance, type HostContext, type HostServices } from './host-functions.ts';
import { LuaType, REGISTRY_INDEX } from './lua-types.ts';
import { COUNT_MASK, type LuaRuntime, type StateCallbacks } from './lua-runtime.ts';
import type { LuaPointer } from './lua-wasm.ts';
import { openLibraries, runChunk, type StateSetup } from './lua-setup.ts';
import { BridgeFault } from './bridge-fault.ts';
import { ScriptFault, toOneLine } from './script-fault.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { ScriptConfig } from './script-contract.ts';
import type { LoadResult } from './worker-protocol.ts';

type LuaStateOptions = {
  /** Shown in errors, such as `providers/acme.lua`. */
  file: string;
  config: ScriptConfig;
  services: HostServices;
  /** Started by whoever asks for a run, and again where the script's time begins later. */
  stopwatch: Stopwatch;
  softLimitMs: number;
};

const INSTRUCTIONS_PER_CHECK = 10_000;
const OUT_OF_MEMORY_STATUS = 4;
const MAX_RESULTS = 8;
/** Tables in the arguments of a small hook. */
const USUAL_TABLES = 8;
const MAX_MESSAGE = 1000;
/** Of the table a script returns. */
const MAX_FIELDS = 1000;

/** One provider script in its own Lua state. */
export class LuaState {
  private readonly runtime: LuaRuntime;
  private readonly options: LuaStateOptions;
  private readonly L: LuaPointer;
  private readonly callbacks: StateCallbacks;
  private readonly hooks = new Map<string, bigint>();
  private setup: StateSetup = { configReference: 0n, emptyObject: { reference: 0n, pointer: 0 } };
  private lentKey = false;
  private body: (L: LuaPointer) => void = () => {};
  private fault: ScriptFault | BridgeFault | undefined;
  private origins = new Map<number, JsonObject>();

  constructor(runtime: LuaRuntime, options: LuaStateOptions) {
    this.runtime = runtime;
    this.options = options;
    this.L = runtime.api.luaL_newstate();
    if (this.L === 0)
      throw new ScriptFault('script_memory', `${options.file} did not fit into the script memory.`);
    this.callbacks = {
      context: this.createContext(),
      run: L => this.body(L),
      keepFault: fault => (this.fault = fault),
      isOverTime: () => options.stopwatch.isOver(),
    };
    runtime.states.set(this.L, this.callbacks);
    this.protect(L => {
      this.setup = openLibraries(runtime, L, options.config, options.services.readData !== undefined);
    });
  }

  /** Runs the script and reads the table it returns. Once per state. */
  load(text: string): LoadResult {
    const { bridge } = this.runtime;
    const { file } = this.options;
    const result: LoadResult = { table: {}, hooks: [] };
    this.protect(L => {
      bridge.beginValue();
      runChunk(this.runtime, L, fixEscapes(text), `@${file}`, 1);
      const type = this.runtime.api.lua_type(L, 1);
      if (type !== LuaType.table) {
        const what = type === LuaType.nil ? 'nil' : 'something that is not a table';
        throw new ScriptFault(
          'script_result',
          `${file} returned ${what}; a provider script must end with "return provider".`,
        );
      }
      this.readProvider(L, result);
    });
    result.hooks.sort();
    return result;
  }

  /** Calls a function of the provider's table; `keep` is the index of the argument that lends the first result its key order. */
  call(hook: string, args: readonly Json[], keep: number, key: string | undefined): Json[] {
    const reference = this.hooks.get(hook);
    if (reference === undefined)
      throw new ScriptFault('script_error', `${this.options.file} has no function "${hook}".`);
    const { api, bridge } = this.runtime;
    const results: Json[] = [];
    const origins = new Map<number, JsonObject>();
    this.origins = origins;
    this.protect(L => {
      this.lendKey(L, key);
      api.lua_createtable(L, USUAL_TABLES, 0);
      api.lua_rawgeti(L, REGISTRY_INDEX, reference);
      bridge.beginValue();
      bridge.rememberIn(origins, 1);
      for (const argument of args) bridge.push(L, argument);
      bridge.rememberNothing();
      const limit = bridge.meter.resultLimit();
      // To copy what it was given is not the script's time.
      if (bridge.meter.isLarge()) this.options.stopwatch.start();
      api.lua_callk(L, args.length, -1, 0, 0);
      const top = api.lua_gettop(L);
      if (top > MAX_RESULTS + 1) throw new BridgeFault(`more than ${MAX_RESULTS} results`);
      bridge.beginValue(limit);
      for (let index = 2; index <= top; index++) {
        const hint = index === 2 ? args[keep] : undefined;
        results.push(bridge.read(L, index, { origins }, hint));
      }
    }, hook);
    return results;
  }

  close(): void {
    this.runtime.states.delete(this.L);
    this.runtime.api.lua_close(this.L);
  }

  private createContext(): HostContext {
    const { api, bridge } = this.runtime;
    const { services, stopwatch } = this.options;
    return {
      api,
      bridge,
      services,
      allowance: createAllowance(),
      read: (L, index) => bridge.read(L, index, { origins: this.origins }),
      wait: run => stopwatch.pause(run),
    };
  }

  /** Runs `body` as a C function under pcall: Lua's errors and memory failures end there, and nowhere else. */
  private protect(body: (L: LuaPointer) => void, hook?: string): void {
    const { api, bridge, entry, explainError, countHook } = this.runtime;
    const { L } = this;
    bridge.emptyObject = this.setup.emptyObject;
    bridge.rememberNothing();
    this.body = body;
    this.fault = undefined;
    const { allowance } = this.callbacks.context;
    allowance.requests = 0;
    allowance.waitedMs = 0;
    api.lua_settop(L, 0);
    api.lua_pushcclosure(L, explainError, 0);
    api.lua_pushcclosure(L, entry, 0);
    api.lua_sethook(L, countHook, COUNT_MASK, INSTRUCTIONS_PER_CHECK);
    const status = api.lua_pcallk(L, 0, 0, 1, 0, 0);
    api.lua_sethook(L, 0, 0, 0);
    if (status !== 0 || this.options.stopwatch.expired) throw this.describeFailure(status, hook);
  }

  private describeFailure(status: number, hook: string | undefined): ScriptFault {
    const { file, softLimitMs, stopwatch } = this.options;
    const where = hook === undefined ? file : `${file} (${hook})`;
    if (stopwatch.expired) {
      return new ScriptFault('script_timeout', `${where} ran longer than ${softLimitMs} ms and was stopped.`);
    }
    const { fault } = this;
    if (fault instanceof ScriptFault) return fault;
    const message = fault?.message ?? this.readErrorMessage();
    if (status === OUT_OF_MEMORY_STATUS || message.endsWith('not enough memory')) {
      return new ScriptFault('script_memory', `${where} needed more memory than a script may have.`);
    }
    if (fault instanceof BridgeFault) {
      const field = fault.path.length > 0 ? ` (in ${fault.path.join('.')})` : '';
      return new ScriptFault(
        'script_result',
        toOneLine(`${where} holds what cannot leave the script: ${message}${field}`, MAX_MESSAGE),
      );
    }
    const named =
      message.startsWith(file) || /^\.\.\.\S*:\d+: /.test(message) ? message : `${where}: ${message}`;
    return new ScriptFault('script_error', toOneLine(named, MAX_MESSAGE));
  }

  /** The error object on top of the stack. Only what cannot raise is done outside of a protected call. */
  private readErrorMessage(): string {
    const { api, bridge, entry } = this.runtime;
    const { L } = this;
    const type = api.lua_type(L, -1);
    bridge.beginValue();
    if (type === LuaType.string)
      return readOr('an error message that is too long', () => bridge.readString(L, -1));
    if (type === LuaType.number) return String(api.lua_tonumberx(L, -1, 0));
    if (type !== LuaType.table) return 'an error without a message';
    let message = 'an error without a message';
    this.body = inner => {
      bridge.pushString(inner, 'message');
      api.lua_rawget(inner, 1);
      if (api.lua_type(inner, 2) === LuaType.string) message = bridge.readString(inner, 2);
    };
    const object = api.lua_gettop(L);
    api.lua_pushcclosure(L, entry, 0);
    api.lua_pushvalue(L, object);
    api.lua_pcallk(L, 1, 0, 0, 0, 0);
    return message;
  }

  /** Fields of the returned table: functions become hooks, everything else must be a plain value. */
  private readProvider(L: LuaPointer, result: LoadResult): void {
    const { api, bridge } = this.runtime;
    const fields: JsonObject = {};
    bridge.beginValue();
    bridge.beginValue(bridge.meter.resultLimit());
    api.lua_pushnil(L);
    for (let count = 1; api.lua_next(L, 1) !== 0; count++) {
      if (count > MAX_FIELDS) throw new BridgeFault(`more than ${MAX_FIELDS} fields`);
      const name = api.lua_type(L, 2) === LuaType.string ? bridge.readString(L, 2) : '';
      // `provider.__index = provider` and the like are Lua's own business; list items have no meaning here.
      if (name !== '' && !name.startsWith('__')) {
        if (api.lua_type(L, 3) === LuaType.function) {
          api.lua_pushvalue(L, 3);
          this.hooks.set(name, BigInt(api.luaL_ref(L, REGISTRY_INDEX)));
          result.hooks.push(name);
        } else fields[name] = this.readProviderField(L, name);
      }
      api.lua_settop(L, 2);
    }
    for (const name of Object.keys(fields).sort()) result.table[name] = fields[name] ?? null;
  }

  private readProviderField(L: LuaPointer, name: string): Json {
    try {
      return this.runtime.bridge.read(L, 3, { dropFunctions: true });
    } catch (error) {
      if (error instanceof BridgeFault) error.path.unshift(name);
      throw error;
    }
  }

  /** Sets config.api_key for this call, and back to the backend's own for the next one without a key. */
  private lendKey(L: LuaPointer, key: string | undefined): void {
    if (key === undefined && !this.lentKey) return;
    const { api, bridge } = this.runtime;
    this.lentKey = key !== undefined;
    bridge.beginValue();
    api.lua_rawgeti(L, REGISTRY_INDEX, this.setup.configReference);
    bridge.pushString(L, 'api_key');
    bridge.pushString(L, key ?? this.options.config.api_key);
    api.lua_rawset(L, -3);
    api.lua_settop(L, 0);
  }
}

function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof BridgeFault) return fallback;
    throw error;
  }
}
