import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../electron/contract/json.ts';
import { createTestHost, loadScript } from './load-test-script.ts';

const host = createTestHost();
afterAll(() => host.close());

const BODY: JsonObject = {
  model: 'm',
  temperature: 1,
  zeta: 0.1,
  alpha: null,
  messages: [
    { role: 'system', content: 'be brief', name: null },
    { role: 'user', content: [{ type: 'text', text: 'hi' }, null], extra: {} },
  ],
  tools: [],
  metadata: {},
  stop: null,
};

async function runBody(body: string, argument: Json = BODY): Promise<string> {
  const script = await loadScript(host, `local p = {} function p.f(b) ${body} end return p`);
  const [result] = await script.call('f', [argument]);
  await script.close();
  return JSON.stringify(result);
}

describe('a body that goes through a hook', () => {
  test('comes back byte for byte when nothing was changed', async () => {
    expect(await runBody('return b')).toBe(JSON.stringify(BODY));
  });

  test('keeps its order where fields were changed, new ones follow sorted', async () => {
    const sent = await runBody(
      'b.zz = 1 b.aa = 2 b.temperature = 0.5 b.messages[1].content = "x" b.stop = "END" return b',
    );
    const messages = [{ role: 'system', content: 'x', name: null }, (BODY['messages'] as Json[])[1]];
    expect(sent).toBe(JSON.stringify({ ...BODY, temperature: 0.5, messages, stop: 'END', aa: 2, zz: 1 }));
  });

  test('loses what was taken out, an emptied object stays an object', async () => {
    const sent = await runBody(
      'b.zeta = nil b.messages[1].role = nil b.messages[1].content = nil b.metadata = {} return b',
      {
        zeta: 1,
        metadata: { a: 1 },
        messages: [{ role: 'r', content: 'c' }],
      },
    );
    expect(sent).toBe('{"metadata":{},"messages":[{}]}');
  });

  test('objects keep their order and nulls when they move', async () => {
    const sent = await runBody(
      'table.insert(b.messages, 1, { role = "system", content = "first" }) return b',
    );
    expect(sent).toBe(
      JSON.stringify({
        ...BODY,
        messages: [{ role: 'system', content: 'first' }, ...(BODY['messages'] as Json[])],
      }),
    );
  });

  test('a copy keeps the order of what it copies', async () => {
    const sent = await runBody('local c = {} for k, v in pairs(b) do c[k] = v end return c');
    const { alpha: _alpha, stop: _stop, ...rest } = BODY;
    expect(sent).toBe(JSON.stringify(rest));
  });

  test('a table made anew after another was dropped is not taken for it', async () => {
    const body = `for i = 1, 200 do b.items[i] = nil end
      for i = 1, 2000 do b.items[i % 200 + 1] = { v = i } end
      for _, item in ipairs(b.items) do if item.gone ~= nil then error("mixed up") end end
      return b.items`;
    const items = Array.from({ length: 200 }, () => ({ gone: null, v: 0 }));
    const result = JSON.parse(await runBody(body, { items })) as JsonObject[];
    expect(result.every(item => !('gone' in item))).toBe(true);
  });

  test('keeps the order of the argument named by keepOrderOf', async () => {
    const script = await loadScript(
      host,
      'local p = {} function p.f(_, b) return { one = b.one, two = b.two, three = b.three } end return p',
    );
    const [result] = await script.call('f', [1, { two: 2, three: 3, one: 1 }], { keepOrderOf: 1 });
    expect(JSON.stringify(result)).toBe('{"two":2,"three":3,"one":1}');
  });
});

// What JSON text cannot carry (-0, half a surrogate pair) is not part of the promise.
const json = fc
  .jsonValue({ maxDepth: 6, noUnicodeString: false })
  .map(value => JSON.parse(JSON.stringify(value)) as Json);

describe('any JSON value', () => {
  test('comes back as it was, through a hook and through json.decode and json.encode', async () => {
    const text = `local p = {}
      function p.same(v) return v end
      function p.text(s) return json.encode(json.decode(s)) end
      return p`;
    const script = await loadScript(host, text);
    await fc.assert(
      fc.asyncProperty(json, async value => {
        const [same] = await script.call('same', [{ value }]);
        expect(JSON.stringify(same)).toBe(JSON.stringify({ value }));
        const [back] = await script.call('text', [JSON.stringify([value])]);
        expect(JSON.parse(back as string)).toEqual(dropNullFields([value]));
      }),
      { numRuns: 400 },
    );
  });

  test('keys that mean something to JavaScript are plain keys', async () => {
    const script = await loadScript(
      host,
      'local p = {} function p.f(v) v.seen = v.constructor return v end return p',
    );
    const value = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":"c","toString":1,"hasOwnProperty":null}',
    ) as JsonObject;
    const [result] = await script.call('f', [value]);
    expect(JSON.stringify(result)).toBe(
      '{"__proto__":{"polluted":true},"constructor":"c","toString":1,"hasOwnProperty":null,"seen":"c"}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('strings keep NUL bytes and every character', async () => {
    const script = await loadScript(host, 'local p = {} function p.f(s) return s, #s end return p');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async text => {
        expect(await script.call('f', [text])).toEqual([text, Buffer.byteLength(text)]);
      }),
      { numRuns: 200 },
    );
    expect(await script.call('f', ['a\0b'])).toEqual(['a\0b', 3]);
  });
});

function dropNullFields(value: Json): Json {
  if (Array.isArray(value)) return value.map(dropNullFields);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([key, field]) => [key, dropNullFields(field)]),
  );
}
