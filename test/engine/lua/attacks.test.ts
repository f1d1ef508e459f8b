import { afterAll, describe, expect, test } from 'vitest';
import { toAppError } from '../../../electron/contract/errors.ts';
import { attacksOn } from './attacks.ts';
import { createTestHost, loadScript, NO_SERVICES, recordServices } from './load-test-script.ts';

const host = createTestHost();
// Where another limit is under attack, time must not run out first on a busy machine.
const patientHost = createTestHost({ softLimitMs: 6_000, hardLimitMs: 9_000 });
afterAll(() => Promise.all([host.close(), patientHost.close()]));

describe.each(Object.entries(attacksOn))('attacks on %s', (subject, attacks) => {
  test.each(attacks)('%s', async (_name, body, outcome) => {
    const script = await loadScript(
      subject === 'time' ? host : patientHost,
      `local p = {} function p.attack() ${body}\nend function p.works(a) return a end return p`,
    );
    const result = await script.call('attack', []).catch((error: unknown) => toAppError(error));
    const message = Array.isArray(result) ? script.hooks.join() : result.message;
    const allowed = typeof outcome === 'string' ? [outcome] : outcome;
    expect(allowed).toContainEqual(Array.isArray(result) ? result : result.code);
    expect(message).toMatch(/^(providers\/acme\.lua|attack,works$)/);
    expect(message.length).toBeLessThan(1200);
    expect(message).not.toMatch(/node:|\.ts\b|file:\/\/|wasm|\bat .*:\d+:\d+/);
    expect(await script.call('works', [{ a: [1, 'x'] }])).toEqual([{ a: [1, 'x'] }]);
    await script.close();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('attacks across calls', () => {
  test('source that takes an escape reader the square of its length', async () => {
    const quotes = '\\"'.repeat(200_000);
    await expect(loadScript(host, `local x = 1\nlocal y = "${quotes}\nreturn {}`)).rejects.toMatchObject({
      code: 'script_error',
      message: expect.stringContaining('providers/acme.lua:2: unfinished string'),
    });
  });

  test('a provider of a hundred thousand functions', async () => {
    const text = 'local p = {} for i = 1, 1e5 do p["f" .. i] = print end return p';
    await expect(loadScript(patientHost, text)).rejects.toMatchObject({
      code: 'script_result',
      message: 'providers/acme.lua holds what cannot leave the script: more than 1000 fields',
    });
  });

  test('the sum of many small requests is limited as well', async () => {
    const { services, requests } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f() for i = 1, 15 do http.get("http://x.example/") end end return p',
      { services },
    );
    const runs = Array.from({ length: 20 }, () => []);
    await expect(script.callEach('f', runs, () => {})).rejects.toMatchObject({
      code: 'script_error',
      message: expect.stringContaining('requests a second over all calls'),
    });
    expect(requests.length).toBeGreaterThanOrEqual(100);
  });

  test('a request cannot name another host in its headers', async () => {
    const { services, requests } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f() http.get("http://x.example/", { HOST = "evil.example" }) end return p',
      { services },
    );
    await expect(script.call('f', [])).rejects.toMatchObject({ code: 'script_error' });
    expect(requests).toEqual([]);
  });

  test('a key that the end of a long log line cuts through does not show its first half', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f() log.info(("x"):rep(989) .. config.api_key .. "yyyyyyy") end return p',
      { services },
    );
    await script.call('f', []);
    expect(lines).toEqual([{ level: 'info', message: `${'x'.repeat(989)}[api key]…` }]);
  });

  test('no key comes out, however many were lent', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f(quiet) if not quiet then log.info(config.api_key) end end return p',
      { services },
    );
    for (let index = 0; index < 150; index++)
      await script.call('f', [true], { api_key: `lent-key-${index}` });
    await script.call('f', [false], { api_key: 'lent-key-149' });
    await script.call('f', [false]);
    expect(lines.map(line => line.message)).toEqual(['[api key]', '[api key]']);
  });

  test('a log line cannot turn the direction of what is read', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    const script = await loadScript(
      host,
      'local p = {} function p.f() log.info("a\\u{202e}b\\u{2066}c\\27[31md") end return p',
      { services },
    );
    await script.call('f', []);
    expect(lines).toEqual([{ level: 'info', message: 'a b c [31md' }]);
  });

  test('what a script does to its globals in one call stays with that script', async () => {
    const evil = await loadScript(
      host,
      `local p = {}
       function p.f() json.decode = function() return "evil" end string.upper = nil config.api_key = "other" log.info = nil end
       return p`,
    );
    await evil.call('f', []);
    const good = await loadScript(
      host,
      'local p = {} function p.f() return json.decode("[1]"), ("a"):upper(), config.api_key end return p',
    );
    expect(await good.call('f', [])).toEqual([[1], 'A', 'sk-secret-1234']);
  });

  test('a replaced config does not get the key of the next call', async () => {
    const script = await loadScript(
      host,
      `local p = {}
       function p.steal() config = setmetatable({}, { __newindex = function(_, k, v) log.info(k, v) end }) end
       function p.read() return config.api_key end
       return p`,
    );
    await script.call('steal', []);
    expect(await script.call('read', [], { api_key: 'call-key' })).toEqual([null]);
  });

  test('a table kept from one call is a plain table in the next', async () => {
    const script = await loadScript(
      host,
      `local kept local p = {}
       function p.keep(b) kept = b.inner return b end
       function p.give(b) b.old = kept return b end
       return p`,
    );
    await script.call('keep', [{ inner: { b: 1, a: null } }]);
    for (let i = 0; i < 50; i++)
      await script.call('give', [{ x: Array.from({ length: 50 }, () => ({ n: null })) }]);
    expect(await script.call('give', [{}])).toEqual([{ old: { b: 1 } }]);
  });

  test('keys do not come out through errors', async () => {
    const script = await loadScript(
      host,
      'local p = {} function p.f() error("key " .. config.api_key) end return p',
    );
    await expect(script.call('f', [])).rejects.toMatchObject({
      message: 'providers/acme.lua:1: key [api key]',
    });
    await expect(script.call('f', [], { api_key: 'lent-key-9' })).rejects.toMatchObject({
      message: 'providers/acme.lua:1: key [api key]',
    });
  });

  test('a broken answer of the host cannot break the script', async () => {
    const fetch = async () => ({
      status: 200,
      headers: JSON.parse('{"__proto__":"x","a":"b"}') as Record<string, string>,
      body: '\0\ud800'.repeat(3),
    });
    const script = await loadScript(
      host,
      'local p = {} function p.f() local r = http.get("http://x.example/") return r.headers, #r.body end return p',
      {
        services: { ...NO_SERVICES, fetch },
      },
    );
    const [headers, size] = await script.call('f', []);
    expect(JSON.stringify(headers)).toBe('{"__proto__":"x","a":"b"}');
    expect(size).toBe(12);
  });

  test('the worker has no environment and no way to the process', async () => {
    const script = await loadScript(
      host,
      'local p = {} function p.f() local names = {} for k in pairs(_G) do names[#names + 1] = k end return names end return p',
    );
    const [names] = await script.call('f', []);
    expect(names).not.toEqual(expect.arrayContaining(['process']));
    expect(names).not.toEqual(expect.arrayContaining(['os']));
  });

  test('a hundred scripts that fail to load leave nothing behind', async () => {
    for (let index = 0; index < 100; index++) {
      await expect(
        loadScript(host, `local keep = ("x"):rep(3e6) error("no ${index}")`),
      ).rejects.toMatchObject({ code: 'script_error' });
    }
    const script = await loadScript(host, 'local p = {} function p.f() return #("x"):rep(1e7) end return p');
    expect(await script.call('f', [])).toEqual([1e7]);
  });
});
