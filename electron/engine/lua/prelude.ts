/** How Lua names the prelude in positions; error reports look past it. */
export const PRELUDE_NAME = 'prelude';

/**
 * Lua that runs once in every new state, before the provider script: takes away what cannot be bounded, brings Lua 5.1's
 * functions back, and builds json, http, log and require from the host's functions (globals named host_*, removed here).
 * A count hook stops Lua code only, so whatever runs in C for long, or with hooks off, is replaced:
 * finalizers (`__gc`), coroutines, table functions on tables with metamethods, xpcall's handler inside the raised hook.
 */
export const PRELUDE = String.raw`
local G, type, error, pcall, select, next, tostring = _G, type, error, pcall, select, next, tostring
local rawget, rawset, rawlen = rawget, rawset, rawlen
local string, table, math = string, table, math
local setmetatable_c, getmetatable_c = setmetatable, getmetatable
local debug_getmetatable, debug_setmetatable = debug.getmetatable, debug.setmetatable
local math_type, floor, collectgarbage_c = math.type, math.floor, collectgarbage
local insert_c, remove_c, concat_c, sort_c, unpack_c = table.insert, table.remove, table.concat, table.sort, table.unpack
local sub_c, rep_c, byte_c, format_c, find_c, match_c = string.sub, string.rep, string.byte, string.format, string.find, string.match
local gsub_c, gmatch_c, char_c = string.gsub, string.gmatch, string.char
local host_decode, host_encode, host_log, host_http, host_read = host_decode, host_encode, host_log, host_http, host_read
local host_null, host_empty_object = host_null, host_empty_object

for _, name in next, {
  'load', 'loadfile', 'dofile', 'collectgarbage', 'warn', 'print', 'debug',
  'host_decode', 'host_encode', 'host_log', 'host_http', 'host_read', 'host_null', 'host_empty_object',
} do rawset(G, name, nil) end
string.dump = nil
debug_getmetatable('').__metatable = false
_VERSION = 'Lua 5.1'

-- base

function setmetatable(t, mt)
  if type(mt) == 'table' and rawget(mt, '__gc') ~= nil then error("a metatable with __gc is not available here", 2) end
  if type(t) == 'table' and debug_getmetatable(t) == host_empty_object then debug_setmetatable(t, nil) end
  return setmetatable_c(t, mt)
end
function getmetatable(value)
  local mt = getmetatable_c(value)
  if mt == host_empty_object then return nil end
  return mt
end
local function finish_xpcall(handler, ok, ...)
  if ok then return true, ... end
  return false, handler((...))
end
function xpcall(f, handler, ...) return finish_xpcall(handler, pcall(f, ...)) end
function getfenv() return G end
function setfenv() error('setfenv is not available here', 2) end
function collectgarbage(option)
  if option == 'count' then return collectgarbage_c('count') end
  return 0
end
function gcinfo() return floor(collectgarbage_c('count')) end

-- Lua 5.1 cuts the fraction where 5.4 refuses a number
local function integer(n)
  if math_type(n) ~= 'float' or n == floor(n) then return n end
  return n < 0 and -floor(-n) or floor(n)
end

-- table: raw as in 5.1; on tables with metamethods in Lua, where the count hook can stop it

local function has_metamethods(t)
  if type(t) ~= 'table' then error('bad argument (table expected, got ' .. type(t) .. ')', 3) end
  local mt = debug_getmetatable(t)
  return mt ~= nil and mt ~= host_empty_object
    and (rawget(mt, '__len') ~= nil or rawget(mt, '__index') ~= nil or rawget(mt, '__newindex') ~= nil)
end
local function raw_copy(t, i, j)
  local copy = {}
  for k = i, j do copy[k] = rawget(t, k) end
  return copy
end
function table.insert(t, ...)
  local special, count = has_metamethods(t), select('#', ...)
  local length = rawlen(t)
  if count == 1 then rawset(t, length + 1, (...)) return end
  if count ~= 2 then error("wrong number of arguments to 'insert'", 2) end
  local position, value = ...
  position = integer(position)
  if type(position) ~= 'number' then error("bad argument #2 to 'insert' (number expected)", 2) end
  if position < 1 or position > length + 1 then rawset(t, position, value) return end
  if not special then insert_c(t, position, value) return end
  for i = length, position, -1 do rawset(t, i + 1, rawget(t, i)) end
  rawset(t, position, value)
end
function table.remove(t, position)
  local special, length = has_metamethods(t), rawlen(t)
  if position == nil then position = length end
  position = integer(position)
  if type(position) ~= 'number' then error("bad argument #2 to 'remove' (number expected)", 2) end
  if position < 1 or position > length then return nil end
  if not special then return remove_c(t, position) end
  local removed = rawget(t, position)
  for i = position, length - 1 do rawset(t, i, rawget(t, i + 1)) end
  rawset(t, length, nil)
  return removed
end
function table.concat(t, separator, i, j)
  i, j = integer(i), integer(j)
  if not has_metamethods(t) then return concat_c(t, separator, i, j) end
  i, j = i or 1, j or rawlen(t)
  return concat_c(raw_copy(t, i, j), separator, i, j)
end
function table.sort(t, less)
  if not has_metamethods(t) then sort_c(t, less) return end
  local length = rawlen(t)
  local copy = raw_copy(t, 1, length)
  sort_c(copy, less)
  for i = 1, length do rawset(t, i, copy[i]) end
end
function unpack(t, i, j)
  local special = has_metamethods(t)
  i, j = integer(i) or 1, integer(j) or rawlen(t)
  if special then t = raw_copy(t, i, j) end
  return unpack_c(t, i, j)
end
table.unpack = unpack
table.move = nil
function table.pack(...) return { n = select('#', ...), ... } end
function table.getn(t) return #t end
function table.maxn(t)
  local max = 0
  for k in next, t do if type(k) == 'number' and k > max then max = k end end
  return max
end
function table.foreach(t, f)
  for k, v in next, t do
    local result = f(k, v)
    if result ~= nil then return result end
  end
end
function table.foreachi(t, f)
  for i = 1, #t do
    local result = f(i, t[i])
    if result ~= nil then return result end
  end
end

-- math

local exp, ln, abs, huge = math.exp, math.log, math.abs, math.huge
function math.pow(x, y) return x ^ y end
math.mod = math.fmod
function math.log10(x) return ln(x, 10) end
function math.cosh(x) return (exp(x) + exp(-x)) / 2 end
function math.sinh(x) return (exp(x) - exp(-x)) / 2 end
function math.tanh(x)
  if x > 20 then return 1 elseif x < -20 then return -1 end
  local up, down = exp(x), exp(-x)
  return (up - down) / (up + down)
end
function math.ldexp(m, e) return m * 2.0 ^ e end
function math.frexp(x)
  if x == 0 or x ~= x or x == huge or x == -huge then return x, 0 end
  local e = floor(ln(abs(x), 2)) + 1
  local m = x / 2.0 ^ e
  if abs(m) >= 1 then m, e = m / 2, e + 1 elseif abs(m) < 0.5 then m, e = m * 2, e - 1 end
  return m, e
end
local random_c = math.random
function math.random(low, high)
  if low == nil then return random_c() elseif high == nil then return random_c(integer(low)) end
  return random_c(integer(low), integer(high))
end
local randomseed_c = math.randomseed
function math.randomseed(seed) if seed == nil then randomseed_c() else randomseed_c(floor(seed)) end end

-- string

string.gfind = gmatch_c
function string.sub(s, i, j) return sub_c(s, integer(i), integer(j)) end
function string.rep(s, n, separator) return rep_c(s, integer(n), separator) end
function string.byte(s, i, j) return byte_c(s, integer(i), integer(j)) end
function string.find(s, pattern, from, plain) return find_c(s, pattern, integer(from), plain) end
function string.match(s, pattern, from) return match_c(s, pattern, integer(from)) end
function string.char(...)
  for i = 1, select('#', ...) do
    local code = (select(i, ...))
    if math_type(code) == 'float' and code ~= floor(code) then
      local codes = { ... }
      for k = 1, #codes do codes[k] = integer(codes[k]) end
      return char_c(unpack_c(codes))
    end
  end
  return char_c(...)
end
-- 5.1 takes "%-" in a replacement as "-", 5.4 refuses it
local function fix_replacement(c) if find_c(c, '[%d%%]') then return '%' .. c end return c end
function string.gsub(s, pattern, replacement, limit)
  if type(replacement) == 'string' and find_c(replacement, '%%[^%d%%]') then
    replacement = gsub_c(replacement, '%%(.)', fix_replacement)
  end
  return gsub_c(s, pattern, replacement, integer(limit))
end
local function cut_fractions(format, ...)
  local arguments, count, index = { ... }, select('#', ...), 0
  for spec in gmatch_c(gsub_c(format, '%%%%', ''), '%%[-+ #0]*%d*%.?%d*(%a)') do
    index = index + 1
    if find_c('dioxXcu', spec, 1, true) then arguments[index] = integer(arguments[index]) end
  end
  return unpack_c(arguments, 1, count)
end
function string.format(format, ...)
  for i = 1, select('#', ...) do
    local value = (select(i, ...))
    if math_type(value) == 'float' and value ~= floor(value) then return format_c(format, cut_fractions(format, ...)) end
  end
  return format_c(format, ...)
end

-- modules of the host

local function logger(level)
  return function(...)
    local parts = {}
    for i = 1, select('#', ...) do parts[i] = tostring((select(i, ...))) end
    host_log(level, concat_c(parts, '\t'))
  end
end
log = { info = logger('info'), warn = logger('warn'), error = logger('error') }
print = log.info
json = { decode = host_decode, encode = host_encode, null = host_null }
http = {
  get = function(url, headers) return host_http('GET', url, nil, headers) end,
  post = function(url, body, headers) return host_http('POST', url, body, headers) end,
}
local modules = { json = json, http = http, log = log }
function require(name)
  local module = modules[name]
  if module == nil then
    error("require('" .. tostring(name) .. "') is not available; provider scripts can require 'json', 'http' and 'log'", 2)
  end
  return module
end
if host_read then
  function load_models(path)
    if type(path) ~= 'string' then error('load_models needs the name of a JSON file beside the script', 2) end
    local models, message = host_decode(host_read(path))
    if models == nil then error('load_models("' .. path .. '"): ' .. tostring(message), 2) end
    return models
  end
end
`;
