import { afterAll, describe, expect, test, vi } from 'vitest';
import { toAppError } from '../../../electron/contract/errors.ts';
import type { Json } from '../../../electron/contract/json.ts';
import type { ScriptServices } from '../../../electron/engine/lua/script-host.ts';
import { createTestHost, loadScript, recordServices, runLua } from './load-test-script.ts';

const host = createTestHost();
afterAll(() => host.close());

describe('loading', () => {
  test('returns the plain values of the table and the names of its functions', async () => {
    const script = await loadScript(
      host,
      `local p = { name = "A", n = 10/2, half = 1.5, on = true, list = {1, "two", {x = false}}, empty = {},
         helper = { trim = function() end, width = 3 } }
       p.__index = p
       function p.on_request(req) return req end
       p.models = function() return {} end
       return p`,
    );
    expect(script.table).toEqual({
      name: 'A',
      n: 5,
      half: 1.5,
      on: true,
      list: [1, 'two', { x: false }],
      empty: [],
      helper: { width: 3 },
    });
    expect(script.hooks).toEqual(['models', 'on_request']);
  });

  test('fills unset config values with the empty string', async () => {
    const script = await loadScript(
      host,
      'return { name = config.name, url = config.url, key = config.api_key }',
      {
        config: { name: 'n', url: '', api_key: '' },
      },
    );
    expect(script.table).toEqual({ name: 'n', url: '', key: '' });
  });

  test.each([
    ['local x = \nlocal y == 1', 'script_error', "providers/acme.lua:2: unexpected symbol near 'local'"],
    ['local p = {\n\n  name = = 2 }', 'script_error', "providers/acme.lua:3: unexpected symbol near '='"],
    [
      'local p = {}\np.a.b = 1\nreturn p',
      'script_error',
      "providers/acme.lua:2: attempt to index a nil value (field 'a')",
    ],
    ['error("no such luck")', 'script_error', 'providers/acme.lua:1: no such luck'],
    ['error({ message = "from a table" })', 'script_error', 'providers/acme.lua: from a table'],
    ['error({})', 'script_error', 'providers/acme.lua: an error without a message'],
    ['error(42)', 'script_error', 'providers/acme.lua: 42'],
    [
      'local p = {}',
      'script_result',
      'providers/acme.lua returned nil; a provider script must end with "return provider".',
    ],
    [
      '',
      'script_result',
      'providers/acme.lua returned nil; a provider script must end with "return provider".',
    ],
    [
      'return "x"',
      'script_result',
      'providers/acme.lua returned something that is not a table; a provider script must end with "return provider".',
    ],
    [
      'return { a = { b = 0/0 } }',
      'script_result',
      'providers/acme.lua holds what cannot leave the script: the number NaN, which JSON does not have (in a.b)',
    ],
    [
      'return { a = { 1, x = 2 } }',
      'script_result',
      'providers/acme.lua holds what cannot leave the script: a table with both list items and named fields (in a)',
    ],
    [
      'return { a = { [1] = 1, [3] = 3 } }',
      'script_result',
      'providers/acme.lua holds what cannot leave the script: a list with holes (in a)',
    ],
    ['\x1bLua', 'script_error', "providers/acme.lua: attempt to load a binary chunk (mode is 't')"],
  ])('refuses %j and says where it went wrong', async (text, code, message) => {
    await expect(loadScript(host, text)).rejects.toMatchObject({ name: 'AppError', code, message });
  });

  test('a broken script leaves the others alone', async () => {
    const good = await loadScript(host, 'local p = {} function p.f() return 1 end return p', {
      trusted: true,
    });
    await expect(loadScript(host, 'return')).rejects.toMatchObject({
      code: 'script_result',
    });
    expect(await good.call('f', [])).toEqual([1]);
  });

  test('names a missing interpreter instead of hanging', async () => {
    const broken = createTestHost({ wasmFile: '/nowhere/glue.wasm' });
    await expect(loadScript(broken, 'return {}')).rejects.toMatchObject({ code: 'internal' });
    await broken.close();
  });
});

describe('calling a hook', () => {
  test('passes arguments, and returns every result with nil as null', async () => {
    expect(await runLua(host, 'return b, nil, a.x, true', [{ x: 1 }, 'two'])).toEqual(['two', null, 1, true]);
    expect(await runLua(host, 'return')).toEqual([]);
    expect(await runLua(host, 'return nil, "denied"')).toEqual([null, 'denied']);
  });

  test('reports the file and line of an error, and the next call works', async () => {
    const script = await loadScript(
      host,
      `local p = {}
       function p.bad(req)
         local model = req.nothing
         return model.name
       end
       function p.good() return 'fine' end
       return p`,
    );
    await expect(script.call('bad', [{}])).rejects.toMatchObject({
      code: 'script_error',
      message: "providers/acme.lua:4: attempt to index a nil value (local 'model')",
    });
    expect(await script.call('good', [])).toEqual(['fine']);
  });

  test('reports errors inside library functions at the line of the script', async () => {
    const body = '\n local s = string.gsub(nil, "a", "b")\n return s';
    await expect(runLua(host, body)).rejects.toMatchObject({
      message: "providers/acme.lua:2: bad argument #1 to 'gsub' (string expected, got nil)",
    });
    await expect(runLua(host, '\n\n local r = http.get({})\n return r')).rejects.toMatchObject({
      message: 'providers/acme.lua:3: http.get needs a URL',
    });
    await expect(runLua(host, 'local n = table.insert("x", 1) return n')).rejects.toMatchObject({
      message: 'providers/acme.lua:1: bad argument (table expected, got string)',
    });
  });

  test.each([
    ['return { x = print }', 'a function (in x)'],
    ['return { { y = { print } } }', 'a function (in 1.y.1)'],
    ['return print', 'a function'],
    [
      'local t = {} t.t = t return t',
      'tables nested more than 100 levels deep, or in a circle (in t.t.t.t.t.t.t.t)',
    ],
    ['return { [1.5] = 1 }', 'a list with the index 1.5'],
    ['return { [true] = 1 }', 'a table with a boolean as key'],
    ['return 1/0', 'the number Infinity, which JSON does not have'],
    ['return 1, 2, 3, 4, 5, 6, 7, 8, 9', 'more than 8 results'],
  ])('refuses the result of %j', async (body, what) => {
    await expect(runLua(host, body)).rejects.toMatchObject({
      code: 'script_result',
      message: `providers/acme.lua (f) holds what cannot leave the script: ${what}`,
    });
  });

  test('refuses hooks that the script does not have', async () => {
    const script = await loadScript(host, 'local p = {} function p.f() end return p');
    await expect(script.call('toString', [])).rejects.toMatchObject({
      code: 'script_error',
      message: 'providers/acme.lua has no function "toString".',
    });
  });

  test('lends another key for one call only', async () => {
    const script = await loadScript(
      host,
      'local key = config.api_key local p = {} function p.f() return config.api_key, key end return p',
    );
    expect(await script.call('f', [])).toEqual(['sk-secret-1234', 'sk-secret-1234']);
    expect(await script.call('f', [], { api_key: 'call-key' })).toEqual(['call-key', 'sk-secret-1234']);
    expect(await script.call('f', [])).toEqual(['sk-secret-1234', 'sk-secret-1234']);
  });

  test('answers calls made at once in their order, each with its own result', async () => {
    const script = await loadScript(
      host,
      'local n, p = 0, {} function p.f(a) n = n + 1 return a, n end return p',
    );
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => script.call('f', [index])));
    expect(results).toEqual(Array.from({ length: 200 }, (_, index): Json[] => [index, index + 1]));
  });

  test('runs a hook for many events at once, in order, with the state and the options of single calls', async () => {
    const text = `local n, p = 0, {}
      function p.f(a, b) n = n + 1 return a, n, config.api_key end
      return p`;
    const script = await loadScript(host, text);
    const runs = Array.from({ length: 1000 }, (_, index) => [{ index }, 'x']);
    const results: Json[][] = [];
    const options = { api_key: 'lent-key' };
    await script.callEach('f', runs, some => results.push(...some), options);
    expect(results).toEqual(runs.map((_, index): Json[] => [{ index }, index + 1, 'lent-key']));
    expect(await script.call('f', ['after'])).toEqual(['after', 1001, 'sk-secret-1234']);
    await script.callEach('f', [], () => expect.unreachable('nothing ran'));
  });

  test('gives what ended to the caller while the rest still runs', async () => {
    const { services } = recordServices(() => ({ status: 200, body: 'late' }));
    let answer = () => {};
    const answered = new Promise<void>(resolve => (answer = resolve));
    const fetch: ScriptServices['fetch'] = async (request, signal) => {
      await answered;
      return services.fetch(request, signal);
    };
    const script = await loadScript(
      host,
      'local p = {} function p.f(a) if a == 3 then http.get("http://slow.example/") end return a end return p',
      { services: { ...services, fetch } },
    );
    const results: Json[][] = [];
    const all = script.callEach('f', [[1], [2], [3]], some => results.push(...some));
    await expect.poll(() => results).toEqual([[1], [2]]);
    answer();
    await all;
    expect(results).toEqual([[1], [2], [3]]);
  });

  test('keeps scripts apart, also those that share a worker', async () => {
    const text =
      'shared = (shared or 0) + 1 local p = {} function p.f() shared = shared + 1 return shared, string.leak end return p';
    const one = await loadScript(host, text);
    await runLua(host, 'string.leak = "yes"');
    const two = await loadScript(host, text);
    expect(await one.call('f', [])).toEqual([2, null]);
    expect(await two.call('f', [])).toEqual([2, null]);
  });

  test('stops waiting when the call is cancelled, before and during its run', async () => {
    const { services, requests } = recordServices(() => ({ status: 200, body: '' }));
    let aborted = false;
    const script = await loadScript(
      host,
      'local p = {} function p.f() return http.get("http://slow.example/").status end function p.g() return 1 end return p',
      {
        services: {
          ...services,
          fetch: (request, signal) => {
            requests.push(request);
            return new Promise((_, reject) =>
              signal.addEventListener('abort', () => ((aborted = true), reject(new Error('aborted')))),
            );
          },
        },
      },
    );
    await expect(script.call('g', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const controller = new AbortController();
    const call = script.call('f', [], { signal: controller.signal });
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(aborted).toBe(true);
    expect(await script.call('g', [])).toEqual([1]);
  });

  test('finishes calls in flight when the script is closed, and refuses later ones', async () => {
    const script = await loadScript(host, 'local p = {} function p.f(a) return a end return p');
    const call = script.call('f', ['last']);
    const closing = script.close();
    await expect(script.call('f', ['late'])).rejects.toMatchObject({ code: 'cancelled' });
    expect(await call).toEqual(['last']);
    await closing;
    await script.close();
  });

  test('a closed host refuses calls instead of leaving them open', async () => {
    const closing = createTestHost();
    const script = await loadScript(closing, 'local p = {} function p.f() return 1 end return p');
    const call = script.call('f', []).catch(toAppError);
    await closing.close();
    expect(await call).toMatchObject({ code: 'cancelled' });
    await expect(script.call('f', [])).rejects.toMatchObject({ code: 'cancelled' });
    expect(closing.countWorkers()).toBe(0);
  });
});
