import { type EmptyObjectMark, REGISTRY_INDEX } from './lua-types.ts';
import type { LuaRuntime } from './lua-runtime.ts';
import type { LuaPointer } from './lua-wasm.ts';
import { PRELUDE, PRELUDE_NAME } from './prelude.ts';
import type { ScriptConfig } from './script-contract.ts';

/** What a state needs to find again later. */
export type StateSetup = { configReference: bigint; emptyObject: EmptyObjectMark };

const GLOBALS_REFERENCE = 2n;

/** Gives a new state its libraries and globals, then lets the prelude take away what is not safe. In a protected call. */
export function openLibraries(
  runtime: LuaRuntime,
  L: LuaPointer,
  config: ScriptConfig,
  withData: boolean,
): StateSetup {
  const { api, bridge, openers, hosts } = runtime;
  bridge.beginValue();
  for (const { name, index } of openers) {
    api.lua_pushcclosure(L, index, 0);
    api.lua_callk(L, 0, 1, 0, 0);
    setGlobal(runtime, L, name);
  }
  for (const { name, index } of hosts) {
    if (name === 'host_read' && !withData) continue;
    api.lua_pushcclosure(L, index, 0);
    setGlobal(runtime, L, name);
  }
  api.lua_pushlightuserdata(L, bridge.nullPointer);
  setGlobal(runtime, L, 'host_null');

  api.lua_createtable(L, 0, 0);
  const pointer = api.lua_topointer(L, -1);
  const emptyObject = { pointer, reference: referTo(runtime, L) };
  setGlobal(runtime, L, 'host_empty_object');

  bridge.push(L, { name: config.name, url: config.url, api_key: config.api_key });
  const configReference = referTo(runtime, L);
  setGlobal(runtime, L, 'config');

  runChunk(runtime, L, PRELUDE, `=${PRELUDE_NAME}`, 0);
  return { configReference, emptyObject };
}

/** Compiles and runs Lua text; `name` as in luaL_loadbuffer ("@file" or "=name"). Raises Lua's own error. */
export function runChunk(
  runtime: LuaRuntime,
  L: LuaPointer,
  text: string,
  name: string,
  results: number,
): void {
  const { api } = runtime;
  const chunk = Buffer.from(text);
  // Text only: bytecode could do anything to the interpreter.
  const strings = Buffer.concat([Buffer.from(`${name}\0t\0`), chunk]);
  const nameSize = Buffer.byteLength(name);
  const pointer = api.malloc(strings.length);
  if (pointer === 0) throw new Error('not enough memory to load a script');
  Buffer.from(api.memory.buffer).set(strings, pointer);
  const status = api.luaL_loadbufferx(
    L,
    pointer + nameSize + 3,
    chunk.length,
    pointer,
    pointer + nameSize + 1,
  );
  api.free(pointer);
  if (status !== 0) api.lua_error(L);
  api.lua_callk(L, 0, results, 0, 0);
}

/** Takes the value on top of the stack. */
function setGlobal(runtime: LuaRuntime, L: LuaPointer, name: string): void {
  const { api, bridge } = runtime;
  api.lua_rawgeti(L, REGISTRY_INDEX, GLOBALS_REFERENCE);
  api.lua_rotate(L, -2, 1);
  bridge.pushString(L, name);
  api.lua_rotate(L, -2, 1);
  api.lua_rawset(L, -3);
  api.lua_settop(L, -2);
}

/** A registry reference to the value on top of the stack, which stays there. */
function referTo({ api }: LuaRuntime, L: LuaPointer): bigint {
  api.lua_pushvalue(L, -1);
  return BigInt(api.luaL_ref(L, REGISTRY_INDEX));
}
