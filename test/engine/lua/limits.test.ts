import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toAppError } from '../../../electron/contract/errors.ts';
import type { Json } from '../../../electron/contract/json.ts';
import type { LoadedScript, ScriptHost } from '../../../electron/engine/lua/script-host.ts';
import { createTestHost, loadScript, NO_SERVICES, recordServices } from './load-test-script.ts';

const hosts: ScriptHost[] = [];
function createHost(options: Parameters<typeof createTestHost>[0] = {}): ScriptHost {
  const host = createTestHost(options);
  hosts.push(host);
  return host;
}
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

const ENDLESS = 'while true do end';
// Runs in C for ever, where no hook of Lua can stop it.
const UNSTOPPABLE = 'return string.find(("a"):rep(1e5), ("a*"):rep(30) .. "b")';
const SCRIPT = `local p, runs = {}, 0
  function p.count() runs = runs + 1 return runs end
  function p.loop() ${ENDLESS} end
  function p.hang() ${UNSTOPPABLE} end
  return p`;
const imported = { trusted: false };

describe('the soft limit', () => {
  test('stops a loop and keeps the state', async () => {
    const script = await loadScript(createHost(), SCRIPT, imported);
    expect(await script.call('count', [])).toEqual([1]);
    await expect(script.call('loop', [])).rejects.toMatchObject({
      code: 'script_timeout',
      message: 'providers/acme.lua (loop) ran longer than 250 ms and was stopped.',
    });
    expect(await script.call('count', [])).toEqual([2]);
  });

  test.each([
    ['pcall in a loop', 'while true do pcall(function() while true do end end) end'],
    ['pcall in tail position', 'return pcall(function() while true do end end)'],
    ['a handler of xpcall', 'return xpcall(error, function() while true do end end)'],
    [
      'a to-be-closed variable',
      'local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end',
    ],
    ['a callback of gsub', 'return string.gsub("a", "a", function() while true do end end)'],
    ['a metamethod', 'return setmetatable({}, { __index = function() while true do end end }).x'],
    [
      'table functions',
      'return table.concat(setmetatable({}, { __index = function() return "" end }), "", 1, 1e15)',
    ],
  ])('stops %s without ending the worker', async (_, body) => {
    // The hard limit is out of reach: it is the soft one that has to stop the script.
    const host = createHost({ hardLimitMs: 15_000 });
    const text = `local p, runs = {}, 0 function p.f() ${body} end function p.count() runs = runs + 1 return runs end return p`;
    const script = await loadScript(host, text);
    expect(await script.call('count', [])).toEqual([1]);
    await expect(script.call('f', [])).rejects.toMatchObject({
      code: 'script_timeout',
      message: 'providers/acme.lua (f) ran longer than 250 ms and was stopped.',
    });
    expect(await script.call('count', [])).toEqual([2]);
  });

  test('holds for the first run of a script as well', async () => {
    await expect(loadScript(createHost(), ENDLESS, imported)).rejects.toMatchObject({
      code: 'script_timeout',
    });
  });

  test('does not count the time spent waiting for an answer', async () => {
    const fetch = async () => {
      await sleep(900);
      return { status: 200, headers: {}, body: 'late' };
    };
    const host = createHost({ softLimitMs: 100, hardLimitMs: 300 });
    const script = await loadScript(
      host,
      'local p = {} function p.f() return http.get("http://slow.example/").body end return p',
      {
        ...imported,
        services: { fetch },
      },
    );
    expect(await script.call('f', [])).toEqual(['late']);
  });
});

describe('the hard limit', () => {
  test('ends the worker, fails the call, and the next call runs in a fresh state', async () => {
    const script = await loadScript(createHost(), SCRIPT, imported);
    await script.call('count', []);
    await expect(script.call('hang', [])).rejects.toMatchObject({
      code: 'script_timeout',
      message: 'providers/acme.lua: hang ran longer than 500 ms and was stopped.',
    });
    expect(await script.call('count', [])).toEqual([1]);
  });

  test('leaves the main thread free', async () => {
    const script = await loadScript(createHost(), SCRIPT, imported);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await expect(script.call('hang', [])).rejects.toMatchObject({ code: 'script_timeout' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test('does not fail the calls that were waiting behind the hanging one', async () => {
    const script = await loadScript(createHost(), SCRIPT, imported);
    const hanging = script.call('hang', []).catch(toAppError);
    const waiting = [script.call('count', []), script.call('count', [])];
    expect(await Promise.all(waiting)).toEqual([[1], [2]]);
    expect(await hanging).toMatchObject({ code: 'script_timeout' });
  });

  test('does not disturb another script, not even in the shared worker', async () => {
    const host = createHost();
    const bad = await loadScript(host, SCRIPT);
    const good = await loadScript(host, SCRIPT);
    const hanging = bad.call('hang', []).catch(toAppError);
    expect(await good.call('count', [])).toEqual([1]);
    expect(await hanging).toMatchObject({ code: 'script_timeout' });
    expect(await bad.call('count', [])).toEqual([1]);
  });

  test('after three kills in a row the script is switched off', async () => {
    const script = await loadScript(createHost({ softLimitMs: 50, hardLimitMs: 100 }), SCRIPT, imported);
    const hang = () =>
      script.call('hang', []).then(
        () => 'ran',
        (error: Error) => error.message,
      );
    expect(await hang()).toBe('providers/acme.lua: hang ran longer than 100 ms and was stopped.');
    expect(await hang()).toBe('providers/acme.lua: hang ran longer than 100 ms and was stopped.');
    expect(await hang()).toContain('3 times in a row: the script is switched off');
    await expect(script.call('count', [])).rejects.toMatchObject({
      code: 'script_timeout',
      message: expect.stringContaining('providers/acme.lua is switched off'),
    });
  });

  test('a call that ends well starts the count of kills anew', async () => {
    const script = await loadScript(createHost({ softLimitMs: 50, hardLimitMs: 100 }), SCRIPT, imported);
    for (let round = 0; round < 3; round++) {
      for (let kill = 0; kill < 2; kill++)
        await expect(script.call('hang', [])).rejects.toMatchObject({ code: 'script_timeout' });
      expect(await script.call('count', [])).toEqual([1]);
    }
  });
});

describe('many runs at once', () => {
  const MANY = `local p, runs = {}, 0
    function p.step(n)
      runs = runs + 1
      if n == "loop" then ${ENDLESS} end
      if n == "hang" then ${UNSTOPPABLE} end
      if n == "fail" then error("no") end
      return n, runs
    end
    function p.work(rounds) for i = 1, rounds do end return rounds end
    return p`;

  /** What came of the runs, and of all of them together. */
  async function runEach(script: LoadedScript, hook: string, args: Json[]): Promise<[Json[][], string]> {
    const results: Json[][] = [];
    const end = await script
      .callEach(
        hook,
        args.map(arg => [arg]),
        some => results.push(...some),
      )
      .then(
        () => 'done',
        (error: unknown) => toAppError(error).code,
      );
    return [results, end];
  }

  test('each has the soft limit for itself', { timeout: 60_000 }, async () => {
    const host = createHost({ softLimitMs: 500, hardLimitMs: 60_000 });
    const script = await loadScript(host, MANY, imported);
    const before = process.cpuUsage();
    await script.call('work', [20_000_000]);
    const { user, system } = process.cpuUsage(before);
    // A tenth of the limit: short enough also on a machine that is busy with other things.
    const rounds = Math.floor(20_000_000 * (50 / ((user + system) / 1000)));
    const [results, end] = await runEach(script, 'work', Array<number>(40).fill(rounds));
    expect(end).toBe('done');
    expect(results).toHaveLength(40);
  });

  test('the one that runs too long fails, those before count, those behind it do not run', async () => {
    const script = await loadScript(createHost({ hardLimitMs: 15_000 }), MANY, imported);
    expect(await runEach(script, 'step', ['a', 'b', 'loop', 'c'])).toEqual([
      [
        ['a', 1],
        ['b', 2],
      ],
      'script_timeout',
    ]);
    expect(await script.call('step', ['d'])).toEqual(['d', 4]);
  });

  test('an error is that of its run, and stops those behind it', async () => {
    const script = await loadScript(createHost(), MANY, imported);
    expect(await runEach(script, 'step', ['a', 'fail', 'b'])).toEqual([[['a', 1]], 'script_error']);
    expect(await script.call('step', ['c'])).toEqual(['c', 3]);
  });

  test('those before a run that has to be stopped from outside are not lost', async () => {
    const script = await loadScript(createHost(), MANY, imported);
    const anew: unknown = expect.toBeOneOf([1, 2]);
    expect(await runEach(script, 'step', ['a', 'b', 'hang', 'c'])).toEqual([
      [
        ['a', 1],
        // What was not told before the worker had to end is run again in another, which counts from 1.
        ['b', anew],
      ],
      'script_timeout',
    ]);
  });

  test('three that hang at once switch the script off', async () => {
    const script = await loadScript(createHost({ softLimitMs: 50, hardLimitMs: 100 }), MANY, imported);
    for (let round = 0; round < 3; round++) {
      expect(await runEach(script, 'step', ['hang', 'hang', 'hang'])).toEqual([[], 'script_timeout']);
    }
    await expect(script.call('step', ['a'])).rejects.toMatchObject({
      message: expect.stringContaining('is switched off'),
    });
  });

  test("go on in another worker when theirs ends for another script's sake, each once and in order", async () => {
    const host = createHost({ softLimitMs: 50, hardLimitMs: 100 });
    const bad = await loadScript(host, MANY);
    const good = await loadScript(host, MANY);
    const hanging = bad.call('step', ['hang']).catch(toAppError);
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    const [results, end] = await runEach(good, 'step', numbers);
    expect(end).toBe('done');
    expect(results.map(([n]) => n)).toEqual(numbers);
    expect(await hanging).toMatchObject({ code: 'script_timeout' });
  });

  test('do not run once they are cancelled', async () => {
    const { services, lines } = recordServices(() => ({ status: 200, body: '' }));
    const text = `local p = {}
      function p.f(n) log.info(n) local t = {} for i = 1, 3e5 do t[i % 10] = i end return n end
      return p`;
    const script = await loadScript(createHost(), text, { ...imported, services });
    const controller = new AbortController();
    const runs = Array.from({ length: 90 }, (_, index) => [index]);
    const call = script.callEach('f', runs, () => controller.abort(), { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await script.call('f', ['next']);
    expect(lines.at(-1)?.message).toBe('next');
    expect(lines.length).toBeLessThan(45);
  });
});

describe('memory', () => {
  test.each([
    ['one long string', 'return #("x"):rep(1e9)'],
    ['a string that doubles', 'local s = "x" while true do s = s .. s end'],
    ['a table that grows', 'local t, i = {}, 0 while true do i = i + 1 t[i] = { i } end'],
  ])('%s ends at the cap, and the state lives on', async (_, body) => {
    const host = createHost({ softLimitMs: 20_000, hardLimitMs: 40_000 });
    const script = await loadScript(
      host,
      `local p = {} function p.f() ${body} end function p.ok() return "ok" end return p`,
      imported,
    );
    await expect(script.call('f', [])).rejects.toMatchObject({
      code: 'script_memory',
      message: 'providers/acme.lua (f) needed more memory than a script may have.',
    });
    expect(await script.call('ok', [])).toEqual(['ok']);
  });

  test('an argument that does not fit into a full state fails cleanly', async () => {
    const text = `local keep, p = {}, {}
      function p.fill() while true do if not pcall(function() keep = { keep, ("x"):rep(1000) } end) then return true end end end
      function p.size(s) return #s end
      return p`;
    const script = await loadScript(createHost({ softLimitMs: 20_000, hardLimitMs: 40_000 }), text, imported);
    expect(await script.call('fill', [])).toEqual([true]);
    await expect(script.call('size', ['y'.repeat(8_000_000)])).rejects.toMatchObject({
      code: 'script_memory',
    });
    expect(await script.call('size', ['abc'])).toEqual([3]);
  });

  test('values larger than the limits are refused on their way in', async () => {
    const script = await loadScript(createHost(), 'local p = {} function p.f(a) return type(a) end return p');
    await expect(script.call('f', ['x'.repeat(17 * 1024 * 1024)])).rejects.toMatchObject({
      code: 'script_result',
      message: expect.stringContaining('16 MB of text'),
    });
    let deep: { a?: unknown } = {};
    for (let level = 0; level < 150; level++) deep = { a: deep };
    // Safe: plain objects all the way down.
    await expect(script.call('f', [deep as never])).rejects.toMatchObject({
      code: 'script_result',
      message: expect.stringContaining('100 levels'),
    });
    expect(await script.call('f', ['x'.repeat(8_000_000)])).toEqual(['string']);
  });

  test('a hook returns as much as it was given, and not much more: the main thread has to read it', async () => {
    const script = await loadScript(
      createHost({ softLimitMs: 20_000, hardLimitMs: 40_000 }),
      `local p = {}
       function p.same(a) return a end
       function p.text(n) return ("x"):rep(n) end
       function p.list(n) local t = {} for i = 1, n do t[i] = i end return t end
       function p.tables(n) local t = {} for i = 1, n do t[i] = {} end return t end
       return p`,
    );
    const long = 'x'.repeat(9_000_000);
    expect(await script.call('same', [long])).toEqual([long]);
    expect(await script.call('text', [4_000_000])).toEqual(['x'.repeat(4_000_000)]);
    const refused = (what: string) => ({
      code: 'script_result',
      message: expect.stringContaining(what),
    });
    await expect(script.call('text', [4_500_000])).rejects.toMatchObject(refused('4 MB of text'));
    await expect(script.call('list', [300_000])).rejects.toMatchObject(refused('values'));
    await expect(script.call('tables', [30_000])).rejects.toMatchObject(refused('tables'));
  });
});

// Every worker that starts costs a busy machine a second.
describe('workers', { timeout: 60_000 }, () => {
  test('are at most six; scripts without one wait for an idle one and reload there', async () => {
    const host = createHost();
    const scripts = [];
    for (let index = 0; index < 8; index++) {
      scripts.push(
        await loadScript(host, `local p = {} function p.f() return ${index} end return p`, imported),
      );
      expect(host.countWorkers()).toBeLessThanOrEqual(6);
    }
    for (let round = 0; round < 2; round++) {
      const results = await Promise.all(scripts.map(script => script.call('f', [])));
      expect(results).toEqual(scripts.map((_, index) => [index]));
      expect(host.countWorkers()).toBeLessThanOrEqual(6);
    }
  });

  test('wait in line when every worker is busy', async () => {
    const host = createHost({ maxWorkers: 1 });
    const slow = async () => {
      await sleep(100);
      return { status: 200, headers: {}, body: '' };
    };
    const text = 'local p = {} function p.f(a) http.get("http://x.example/") return a end return p';
    const scripts = [];
    for (let index = 0; index < 3; index++)
      scripts.push(await loadScript(host, text, { ...imported, services: { fetch: slow } }));
    expect(await Promise.all(scripts.map((script, index) => script.call('f', [index])))).toEqual([
      [0],
      [1],
      [2],
    ]);
    expect(host.countWorkers()).toBe(1);
  });

  test('a script without functions keeps none', async () => {
    const host = createHost();
    await loadScript(host, 'return { name = "data only" }', imported);
    expect(host.countWorkers()).toBe(0);
  });

  test('a spare is kept warm once an imported script is in use', async () => {
    const host = createHost();
    const script = await loadScript(host, SCRIPT, imported);
    expect(host.countWorkers()).toBe(1);
    await script.call('count', []);
    await expect.poll(() => host.countWorkers()).toBe(2);
    await loadScript(host, SCRIPT, imported);
    // It took the spare, and another one follows.
    await expect.poll(() => host.countWorkers()).toBe(3);
  });

  test('end soon when nothing is loaded in them: built-in scripts that are data only leave none behind', async () => {
    const host = createHost();
    await loadScript(host, 'return { name = "data only" }');
    await expect.poll(() => host.countWorkers(), { timeout: 10_000 }).toBe(0);
  });

  test('end when idle, the spare too, and the next call starts again', async () => {
    const host = createHost({ idleMs: 150 });
    const own = await loadScript(host, SCRIPT, imported);
    const shared = await loadScript(host, SCRIPT);
    await own.call('count', []);
    await shared.call('count', []);
    await vi.waitFor(() => expect(host.countWorkers()).toBe(0), 10_000);
    expect(await own.call('count', [])).toEqual([1]);
    expect(await shared.call('count', [])).toEqual([1]);
  });

  test('a call in progress is not idle', async () => {
    const host = createHost({ idleMs: 100 });
    const fetch = async () => {
      await sleep(700);
      return { status: 200, headers: {}, body: 'done' };
    };
    const script = await loadScript(
      host,
      'local p = {} function p.f() return http.get("http://x.example/").body end return p',
      {
        ...imported,
        services: { ...NO_SERVICES, fetch },
      },
    );
    expect(await script.call('f', [])).toEqual(['done']);
  });
});
