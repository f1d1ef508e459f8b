import { webAssembly, type WasmImports, type WasmModule } from './web-assembly.ts';

/** Pointer to a lua_State inside the module's memory. */
export type LuaPointer = number;

/** The part of Lua's C API that the sandbox calls, as wasmoon's glue.wasm exports it. */
export type LuaApi = {
  memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  luaL_newstate(): LuaPointer;
  lua_close(L: LuaPointer): void;
  luaL_loadbufferx(L: LuaPointer, text: number, size: number, name: number, mode: number): number;
  luaL_where(L: LuaPointer, level: number): void;
  luaL_ref(L: LuaPointer, table: number): number;
  luaopen_base(L: LuaPointer): number;
  luaopen_table(L: LuaPointer): number;
  luaopen_string(L: LuaPointer): number;
  luaopen_math(L: LuaPointer): number;
  luaopen_debug(L: LuaPointer): number;
  lua_callk(L: LuaPointer, args: number, results: number, context: number, k: number): void;
  lua_pcallk(
    L: LuaPointer,
    args: number,
    results: number,
    handler: number,
    context: number,
    k: number,
  ): number;
  lua_error(L: LuaPointer): number;
  lua_sethook(L: LuaPointer, hook: number, mask: number, count: number): void;
  lua_checkstack(L: LuaPointer, slots: number): number;
  lua_gettop(L: LuaPointer): number;
  lua_settop(L: LuaPointer, index: number): void;
  lua_rotate(L: LuaPointer, index: number, count: number): void;
  lua_pushvalue(L: LuaPointer, index: number): void;
  lua_pushnil(L: LuaPointer): void;
  lua_pushboolean(L: LuaPointer, value: number): void;
  lua_pushinteger(L: LuaPointer, value: bigint): void;
  lua_pushnumber(L: LuaPointer, value: number): void;
  lua_pushlstring(L: LuaPointer, text: number, size: number): number;
  lua_pushlightuserdata(L: LuaPointer, pointer: number): void;
  lua_pushcclosure(L: LuaPointer, functionIndex: number, upvalues: number): void;
  lua_type(L: LuaPointer, index: number): number;
  lua_toboolean(L: LuaPointer, index: number): number;
  lua_tonumberx(L: LuaPointer, index: number, isNumber: number): number;
  lua_tolstring(L: LuaPointer, index: number, size: number): number;
  lua_touserdata(L: LuaPointer, index: number): number;
  lua_topointer(L: LuaPointer, index: number): number;
  lua_createtable(L: LuaPointer, items: number, fields: number): void;
  lua_setmetatable(L: LuaPointer, index: number): number;
  lua_getmetatable(L: LuaPointer, index: number): number;
  lua_next(L: LuaPointer, index: number): number;
  lua_rawget(L: LuaPointer, index: number): number;
  lua_rawset(L: LuaPointer, index: number): void;
  lua_rawgeti(L: LuaPointer, index: number, item: bigint): number;
  lua_rawseti(L: LuaPointer, index: number, item: bigint): void;
};

type HostFunction = (...args: number[]) => number | void;

/** The module's memory; replaced when it grows, which detaches the view before. */
export type LuaHeap = { bytes: Buffer };

/** One instance of Lua: the C API, and a way to hand it functions of ours. */
export type LuaWasm = {
  api: LuaApi;
  heap: LuaHeap;
  /** Index for lua_pushcclosure of a library opener that the module exports itself. */
  openerIndex(
    name: 'luaopen_base' | 'luaopen_table' | 'luaopen_string' | 'luaopen_math' | 'luaopen_debug',
  ): number;
  /** `function`: (L) → number of results; `hook`: (L, activation record) → nothing. */
  addHostFunction(kind: 'function' | 'hook', run: HostFunction): number;
};

/** What LUAI_THROW becomes in this build: a C longjmp in flight, thrown as the number Infinity. Never swallow it. */
const LUA_LONGJMP = Infinity;
const WASM_PAGE = 65_536;

/**
 * Lua 5.4 prints a float with an integral value as "5.0", Lua 5.1 as "5". The suffix is added where the printed number
 * consists of nothing but these characters; an empty set never matches.
 */
export function printFloatsAsLua51(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(wasm);
  const bytes = Buffer.from(copy.buffer);
  const marker = Buffer.from('-0123456789\0', 'latin1');
  const at = bytes.indexOf(marker);
  if (at < 0 || bytes.indexOf(marker, at + 1) >= 0)
    throw new Error('unexpected build of Lua: number format not found');
  bytes[at] = 0;
  return copy;
}

/** Starts Lua without wasmoon's JavaScript half: its file system, process and proxy code has no place in the sandbox. */
export function instantiateLua(module: WasmModule, memoryBytes: number): LuaWasm {
  const heap: LuaHeap = { bytes: Buffer.alloc(0) };
  const instance = new webAssembly.Instance(
    module,
    createImports(module, memoryBytes, () => lua, heap),
  );
  // Safe: the module is wasmoon's pinned glue.wasm, whose export list holds these names.
  const lua = instance.exports as unknown as ModuleExports;
  heap.bytes = Buffer.from(lua.memory.buffer);
  lua.emscripten_stack_init();
  lua.__wasm_call_ctors();
  const table = lua.__indirect_function_table;
  function addToTable(wasmFunction: unknown): number {
    const index = table.grow(1);
    table.set(index, wasmFunction);
    return index;
  }
  return {
    api: lua,
    heap,
    openerIndex: name => addToTable(lua[name]),
    addHostFunction: (kind, run) => addToTable(toWasmFunction(kind, run)),
  };
}

type ModuleExports = LuaApi & {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  __indirect_function_table: {
    grow(by: number): number;
    get(index: number): HostFunction;
    set(index: number, wasmFunction: unknown): void;
  };
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  stackSave(): number;
  stackRestore(pointer: number): void;
  setThrew(threw: number, value: number): void;
};

/** The few imports Lua needs, and a refusal for each of the others (files, environment, system, exit). */
function createImports(
  module: WasmModule,
  memoryBytes: number,
  exports: () => ModuleExports,
  heap: LuaHeap,
): WasmImports {
  const needed: Record<string, (...args: number[]) => number | void> = {
    // setjmp: runs a protected call; a longjmp out of it arrives as the thrown Infinity.
    invoke_vii(index = 0, first = 0, second = 0) {
      const lua = exports();
      const stack = lua.stackSave();
      try {
        lua.__indirect_function_table.get(index)(first, second);
      } catch (error) {
        lua.stackRestore(stack);
        if (error !== LUA_LONGJMP) throw error;
        lua.setThrew(1, 0);
      }
    },
    _emscripten_throw_longjmp() {
      throw LUA_LONGJMP;
    },
    emscripten_resize_heap(size = 0) {
      const { memory } = exports();
      // Unsigned, as C meant it. 0 makes malloc fail, which Lua reports as "not enough memory".
      const wanted = size >>> 0;
      if (wanted > memoryBytes) return 0;
      try {
        memory.grow(Math.ceil((wanted - memory.buffer.byteLength) / WASM_PAGE));
        heap.bytes = Buffer.from(memory.buffer);
        return 1;
      } catch {
        return 0;
      }
    },
    emscripten_date_now: () => Date.now(),
    environ_sizes_get(countAt = 0, sizeAt = 0) {
      const view = new DataView(exports().memory.buffer);
      view.setUint32(countAt, 0, true);
      view.setUint32(sizeAt, 0, true);
      return 0;
    },
    environ_get: () => 0,
  };
  const imports: WasmImports = {};
  for (const { module: namespace, name } of webAssembly.Module.imports(module)) {
    const refuse = () => {
      throw new Error(`Lua asked for ${name}, which the sandbox does not have`);
    };
    (imports[namespace] ??= {})[name] = needed[name] ?? refuse;
  }
  return imports;
}

/** Only functions of a wasm module fit into a table, so a JavaScript function goes through a module that re-exports it. */
function toWasmFunction(kind: 'function' | 'hook', run: HostFunction): unknown {
  const I32 = 0x7f;
  const signature = kind === 'function' ? [0x60, 1, I32, 1, I32] : [0x60, 2, I32, I32, 0];
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const types = [0x01, signature.length + 1, 0x01, ...signature];
  const imports = [0x02, 0x07, 0x01, 0x01, 0x65, 0x01, 0x66, 0x00, 0x00];
  const exports = [0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00];
  const bytes = [...header, ...types, ...imports, ...exports];
  const module = new webAssembly.Module(new Uint8Array(bytes));
  return new webAssembly.Instance(module, { e: { f: run } }).exports['f'];
}
