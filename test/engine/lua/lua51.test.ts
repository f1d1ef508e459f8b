import { afterAll, describe, expect, test } from 'vitest';
import { fixEscapes } from '../../../electron/engine/lua/fix-escapes.ts';
import { createTestHost, loadScript, runLua } from './load-test-script.ts';

const host = createTestHost();
afterAll(() => host.close());

describe('Lua 5.1 idioms', () => {
  test.each([
    ['_VERSION', 'Lua 5.1'],
    ['{unpack({1, 2, 3})}', [1, 2, 3]],
    ['{unpack({1, 2, 3}, 2)}', [2, 3]],
    ['table.getn({1, 2})', 2],
    ['table.maxn({1, 2, [10] = 1})', 10],
    ['math.pow(2, 10)', 1024],
    ['math.mod(7, 3)', 1],
    ['math.log10(1000) > 2.99', true],
    ['{math.frexp(10)}', [0.625, 4]],
    ['math.ldexp(0.5, 4)', 8],
    ['string.format("%d %5.1f %s", 3.7, 2.25, 10/2)', '3   2.2 5'],
    ['("hello"):sub(1, 5/2)', 'he'],
    ['("x"):rep(7/2)', 'xxx'],
    ['("abc"):find("c", 2.5)', 3],
    ['string.char(65.9)', 'A'],
    ['"n=" .. 10/2', 'n=5'],
    ['tostring(2^31)', '2147483648'],
    ['tostring(1e15)', '1e+15'],
    ['tostring(0.1)', '0.1'],
    ['("a-b"):gsub("%-", "%-")', 'a-b'],
    ['("a.b"):gsub("%.", "%%")', 'a%b'],
    ['("abc"):gsub("b", "[%0]")', 'a[b]c'],
    ['"a\\-b\\/c\\ü"', 'a-b/cü'],
    ['tostring(getfenv() == _G)', 'true'],
    ['{xpcall(function() error("e", 0) end, function(e) return "H:" .. e end)}', [false, 'H:e']],
    ['{pcall(error, { code = 1 })}', [false, { code: 1 }]],
    ['select("#", nil, nil)', 2],
    ['#"\\z  a"', 1],
    ['type(gcinfo())', 'number'],
    ['math.floor(7/2)', 3],
    ['tostring(nil) .. tostring(true)', 'niltrue'],
    ['next({})', null],
  ])('%s', async (expression, value) => {
    expect((await runLua(host, `return ${expression}`))[0]).toEqual(value);
  });

  test('string.gfind, table.foreach and table.foreachi', async () => {
    const body = `local words, sum, keys = {}, 0, {}
      for w in string.gfind("one two", "%a+") do words[#words + 1] = w end
      table.foreachi({ 1, 2, 3 }, function(_, v) sum = sum + v end)
      table.foreach({ x = 1 }, function(k) keys[#keys + 1] = k end)
      return words, sum, keys`;
    expect(await runLua(host, body)).toEqual([['one', 'two'], 6, ['x']]);
  });

  test('table functions work on tables with metamethods, raw as in 5.1', async () => {
    const body = `local List = {} List.__index = List
      function List:add(v) table.insert(self, v) return self end
      local l = setmetatable({}, List):add("c"):add("a")
      table.insert(l, 1, "b")
      table.sort(l)
      local joined = table.concat(l, ",")
      local removed = table.remove(l, 1)
      return joined, removed, #l, unpack(l)`;
    expect(await runLua(host, body)).toEqual(['a,b,c', 'a', 2, 'b', 'c']);
  });

  test('table.insert and table.remove take 5.1 positions', async () => {
    expect(await runLua(host, 'local t = {1} table.insert(t, 5, "x") return table.maxn(t)')).toEqual([5]);
    expect(await runLua(host, 'local t = {1, 2} return table.remove(t, 1), #t, table.remove(t, 9)')).toEqual([
      1,
      1,
      null,
    ]);
    expect(await runLua(host, 'local t = {} return table.remove(t), #t')).toEqual([null, 0]);
  });

  test.each([
    'load',
    'loadstring',
    'loadfile',
    'dofile',
    'io',
    'os',
    'debug',
    'package',
    'coroutine',
    'collectgarbage("collect") == 0 or "x"',
  ])('%s is not there, or does nothing', async name => {
    const [value] = await runLua(host, `return ${name}`);
    expect([null, true]).toContain(value);
  });

  test('globals are these and no others', async () => {
    const body =
      'local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names) return table.concat(names, " ")';
    const own =
      '_G _VERSION assert collectgarbage config error gcinfo getfenv getmetatable http ipairs json log math next pairs pcall print rawequal rawget rawlen rawset require select setfenv setmetatable string table tonumber tostring type unpack xpcall';
    expect(await runLua(host, body)).toEqual([own]);
  });
});

describe('fixEscapes', () => {
  test.each([
    ['"a\\-b"', '"a-b"'],
    ["'\\%d'", "'%d'"],
    ['"\\n\\t\\\\-\\"x\\065"', '"\\n\\t\\\\-\\"x\\065"'],
    ['"\\x41 \\xZZ \\u{e4} \\u00e4"', '"\\x41 xZZ \\u{e4} u00e4"'],
    ['-- "a\\-b"', '-- "a\\-b"'],
    ['--[[ "a\\-b" ]] "c\\-d"', '--[[ "a\\-b" ]] "c-d"'],
    ['[[a\\-b]] .. [==[ ]] "c\\-d" ]==] "e\\-f"', '[[a\\-b]] .. [==[ ]] "c\\-d" ]==] "e-f"'],
    ['"two\\\nlines\\-"', '"two\\\nlines-"'],
    ["\"it's\" .. '\\-'", "\"it's\" .. '-'"],
  ])('%j', (source, fixed) => {
    expect(fixEscapes(source)).toBe(fixed);
  });

  test('lines stay where they are', async () => {
    const text = 'local a = "x\\-y"\nlocal b = "1\\\n2\\-"\n--[[ \\- ]]\nerror("here")';
    await expect(loadScript(host, text)).rejects.toMatchObject({ message: 'providers/acme.lua:5: here' });
  });
});
