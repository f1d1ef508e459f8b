import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { arrangeKeys } from './arrange-keys.ts';
import { BridgeFault } from './bridge-fault.ts';
import { type Crossing, CrossingMeter, MAX_DEPTH, TOO_DEEP } from './crossing-meter.ts';
import { type EmptyObjectMark, LuaType, REGISTRY_INDEX, toLuaInteger, TYPE_NAMES } from './lua-types.ts';
import type { LuaApi, LuaHeap, LuaPointer, LuaWasm } from './lua-wasm.ts';
import { SHORT_STRING, ShortStrings } from './short-strings.ts';

const MAX_LIST_ITEMS = 1_000_000;

/** How tables are read: what becomes of functions inside, and which objects the tables once were. */
type ReadOptions = {
  dropFunctions?: boolean;
  /** Objects whose tables carry their key order and nulls back; see LuaBridge.rememberIn. */
  origins?: Map<number, JsonObject>;
};

/**
 * Copies values between JavaScript and Lua. Nothing but strings, numbers, booleans, nil and plain tables crosses: a
 * JavaScript object that reached Lua would hand its constructor, and with it the process, to the script.
 * Every method that creates or reads tables must run inside a protected call, as Lua raises errors by longjmp.
 */
export class LuaBridge {
  private readonly api: LuaApi;
  private readonly buffer: number;
  private readonly bufferSize = 65_536;
  private readonly sizeSlot: number;
  private readonly heap: LuaHeap;
  private readonly shortStrings = new ShortStrings();
  /** Counts the value that crosses now. */
  readonly meter = new CrossingMeter();
  private pushOrigins: Map<number, JsonObject> | undefined;
  private anchorIndex = 0;
  private readOptions: ReadOptions = {};
  /** Stands for JSON's null inside lists, where nil would end the list. */
  readonly nullPointer: number;
  /** The mark of the state that runs now. */
  emptyObject: EmptyObjectMark = { reference: 0n, pointer: 0 };

  constructor({ api, heap }: LuaWasm) {
    this.api = api;
    this.heap = heap;
    this.buffer = api.malloc(this.bufferSize);
    this.sizeSlot = api.malloc(16);
    this.nullPointer = this.sizeSlot;
  }

  /** Starts counting for one value: the limits hold for what crosses at once. */
  beginValue(limit?: Crossing): void {
    this.meter.start(limit);
  }

  /**
   * Until `rememberNothing`, every object pushed is noted by its table's address. The table at `anchorIndex` on the stack
   * keeps them alive: an address that the collector frees could return as another table.
   */
  rememberIn(origins: Map<number, JsonObject>, anchorIndex: number): void {
    this.pushOrigins = origins;
    this.anchorIndex = anchorIndex;
  }

  rememberNothing(): void {
    this.pushOrigins = undefined;
  }

  pushString(L: LuaPointer, text: string): void {
    const { api, buffer } = this;
    const length = text.length;
    if (length < SHORT_STRING && this.shortStrings.write(text, this.heap.bytes, buffer)) {
      api.lua_pushlstring(L, buffer, length);
      this.meter.addText(length);
      return;
    }
    if (length * 3 <= this.bufferSize) {
      this.meter.addText(length);
      api.lua_pushlstring(L, buffer, this.heap.bytes.write(text, buffer, this.bufferSize, 'utf8'));
      return;
    }
    const size = Buffer.byteLength(text);
    this.meter.addText(size);
    const pointer = api.malloc(size);
    if (pointer === 0) throw new BridgeFault('not enough memory');
    try {
      this.heap.bytes.write(text, pointer, size, 'utf8');
      api.lua_pushlstring(L, pointer, size);
    } finally {
      api.free(pointer);
    }
  }

  /** Pushes a JSON value: null is nil, json.null inside a list, and an absent field inside an object. */
  push(L: LuaPointer, value: Json | undefined, depth = 0): void {
    const { api } = this;
    switch (typeof value) {
      case 'string':
        this.pushString(L, value);
        return;
      case 'number':
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) api.lua_pushinteger(L, toLuaInteger(value));
        else api.lua_pushnumber(L, value);
        return;
      case 'boolean':
        api.lua_pushboolean(L, value ? 1 : 0);
        return;
      case 'object':
        if (value === null) this.pushNull(L, depth);
        else this.pushTable(L, value, depth);
        return;
      default:
        api.lua_pushnil(L);
    }
  }

  /** The string at a stack index that is known to hold one; bytes that are not UTF-8 become U+FFFD. */
  readString(L: LuaPointer, index: number): string {
    const start = this.api.lua_tolstring(L, index, this.sizeSlot);
    const bytes = this.heap.bytes;
    const size = bytes.readUInt32LE(this.sizeSlot);
    this.meter.addText(size);
    return size < SHORT_STRING
      ? this.shortStrings.read(bytes, start, size)
      : bytes.toString('utf8', start, start + size);
  }

  /** The value at an absolute stack index; `hint` lends its key order to a table that is none of the remembered ones. */
  read(L: LuaPointer, index: number, options: ReadOptions = {}, hint?: Json): Json {
    this.readOptions = options;
    return this.readValue(L, index, 0, hint) ?? null;
  }

  private countTable(L: LuaPointer, depth: number): void {
    if (depth >= MAX_DEPTH) throw new BridgeFault(TOO_DEEP);
    this.meter.addTable();
    // Without this Lua writes past its stack and corrupts the module's memory.
    if (this.api.lua_checkstack(L, 8) === 0) throw new BridgeFault('not enough memory');
  }

  private pushNull(L: LuaPointer, depth: number): void {
    if (depth === 0) this.api.lua_pushnil(L);
    else this.api.lua_pushlightuserdata(L, this.nullPointer);
  }

  private pushTable(L: LuaPointer, value: Json[] | JsonObject, depth: number): void {
    const { api } = this;
    this.countTable(L, depth);
    if (Array.isArray(value)) {
      this.meter.addValues(value.length);
      api.lua_createtable(L, value.length, 0);
      for (let index = 0; index < value.length; index++) {
        this.push(L, value[index], depth + 1);
        api.lua_rawseti(L, -2, toLuaInteger(index + 1));
      }
      return;
    }
    const keys = Object.keys(value);
    this.meter.addValues(keys.length);
    api.lua_createtable(L, 0, keys.length);
    let fields = 0;
    for (const key of keys) {
      const field = value[key];
      if (field === null || field === undefined) continue;
      fields++;
      this.pushString(L, key);
      this.push(L, field, depth + 1);
      api.lua_rawset(L, -3);
    }
    if (fields === 0) {
      api.lua_rawgeti(L, REGISTRY_INDEX, this.emptyObject.reference);
      api.lua_setmetatable(L, -2);
    }
    if (this.pushOrigins !== undefined) this.remember(L, this.pushOrigins, value);
  }

  private remember(L: LuaPointer, origins: Map<number, JsonObject>, value: JsonObject): void {
    origins.set(this.api.lua_topointer(L, -1), value);
    this.api.lua_pushvalue(L, -1);
    this.api.lua_rawseti(L, this.anchorIndex, toLuaInteger(origins.size));
  }

  /** undefined stands for a function that is left out. */
  private readValue(L: LuaPointer, index: number, depth: number, hint: Json | undefined): Json | undefined {
    const { api } = this;
    const type = api.lua_type(L, index);
    switch (type) {
      case LuaType.none:
      case LuaType.nil:
        return null;
      case LuaType.boolean:
        return api.lua_toboolean(L, index) !== 0;
      case LuaType.number: {
        const number = api.lua_tonumberx(L, index, 0);
        if (!Number.isFinite(number))
          throw new BridgeFault(`the number ${String(number)}, which JSON does not have`);
        return number;
      }
      case LuaType.string:
        return this.readString(L, index);
      case LuaType.table:
        return this.readTable(L, index, depth, hint);
      case LuaType.lightUserdata:
        if (api.lua_touserdata(L, index) === this.nullPointer) return null;
        break;
      case LuaType.function:
        if (this.readOptions.dropFunctions === true) return undefined;
        break;
    }
    throw new BridgeFault(`a ${TYPE_NAMES[type] ?? 'value'}`);
  }

  private readTable(L: LuaPointer, index: number, depth: number, hint: Json | undefined): Json {
    const { api } = this;
    this.countTable(L, depth);
    const origin = this.readOptions.origins?.get(api.lua_topointer(L, index));
    api.lua_pushnil(L);
    const top = api.lua_gettop(L);
    if (api.lua_next(L, index) === 0) {
      if (origin !== undefined) return arrangeKeys([], [], origin, true);
      return this.isEmptyObject(L, index, depth === 0 ? undefined : hint) ? {} : [];
    }
    const keyType = api.lua_type(L, top);
    if (keyType === LuaType.string) return this.readObject(L, index, depth, origin, hint);
    if (keyType === LuaType.number) return this.readList(L, index, depth, hint);
    throw new BridgeFault(`a table with a ${TYPE_NAMES[keyType] ?? 'value'} as key`);
  }

  private isEmptyObject(L: LuaPointer, index: number, hint: Json | undefined): boolean {
    if (isJsonObject(hint)) return true;
    if (this.api.lua_getmetatable(L, index) === 0) return false;
    const marked = this.api.lua_topointer(L, -1) === this.emptyObject.pointer;
    this.api.lua_settop(L, -2);
    return marked;
  }

  /** Entered with the first key and value on the stack. */
  private readObject(
    L: LuaPointer,
    index: number,
    depth: number,
    origin: JsonObject | undefined,
    hint: Json | undefined,
  ): JsonObject {
    const { api } = this;
    const top = api.lua_gettop(L) - 1;
    const shape = origin ?? (isJsonObject(hint) ? hint : undefined);
    const keys: string[] = [];
    const values: Json[] = [];
    do {
      if (api.lua_type(L, top) !== LuaType.string)
        throw new BridgeFault('a table with both list items and named fields');
      const key = this.readString(L, top);
      const value = this.readField(L, top + 1, depth, key, shape?.[key]);
      if (value !== undefined) {
        keys.push(key);
        values.push(value);
      }
      api.lua_settop(L, top);
    } while (api.lua_next(L, index) !== 0);
    return arrangeKeys(keys, values, shape, origin !== undefined);
  }

  /** Entered with the first key and value on the stack. */
  private readList(L: LuaPointer, index: number, depth: number, hint: Json | undefined): Json[] {
    const { api } = this;
    const top = api.lua_gettop(L) - 1;
    const hints = Array.isArray(hint) ? hint : [];
    const list: Json[] = [];
    let count = 0;
    let last = 0;
    do {
      if (api.lua_type(L, top) !== LuaType.number)
        throw new BridgeFault('a table with both list items and named fields');
      const key = api.lua_tonumberx(L, top, 0);
      if (!Number.isInteger(key) || key < 1 || key > MAX_LIST_ITEMS)
        throw new BridgeFault(`a list with the index ${String(key)}`);
      list[key - 1] = this.readField(L, top + 1, depth, key, hints[key - 1]) ?? null;
      count++;
      if (key > last) last = key;
      api.lua_settop(L, top);
    } while (api.lua_next(L, index) !== 0);
    if (count !== last) throw new BridgeFault('a list with holes');
    return list;
  }

  private readField(
    L: LuaPointer,
    index: number,
    depth: number,
    key: string | number,
    hint: Json | undefined,
  ): Json | undefined {
    this.meter.addValues(1);
    try {
      return this.readValue(L, index, depth + 1, hint);
    } catch (error) {
      if (error instanceof BridgeFault && error.path.length < 8) error.path.unshift(String(key));
      throw error;
    }
  }
}
