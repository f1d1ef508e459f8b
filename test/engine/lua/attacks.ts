import type { Json } from '../../../electron/contract/json.ts';

/** What an attack may lead to: one of these error codes, or these results. */
type Outcome = 'script_error' | 'script_timeout' | 'script_memory' | 'script_result' | Json[];

/** Body of a hook, and what must come of it. Whatever it is, the next call of the same script has to work. */
type Attack = [name: string, body: string, outcome: Outcome | Outcome[]];

const TIME: Attack[] = [
  ['endless loop', 'while true do end', 'script_timeout'],
  ['endless tail calls', 'local function f() return f() end f()', 'script_timeout'],
  [
    'pcall around an endless loop, for ever',
    'while true do pcall(function() while true do end end) end',
    'script_timeout',
  ],
  ['pcall in tail position', 'return pcall(function() while true do end end)', 'script_timeout'],
  [
    'twenty nested pcall loops',
    'local function n(k) while true do pcall(k > 0 and function() n(k - 1) end or function() while true do end end) end end n(20)',
    'script_timeout',
  ],
  [
    'xpcall handler that loops',
    'while true do xpcall(function() while true do end end, function() while true do end end) end',
    'script_timeout',
  ],
  [
    'xpcall handler that fails for ever',
    'local h h = function() error("again") end return xpcall(error, h)',
    'script_error',
  ],
  [
    'to-be-closed variable that loops',
    'local x <close> = setmetatable({}, { __close = function() while true do end end })',
    'script_timeout',
  ],
  [
    'to-be-closed variable that loops after a timeout',
    'local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end',
    'script_timeout',
  ],
  [
    '__index that loops',
    'local t = setmetatable({}, { __index = function() while true do end end }) return t.x',
    'script_timeout',
  ],
  [
    '__index chain',
    'local t = setmetatable({}, {}) getmetatable(t).__index = function(s, k) return s[k + 1] end return t[1]',
    'script_error',
  ],
  [
    '__eq, __lt and __concat that loop',
    'local mt = { __concat = function() while true do end end } return setmetatable({}, mt) .. "x"',
    'script_timeout',
  ],
  [
    '__call that calls itself',
    'local t = setmetatable({}, {}) getmetatable(t).__call = t return t()',
    ['script_error', 'script_timeout'],
  ],
  [
    '__pairs that loops',
    'for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end',
    'script_timeout',
  ],
  [
    'ipairs over an endless list',
    'for _ in ipairs(setmetatable({}, { __index = function() return 1 end })) do end',
    'script_timeout',
  ],
  [
    '__tostring that loops, in log',
    'log.info(setmetatable({}, { __tostring = function() while true do end end }))',
    'script_timeout',
  ],
  [
    'gsub callback that loops',
    'string.gsub(("a"):rep(1e6), "a", function() while true do end end)',
    'script_timeout',
  ],
  [
    'sort with an inconsistent order',
    'local t = {} for i = 1, 1e5 do t[i] = i % 7 end table.sort(t, function() return true end)',
    ['script_error', 'script_timeout'],
  ],
  [
    'sort that sorts within its comparison',
    'local function n() table.sort({ 3, 2, 1 }, function(a, b) n() return a < b end) end n()',
    'script_error',
  ],
  ['catastrophic pattern', 'return string.find(("a"):rep(1e5), ("a*"):rep(30) .. "b")', 'script_timeout'],
  [
    'catastrophic pattern in pcall',
    'while true do pcall(string.match, ("a"):rep(1e5), ("a-"):rep(20) .. "b") end',
    'script_timeout',
  ],
  ['format in a loop', 'for i = 1, 1e9 do string.format("%99.99f", 1e300) end', 'script_timeout'],
  [
    'table.insert with a huge __len',
    'table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1) return "done"',
    [['done']],
  ],
  [
    'table.insert with a hidden metatable',
    'table.insert(setmetatable({}, { __len = function() return 2^53 end, __metatable = false }), 1, 1) return "done"',
    [['done']],
  ],
  [
    'table.remove with a huge __len',
    'return table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)',
    [[null]],
  ],
  [
    'table.concat over an endless __index',
    'return table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, 1e15)',
    ['script_timeout', 'script_error'],
  ],
  [
    'unpack over an endless range',
    'return unpack(setmetatable({}, { __index = {} }), 1, 1e9)',
    ['script_timeout', 'script_error', 'script_memory'],
  ],
  ['unpack of a huge range', 'return unpack({}, 1, 1e8)', 'script_error'],
  [
    'sort of a million numbers in C',
    'local t = {} for i = 1, 1e6 do t[i] = (i * 7919) % 1000003 end table.sort(t) return #t',
    ['script_timeout', [1e6]],
  ],
  [
    'ephemeron tables in a chain',
    'local w = setmetatable({}, { __mode = "k" }) local k = {} for i = 1, 2e5 do local n = {} w[n] = k k = n end w = nil return collectgarbage("count") > 0',
    ['script_timeout', 'script_memory', [true]],
  ],
  [
    'insertion at the front of a long list, in C',
    'local t = {} for i = 1, 2e5 do t[i] = i end while true do table.insert(t, 1, 1) end',
    ['script_timeout', 'script_memory'],
  ],
  [
    'gsub of nothing in a long text',
    'return #(("x"):rep(1e7):gsub("", ""))',
    ['script_timeout', 'script_memory', [1e7]],
  ],
  ['log flood', 'while true do log.info(("x"):rep(100)) end', 'script_timeout'],
  ['http flood', 'while true do pcall(http.get, "http://127.0.0.1:1/") end', 'script_timeout'],
  [
    'json bomb',
    'local s = "[]" while true do json.decode(s) s = "[" .. s .. "," .. s .. "]" if #s > 1e6 then s = "[]" end end',
    'script_timeout',
  ],
];

const MEMORY: Attack[] = [
  ['one huge string', 'return #("a"):rep(1e9)', 'script_memory'],
  ['rep with an overflowing size', 'return ("abcdefgh"):rep(2^61)', ['script_error', 'script_memory']],
  ['string that doubles', 'local s = "x" while true do s = s .. s end', 'script_memory'],
  [
    'string that doubles, in pcall',
    'local s = "x" for i = 1, 60 do pcall(function() s = s .. s end) end return #s < 2^26',
    [[true]],
  ],
  [
    'table that grows',
    'local t, i = {}, 0 while true do i = i + 1 t[i] = { i } end',
    ['script_memory', 'script_timeout'],
  ],
  ['huge table at once', 'local t = {} for i = 1, 1e9 do t[i] = i end', ['script_memory', 'script_timeout']],
  ['gsub that grows', 'return #(("a"):rep(1e6):gsub("a", ("b"):rep(1e4)))', 'script_memory'],
  [
    'concat that grows',
    'local t = {} for i = 1, 1000 do t[i] = ("x"):rep(1e5) end return #table.concat(t)',
    ['script_memory', 'script_timeout'],
  ],
  [
    'format with a huge argument',
    'return #string.format("%s%s%s%s", ("x"):rep(1e7), ("x"):rep(1e7), ("x"):rep(1e7), ("x"):rep(1e7))',
    ['script_memory', 'script_timeout'],
  ],
  ['deep recursion', 'local function f() return 1 + f() end return f()', ['script_error', 'script_memory']],
  [
    'deep recursion through pcall',
    'local d = 0 local function n() d = d + 1 return pcall(n) end n() return d > 100',
    [[true]],
  ],
  [
    'deep recursion through gsub',
    'local d = 0 local function n() d = d + 1 return (string.gsub("a", "a", n)) end pcall(n) return d > 100 and d < 300',
    [[true]],
  ],
  [
    'deep recursion through gsub with long patterns',
    'local function n() return (string.gsub(("a"):rep(600), ("a*"):rep(190) .. "b?", n)) end local ok = pcall(n) return ok',
    [[false], 'script_timeout'],
  ],
  [
    'deep recursion through tostring',
    'local mt = {} local o = setmetatable({}, mt) mt.__tostring = function() return string.format("%s", o) end return (pcall(tostring, o))',
    [[false]],
  ],
  [
    'deep recursion through __index',
    'local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. "x"] end return (pcall(function() return t.a end))',
    [[false], 'script_timeout'],
  ],
  [
    'long chain of __index tables',
    'local t = {} for i = 1, 1e4 do t = setmetatable({}, { __index = t }) end return (pcall(function() return t.x end))',
    [[false]],
  ],
];

const BRIDGE: Attack[] = [
  ['cycle', 'local t = {} t.t = t return t', 'script_result'],
  ['cycle through a list', 'local t = {} t[1] = { t } return t', 'script_result'],
  [
    'tables a million deep',
    'local t = {} local r = t for i = 1, 1e6 do t.a = {} t = t.a end return r',
    ['script_result', 'script_memory', 'script_timeout'],
  ],
  [
    'tables 5000 deep',
    'local t = {} local r = t for i = 1, 5000 do t.a = {} t = t.a end return r',
    'script_result',
  ],
  [
    'one table in itself, 2^40 times',
    'local t = {} for i = 1, 40 do t = { t, t } end return t',
    'script_result',
  ],
  [
    'one table in itself, encoded',
    'local t = {} for i = 1, 40 do t = { t, t } end return (json.encode(t))',
    [[null]],
  ],
  [
    'one long string, 300 times',
    'local s, t = ("x"):rep(4e6), {} for i = 1, 300 do t[i] = s end return t',
    'script_result',
  ],
  // JSON.parse, JSON.stringify and the heap of a worker: full at the wrong time, it would end the whole process.
  [
    'JSON text of millions of nested lists',
    'return (json.decode(("["):rep(8e6) .. ("]"):rep(8e6)))',
    [[null]],
  ],
  ['JSON text of millions of nested objects', 'return (json.decode((\'{"a":\'):rep(3e6)))', [[null]]],
  ['JSON text of millions of lists', 'return (json.decode("[" .. ("[],"):rep(5e6) .. "1]"))', [[null]]],
  ['JSON text of millions of numbers', 'return (json.decode("[" .. ("1,"):rep(7e6) .. "1]"))', [[null]]],
  ['JSON text of a million numbers', 'return #json.decode("[" .. ("1,"):rep(1e6) .. "1]")', [[1_000_001]]],
  [
    'JSON text of brackets inside a string',
    'return #json.decode([["]] .. ([=[[{\\"\\\\]=]):rep(3e5) .. [["]])',
    [[1_200_000]],
  ],
  [
    'a long list in a list, 190 times',
    'local t, r = {}, {} for i = 1, 1e6 do t[i] = i end for i = 1, 190 do r[i] = t end return r',
    'script_result',
  ],
  [
    'a long list in a list, 190 times, encoded',
    'local t, r = {}, {} for i = 1, 1e6 do t[i] = i end for i = 1, 190 do r[i] = t end return (json.encode(r))',
    [[null]],
  ],
  ['control characters, six bytes each in JSON', 'return ("\\0"):rep(1.5e7)', 'script_result'],
  ['a function', 'return function() end', 'script_result'],
  ['a function deep inside', 'return { a = { { b = print } } }', 'script_result'],
  ['a built-in function', 'return string.format', 'script_result'],
  ['a huge index', 'return { [2^40] = 1 }', 'script_result'],
  ['a negative index', 'return { [-1] = 1 }', 'script_result'],
  ['a fractional index', 'return { [0.5] = 1 }', 'script_result'],
  ['a table as key', 'return { [{}] = 1 }', 'script_result'],
  [
    'a table as key whose __tostring fails',
    'return { [setmetatable({}, { __tostring = function() error("x") end })] = 1 }',
    'script_result',
  ],
  ['NaN', 'return 0/0', 'script_result'],
  ['infinity inside', 'return { a = { math.huge } }', 'script_result'],
  ['too many results', 'return unpack({}, 1, 250)', 'script_result'],
  [
    'a result that hides behind __index',
    'return setmetatable({}, { __index = function() error("boom") end, __len = function() return 9 end })',
    [[[]]],
  ],
  [
    'a result with __pairs',
    'return setmetatable({ a = 1 }, { __pairs = function() error("boom") end })',
    [[{ a: 1 }]],
  ],
  [
    'a result with __metatable and __name',
    'return setmetatable({ a = 1 }, { __metatable = "no", __name = "evil" })',
    [[{ a: 1 }]],
  ],
  ['a NUL inside strings and keys', 'return "a\\0b", { ["k\\0"] = "v\\0" }', [['a\0b', { 'k\0': 'v\0' }]]],
  ['strings that are not UTF-8', 'return "\\255\\254"', [['\ufffd\ufffd']]],
  ['the empty-object mark, changed', 'local mt = getmetatable(json.decode("{}")) return mt', [[null]]],
  [
    'a metatable for an empty object',
    'local t = setmetatable(json.decode("{}"), { __index = { x = 1 } }) return t.x',
    [[1]],
  ],
  [
    'json.null as a key, indexed and called',
    'return pcall(function() return json.null.x end) and 1, (pcall(json.null))',
    [[false, false]],
  ],
];

const ERRORS: Attack[] = [
  [
    'error object whose __tostring fails',
    'error(setmetatable({}, { __tostring = function() error("x") end }))',
    'script_error',
  ],
  [
    'error object whose __tostring loops',
    'error(setmetatable({}, { __tostring = function() while true do end end }))',
    'script_error',
  ],
  [
    'error object whose message hides behind __index',
    'error(setmetatable({}, { __index = function() while true do end end }))',
    'script_error',
  ],
  ['error object that is a function', 'error(print)', 'script_error'],
  ['error nil', 'error()', 'script_error'],
  ['error json.null', 'error(json.null)', 'script_error'],
  ['error with 20 MB of text', 'error(("x"):rep(2e7))', ['script_error', 'script_timeout', 'script_memory']],
  ['error that pretends to be a timeout', 'error("the script ran too long", 0)', 'script_error'],
  ['error with the prelude as its place', 'error("prelude:1: fake", 0)', 'script_error'],
  ['error message table with a message that is a table', 'error({ message = { {} } })', 'script_error'],
  [
    'failing argument of a host function',
    'http.get(setmetatable({}, { __tostring = error }))',
    'script_error',
  ],
  ['json.decode of a table', 'json.decode({})', 'script_error'],
  ['json.encode without arguments', 'return json.encode()', [['null']]],
  [
    'caught errors are strings, never objects of the host',
    'local ok, e = pcall(http.get, {}) return type(e), (pcall(function() return e.constructor end))',
    [['string', true]],
  ],
  [
    'strings have no host fields',
    'return ("x").constructor, ("x").__proto__, (json).constructor',
    [[null, null, null]],
  ],
];

const TAMPERING: Attack[] = [
  ['metatable of strings', 'return getmetatable(""), (pcall(setmetatable, "", {}))', [[false, false]]],
  [
    'string functions replaced',
    'string.format = nil string.gsub = nil string.find = nil string.gmatch = nil log.info(1.5) return json.encode({ 1.5 })',
    [['[1.5]']],
  ],
  [
    'table and math emptied',
    'for k in pairs(table) do table[k] = nil end for k in pairs(math) do math[k] = nil end log.info("x") return 1',
    [[1]],
  ],
  [
    'globals emptied',
    'local keep, decode = next, json.decode local G = _G for k in keep, G do G[k] = nil end return decode("1")',
    [[1]],
  ],
  ['config replaced by something else', 'config = nil return 1', [[1]]],
  [
    'config locked behind a metatable',
    'setmetatable(config, { __newindex = function() while true do end end }) config.api_key = nil return 1',
    [[1]],
  ],
  ['__gc', 'setmetatable({}, { __gc = function() while true do end end })', 'script_error'],
  [
    '__gc set later',
    'local mt = {} local o = setmetatable({}, mt) mt.__gc = function() while true do end end o = nil for i = 1, 1e5 do local t = {} end return "no finalizer ran"',
    [['no finalizer ran']],
  ],
  [
    '__gc hidden from the check',
    'local mt = setmetatable({}, { __index = { __gc = function() while true do end end } }) setmetatable({}, mt) for i = 1, 1e5 do local t = {} end return 1',
    [[1]],
  ],
  [
    '__mode and __gc through the metatable of empty objects',
    'local e = json.decode("{}") return getmetatable(e), rawget(e, "x")',
    [[null, null]],
  ],
  ['binary chunks', 'return string.dump, load, loadstring', [[null, null, null]]],
  ['coroutines', 'return coroutine, thread', [[null, null]]],
  ['debug library through _G', 'return debug, _G.debug, package, io, os', [[null, null, null, null, null]]],
  ['host functions of the prelude', 'return host_http, host_decode, host_empty_object', [[null, null, null]]],
  ['getfenv of a host function', 'return getfenv(print) == _G, getfenv(0) == _G', [[true, true]]],
  ['_ENV of the chunk', 'local _ENV = {} return tostring', [[null]]],
  [
    'require of everything',
    'return (pcall(require, "os")), (pcall(require, setmetatable({}, { __tostring = error }))), (pcall(require))',
    [[false, false, false]],
  ],
  [
    '_G behind a metatable',
    'setmetatable(_G, { __index = function() while true do end end }) return undefined_name',
    'script_timeout',
  ],
  [
    'garbage collector settings',
    'collectgarbage("stop") collectgarbage("generational") return collectgarbage("step")',
    [[0]],
  ],
];

/** Everything that was tried on the sandbox, by what it is after. */
export const attacksOn: Record<string, Attack[]> = {
  time: TIME,
  memory: MEMORY,
  'the bridge': BRIDGE,
  errors: ERRORS,
  tampering: TAMPERING,
};
