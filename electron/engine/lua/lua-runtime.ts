import { LuaBridge } from './lua-bridge.ts';
import { LuaType } from './lua-types.ts';
import { type HostContext, hostFunctions } from './host-functions.ts';
import { instantiateLua, type LuaApi, type LuaPointer } from './lua-wasm.ts';
import { PRELUDE_NAME } from './prelude.ts';
import { BridgeFault } from './bridge-fault.ts';
import { ScriptFault } from './script-fault.ts';
import type { WasmModule } from './web-assembly.ts';

/** What a Lua state does when Lua calls back into JavaScript. */
export type StateCallbacks = {
  readonly context: HostContext;
  /** The body of the protected call that runs now. */
  run(L: LuaPointer): void;
  /** Keeps a failure of `run` that Lua could only carry as text. */
  keepFault(fault: ScriptFault | BridgeFault): void;
  /** Whether the script has used up its time; asked every few thousand instructions. */
  isOverTime(): boolean;
};

/** One instance of Lua, and the functions it calls: shared by all states of a worker. */
export type LuaRuntime = {
  readonly api: LuaApi;
  readonly bridge: LuaBridge;
  readonly states: Map<LuaPointer, StateCallbacks>;
  /** Indexes for lua_pushcclosure and lua_sethook. */
  readonly openers: readonly { name: string; index: number }[];
  readonly hosts: readonly { name: keyof typeof hostFunctions; index: number }[];
  readonly entry: number;
  readonly explainError: number;
  readonly countHook: number;
};

export const COUNT_MASK = 8;
const MAX_LEVELS = 12;

export function createLuaRuntime(wasm: WasmModule, memoryBytes: number): LuaRuntime {
  const lua = instantiateLua(wasm, memoryBytes);
  const { api } = lua;
  const bridge = new LuaBridge(lua);
  const states = new Map<LuaPointer, StateCallbacks>();
  const add = (run: (state: StateCallbacks, L: LuaPointer) => number, onFault?: 'keep') =>
    lua.addHostFunction('function', (L = 0) => {
      const state = getState(states, L);
      let message: string;
      try {
        return run(state, L);
      } catch (error) {
        // Anything but our own faults is a longjmp in flight, a trap, or a mistake of ours: not for the script to see.
        if (!(error instanceof ScriptFault || error instanceof BridgeFault)) throw error;
        if (onFault === 'keep') state.keepFault(error);
        message = error.message;
      }
      bridge.beginValue();
      bridge.pushString(L, onFault === 'keep' ? message : findPosition(api, bridge, L) + message);
      return api.lua_error(L);
    });
  const countHook = lua.addHostFunction('hook', (L = 0) => {
    if (!getState(states, L).isOverTime()) return;
    // From here on every instruction raises, so that a pcall around the loop does not save it.
    api.lua_sethook(L, countHook, COUNT_MASK, 1);
    bridge.beginValue();
    bridge.pushString(L, 'the script ran too long');
    api.lua_error(L);
  });
  return {
    api,
    bridge,
    states,
    openers: (['base', 'table', 'string', 'math', 'debug'] as const).map(name => ({
      name: name === 'base' ? '_G' : name,
      index: lua.openerIndex(`luaopen_${name}`),
    })),
    // Safe: the keys are those of the literal.
    hosts: (Object.keys(hostFunctions) as (keyof typeof hostFunctions)[]).map(name => ({
      name,
      index: add((state, L) => hostFunctions[name](state.context, L)),
    })),
    entry: add((state, L) => {
      state.run(L);
      return 0;
    }, 'keep'),
    explainError: lua.addHostFunction('function', (L = 0) => movePositionToScript(api, bridge, L)),
    countHook,
  };
}

function getState(states: Map<LuaPointer, StateCallbacks>, L: LuaPointer): StateCallbacks {
  const state = states.get(L);
  if (state === undefined) throw new Error('Lua called from a state that is not known');
  return state;
}

/** Message handler of protected calls: an error raised inside the prelude is reported at the script's own line. */
function movePositionToScript(api: LuaApi, bridge: LuaBridge, L: LuaPointer): number {
  if (api.lua_type(L, 1) !== LuaType.string) return 1;
  try {
    bridge.beginValue();
    const message = /^prelude:\d+: ([^]*)/.exec(bridge.readString(L, 1))?.[1];
    if (message !== undefined)
      bridge.pushString(L, findPosition(api, bridge, L) + message.replace(/_c'/, "'"));
  } catch (error) {
    // Too long to read: leave it as it is. No fault of ours may pass through Lua's frames.
    if (!(error instanceof BridgeFault)) throw error;
  }
  return 1;
}

/** "file:line: " of the innermost line of the script that led here, or "". */
function findPosition(api: LuaApi, bridge: LuaBridge, L: LuaPointer): string {
  for (let level = 1; level < MAX_LEVELS; level++) {
    api.luaL_where(L, level);
    const position = bridge.readString(L, -1);
    api.lua_settop(L, -2);
    if (position !== '' && !position.startsWith(`${PRELUDE_NAME}:`)) return position;
  }
  return '';
}
