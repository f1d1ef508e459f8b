import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Json, JsonObject } from '../../electron/contract/json.ts';
import { keepBodyText } from '../../electron/engine/keep-body-text.ts';

const text = `{ "model": "m", "temperature" : 1.0, "seed":12345678901234567890, "small": 1e-400, "zero": -0, "list": [1.50, 2E3, [ ]],
  "text": "\\u00e9\\/\\ud83d", "messages": [ {"role":"user","content":"a\\\\\\"b","n":1.0}, {"role":"assistant","content":null} ], "a": {} }`;

function change(edit: (body: Record<string, Json>) => void): string {
  const before = JSON.parse(text) as JsonObject;
  const after = structuredClone(before);
  edit(after);
  return keepBodyText(after, before, text);
}

describe('the text of a body', () => {
  test('stays as it was where nothing changed', () => {
    expect(change(() => {})).toBe(text);
  });

  test('stays in every field that was left alone, numbers and escapes included', () => {
    expect(change(body => (body['model'] = 'other'))).toBe(
      '{"model":"other","temperature":1.0,"seed":12345678901234567890,"small":1e-400,"zero":-0,"list":[1.50, 2E3, [ ]],' +
        '"text":"\\u00e9\\/\\ud83d","messages":[ {"role":"user","content":"a\\\\\\"b","n":1.0}, {"role":"assistant","content":null} ],"a":{}}',
    );
  });

  test('stays inside lists and objects of which a part changed', () => {
    const sent = change(body => {
      const [first] = body['messages'] as JsonObject[];
      Object.assign(first ?? {}, { content: 'c', z: 2 });
      (body['list'] as Json[])[1] = 7;
      delete body['text'];
    });
    expect(sent).toContain('"messages":[{"role":"user","content":"c","n":1.0,"z":2},{"role":"assistant"');
    expect(sent).toContain('"list":[1.50,7,[ ]]');
    expect(sent).not.toContain('"text"');
  });

  test('follows items that moved because others came or went', () => {
    const added = change(body => (body['messages'] as Json[]).unshift({ role: 'system' }));
    expect(added).toContain('"messages":[{"role":"system"},{"role":"user","content":"a\\\\\\"b","n":1.0},{');
    const removed = change(body => (body['list'] as Json[]).shift());
    expect(removed).toContain('"list":[2E3,[ ]]');
  });

  test('is written anew where the value is another, or of another type', () => {
    const sent = change(body => {
      body['temperature'] = 0.5;
      body['seed'] = '1';
      body['list'] = { 0: 1.5 };
      body['a'] = [];
    });
    expect(sent).toContain('"temperature":0.5,"seed":"1"');
    expect(sent).toContain('"list":{"0":1.5}');
    expect(sent).toContain('"a":[]');
  });

  test('of a negative zero and of half a character stays, although hooks cannot see them as they are', () => {
    const sent = change(body => {
      body['zero'] = 0;
      body['text'] = 'é/\ufffd';
      body['model'] = 'x';
    });
    expect(sent).toContain('"zero":-0');
    expect(sent).toContain('"text":"\\u00e9\\/\\ud83d"');
  });

  test('takes the last of two members of one name, and names like __proto__, as JSON.parse does', () => {
    const doubled = '{"a":1.0,"a":2.0,"__proto__":{"b":3.0},"constructor":4.0}';
    const before = JSON.parse(doubled) as JsonObject;
    const after = JSON.parse(doubled) as JsonObject;
    after['c'] = null;
    expect(keepBodyText(after, before, doubled)).toBe(
      '{"a":2.0,"__proto__":{"b":3.0},"constructor":4.0,"c":null}',
    );
  });

  test('always means the changed body', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map(value => JSON.parse(JSON.stringify(value)) as Json);
    fc.assert(
      fc.property(json, json, fc.nat(3), (before, after, indent) => {
        const was = { x: before, y: [before, after], z: { before } };
        const now = { x: after, y: [after, before, after], z: { before, after } };
        const written = keepBodyText(now, was, JSON.stringify(was, null, indent));
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(now)));
      }),
      { numRuns: 500 },
    );
  });
});
