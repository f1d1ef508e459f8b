/** Type tags of Lua's C API. */
export const LuaType = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
} as const;

/** How Lua names them, by tag. */
export const TYPE_NAMES = [
  'nil',
  'boolean',
  'userdata',
  'number',
  'string',
  'table',
  'function',
  'userdata',
  'thread',
];

/** Pseudo-index of the registry, where C code keeps values out of scripts' reach. */
export const REGISTRY_INDEX = -1_001_000;

const SMALL_BIGINTS = Array.from({ length: 1024 }, (_, value) => BigInt(value));

/** Lua's integers are 64-bit, so they cross as BigInt; small ones are made once. */
export function toLuaInteger(value: number): bigint {
  return SMALL_BIGINTS[value] ?? BigInt(value);
}

/** The metatable of empty objects, which tells them from empty lists: its registry reference and address in one state. */
export type EmptyObjectMark = { reference: bigint; pointer: number };
