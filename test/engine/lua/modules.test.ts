import { afterAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../electron/contract/errors.ts';
import { createTestHost, loadScript, recordServices, runLua } from './load-test-script.ts';

const host = createTestHost();
afterAll(() => host.close());

describe('json', () => {
  test.each([
    [
      'json.encode({ a = 1, b = 1.5, c = 10/2, d = "x", e = true })',
      '{"a":1,"b":1.5,"c":5,"d":"x","e":true}',
    ],
    ['json.encode({ 1, 2, 3 })', '[1,2,3]'],
    ['json.encode({})', '[]'],
    ['json.encode(json.decode("{}"))', '{}'],
    ['json.encode(json.decode("[]"))', '[]'],
    ['json.encode({ a = {}, b = json.decode("{}") })', '{"a":[],"b":{}}'],
    [
      'json.encode(json.decode("[1, 1.0, 1.5, 1e15, 1e21, 0.1, -3]"))',
      '[1,1,1.5,1000000000000000,1e+21,0.1,-3]',
    ],
    ['json.encode(json.decode("[1,null,3]"))', '[1,null,3]'],
    ['json.encode({ 1, json.null })', '[1,null]'],
    ['json.encode({ z = 1, a = 2, m = 3 })', '{"a":2,"m":3,"z":1}'],
    ['json.encode("\\195\\188 \\0 \\"")', '"ü \\u0000 \\""'],
    ['json.encode(2^53)', '9007199254740992'],
    ['json.encode(nil)', 'null'],
  ])('%s', async (expression, text) => {
    expect(await runLua(host, `return ${expression}`)).toEqual([text]);
  });

  test('decodes numbers as 1 and 1.5, null in objects as absent', async () => {
    const body = `local v = json.decode('{"a":1,"b":1.5,"c":null,"id":"9007199254740993"}')
      return tostring(v.a), tostring(v.b), tostring(v.c), v.id`;
    expect(await runLua(host, body)).toEqual(['1', '1.5', 'nil', '9007199254740993']);
  });

  test.each([
    ['json.decode("{")', /^json: not valid JSON/],
    ['json.decode("")', /^json: not valid JSON/],
    ['json.decode("[1,]")', /^json: not valid JSON/],
    ['json.decode(("["):rep(1e5) .. ("]"):rep(1e5))', /^json: tables nested more than 100 levels deep/],
    ['json.encode({ f = print })', /^json: cannot encode a function in f$/],
    ['json.encode({ 1, a = 2 })', /^json: cannot encode a table with both list items and named fields$/],
    ['json.encode({ 1, 2, [10] = 3 })', /^json: cannot encode a list with holes$/],
    ['json.encode(0/0)', /^json: cannot encode the number NaN/],
  ])('%s gives nil and a message', async (expression, message) => {
    expect(await runLua(host, `return ${expression}`)).toEqual([null, expect.stringMatching(message)]);
  });

  test('encodes a body in the order in which it will be sent', async () => {
    const body = { model: 'm', zeta: 1, alpha: null, messages: [{ role: 'user', content: 'x', name: null }] };
    const script = await loadScript(
      host,
      'local p = {} function p.f(b) b.added = true return b, json.encode(b) end return p',
    );
    const [sent, signed] = await script.call('f', [body]);
    expect(signed).toBe(JSON.stringify({ ...body, added: true }));
    expect(JSON.stringify(sent)).toBe(signed);
  });
});

describe('http', () => {
  test('get and post return status, headers and body; an HTTP error does not raise', async () => {
    const { services, requests } = recordServices(({ method }) => ({
      status: method === 'GET' ? 200 : 503,
      body: '{"ok":true}',
    }));
    const body = `local r = http.get("https://api.example/v1/models", { ["X-Team"] = "a", Retry = 3 })
      local q = http.post("https://api.example/v1/token", json.encode({ n = 1 }))
      return r.status, r.headers["content-type"], json.decode(r.body).ok, q.status`;
    expect(await runLua(host, body, [], { services })).toEqual([200, 'application/json', true, 503]);
    expect(requests).toEqual([
      { method: 'GET', url: 'https://api.example/v1/models', headers: { 'X-Team': 'a', Retry: '3' } },
      { method: 'POST', url: 'https://api.example/v1/token', headers: {}, body: '{"n":1}' },
    ]);
  });

  test('a network error raises with a message, and tells nothing about this machine', async () => {
    const refuse = (failure: Error) => {
      const fetch = async () => {
        throw failure;
      };
      return runLua(host, 'return pcall(http.get, "https://api.example/x?key=1")', [], {
        services: { fetch },
      });
    };
    expect(await refuse(new AppError('host_not_granted', 'api.example is not granted'))).toEqual([
      false,
      'providers/acme.lua:1: GET https://api.example: api.example is not granted',
    ]);
    expect(await refuse(new Error('ENOENT /home/someone/secret'))).toEqual([
      false,
      'providers/acme.lua:1: GET https://api.example: it failed',
    ]);
  });

  test.each([
    ['http.get()', 'http.get needs a URL'],
    ['http.get("http://x/", "not a table")', 'http.get needs its headers as a table of names and strings'],
    ['http.get("http://x/", { a = {} })', 'http.get needs its headers as a table of names and strings'],
    [
      'http.get("http://x/", { a = "b\\r\\nX-Evil: 1" })',
      'http.get needs its headers as a table of names and strings',
    ],
    [
      'http.post("http://x/", { a = 1 })',
      'http.post needs a string as body; json.encode makes one of a table',
    ],
    ['http.get(("http://x/"):rep(5000))', 'http.get: the URL is too long'],
  ])('%s is refused', async (expression, message) => {
    await expect(runLua(host, `local r = ${expression} return r`)).rejects.toMatchObject({
      code: 'script_error',
      message: `providers/acme.lua:1: ${message}`,
    });
  });

  test('sends at most twenty requests in one call', async () => {
    const { services, requests } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f() for i = 1, 100 do http.get("http://x.example/" .. i) end end return p',
      { services },
    );
    await expect(script.call('f', [])).rejects.toMatchObject({
      message: 'providers/acme.lua:1: http.get: more than 20 requests in one call',
    });
    expect(requests).toHaveLength(20);
    await expect(script.call('f', [])).rejects.toMatchObject({ code: 'script_error' });
    expect(requests).toHaveLength(40);
  });

  test('works where Lua cannot yield: in sort, gsub, metamethods and while loading', async () => {
    const { services } = recordServices(({ url }) => ({ status: 200, body: url.slice(-1) }));
    const text = `local first = http.get("http://x.example/0").body
      local p = {}
      function p.f()
        local t = setmetatable({}, { __index = function(_, k) return http.get("http://x.example/" .. k).body end })
        return first, (("a"):gsub("a", function() return http.get("http://x.example/1").body end)), t[2]
      end
      return p`;
    expect(await (await loadScript(host, text, { services })).call('f', [])).toEqual(['0', '1', '2']);
  });
});

describe('log', () => {
  test('takes several values, one line each, without control characters or keys', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    await runLua(
      host,
      'log.info("a", 1, nil, true) log.warn("two\\nlines\\27[31m") log.error("key " .. config.api_key) print("p")',
      [],
      { services },
    );
    expect(lines).toEqual([
      { level: 'info', message: 'a 1 nil true' },
      { level: 'warn', message: 'two lines [31m' },
      { level: 'error', message: 'key [api key]' },
      { level: 'info', message: 'p' },
    ]);
  });

  test('caps long lines and drops a flood, saying how many', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.flood() local line = ("x"):rep(5000) for i = 1, 5000 do log.info(line) end end function p.f() log.info("after") end return p',
      { services },
    );
    await script.call('flood', []);
    expect(lines.length).toBeLessThan(130);
    expect(Math.max(...lines.map(line => line.message.length))).toBe(1001);
    await new Promise(resolve => setTimeout(resolve, 200));
    await script.call('f', []);
    expect(lines.slice(-2)).toEqual([
      { level: 'warn', message: expect.stringMatching(/^\d+ log lines were dropped/) },
      { level: 'info', message: 'after' },
    ]);
  });
});

describe('require and load_models', () => {
  test('require gives json, http and log, and nothing else', async () => {
    expect(
      await runLua(host, 'return require("json") == json, require("http") == http, require "log" == log'),
    ).toEqual([true, true, true]);
    await expect(runLua(host, 'local os = require("os") return os')).rejects.toMatchObject({
      code: 'script_error',
      message:
        "providers/acme.lua:1: require('os') is not available; provider scripts can require 'json', 'http' and 'log'",
    });
  });

  test('load_models reads a JSON file beside the script', async () => {
    const files: string[] = [];
    const readData = async (path: string) => {
      files.push(path);
      return '[{"id":"a","context_size":8192}]';
    };
    const script = await loadScript(host, 'return { models = load_models("models/acme.json") }', {
      services: { readData },
    });
    expect(script.table).toEqual({ models: [{ id: 'a', context_size: 8192 }] });
    expect(files).toEqual(['models/acme.json']);
  });

  test.each(['../../etc/passwd', '/etc/passwd', 'a/../../b.json', 'C:\\\\x.json'])(
    'load_models refuses %s',
    async path => {
      const readData = () => Promise.reject(new Error('must not be asked'));
      await expect(
        loadScript(host, `local m = load_models("${path}") return {}`, { services: { readData } }),
      ).rejects.toMatchObject({
        code: 'script_error',
        message: expect.stringContaining('the file must lie beside the script'),
      });
    },
  );

  test('load_models names the file that is missing or not JSON, and is absent without data files', async () => {
    const load = (readData: () => Promise<string>) =>
      loadScript(host, 'local m = load_models("m.json") return {}', { services: { readData } });
    await expect(load(async () => '{nope')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^providers\/acme\.lua:1: load_models\("m\.json"\): json: not valid JSON/,
      ),
    });
    await expect(
      load(() => Promise.reject(new AppError('not_found', 'there is no such file'))),
    ).rejects.toMatchObject({ message: 'providers/acme.lua:1: m.json: there is no such file' });
    expect(await runLua(host, 'return load_models')).toEqual([null]);
  });
});
