import { describe, expect, it } from 'vitest';

import { toolNames, toolRecipes } from '../../electron/contract/connect-recipes.ts';
import type { ShownExchange } from '../../electron/contract/inspector.ts';
import { fillRecipe, hideKey } from '../../renderer/features/connect/fill-recipe.ts';
import { readPretty, summarize } from '../../renderer/features/inspector/pretty-body.ts';
import { spansOf } from '../../renderer/features/inspector/timing.ts';

describe('a body', () => {
  it('is JSON, whatever it calls itself', () => {
    expect(readPretty('{"a":[1]}')).toEqual({ type: 'json', value: { a: [1] } });
    expect(readPretty('null')).toEqual({ type: 'json', value: null });
  });

  it('is events, also with a cut end, comments and other line ends', () => {
    expect(readPretty(': hi\r\nevent: delta\r\ndata: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\ndata: {"b"')).toEqual(
      {
        type: 'events',
        events: [
          { name: 'delta', text: '{"a":1}', value: { a: 1 } },
          { name: '', text: '[DONE]' },
          { name: '', text: '{"b"' },
        ],
      },
    );
    expect(readPretty('data: a\ndata: b\n\n')).toEqual({
      type: 'events',
      events: [{ name: '', text: 'a\nb' }],
    });
  });

  it('is lines of JSON, also with a cut end', () => {
    expect(readPretty('{"a":1}\n{"b":2}\n{"c"')).toEqual({
      type: 'events',
      events: [
        { name: '', text: '{"a":1}', value: { a: 1 } },
        { name: '', text: '{"b":2}', value: { b: 2 } },
        { name: '', text: '{"c"' },
      ],
    });
  });

  it.each(['', 'plain', '{"cut": [1, 2', '<html>\ndata: x\n', 'data of ours\nmore'])('is text: %j', text => {
    expect(readPretty(text)).toEqual({ type: 'text' });
  });

  it('has a short form', () => {
    expect(summarize({ a: 1 })).toBe('{"a":1}');
    expect(summarize({ long: 'x'.repeat(10_000) }, 20).length).toBe(21);
  });
});

describe('where the time went', () => {
  const exchange = (fields: Partial<ShownExchange>) =>
    ({
      sent_ms: null,
      connected_ms: null,
      head_ms: null,
      first_byte_ms: null,
      end_ms: null,
      ...fields,
    }) as ShownExchange; // all it reads
  const timings = { routed_ms: 1, first_token_ms: 30, end_ms: 100 };

  it('is told phase by phase', () => {
    const exchanges = [
      exchange({ sent_ms: 5, end_ms: 15 }),
      exchange({ sent_ms: 20, connected_ms: 24, head_ms: 28, first_byte_ms: 30, end_ms: 90 }),
    ];
    expect(spansOf({ exchanges, timings })).toEqual([
      { phase: 'queue', from: 0, to: 5 },
      { phase: 'retries', from: 5, to: 20 },
      { phase: 'connect', from: 20, to: 24 },
      { phase: 'wait', from: 24, to: 30 },
      { phase: 'stream', from: 30, to: 90 },
    ]);
  });

  it('leaves out what did not happen', () => {
    expect(spansOf({ exchanges: [], timings })).toEqual([{ phase: 'queue', from: 0, to: 100 }]);
    expect(spansOf({ exchanges: [exchange({ sent_ms: 5 })], timings })).toEqual([
      { phase: 'queue', from: 0, to: 5 },
      { phase: 'connect', from: 5, to: 100 },
    ]);
    const running = { ...timings, end_ms: null };
    expect(spansOf({ exchanges: [], timings: running })).toEqual([]);
    expect(spansOf({ exchanges: [exchange({ sent_ms: 5 })], timings: running })).toEqual([
      { phase: 'queue', from: 0, to: 5 },
    ]);
    expect(spansOf({ exchanges: [exchange({ sent_ms: 5 })], timings: running }, 50).at(-1)).toEqual({
      phase: 'connect',
      from: 5,
      to: 50,
    });
  });

  it.each([
    ['was kept', 5.02],
    ['is not known of', null],
  ])('has no part for a connection that %s', (_how, connected) => {
    const exchanges = [exchange({ sent_ms: 5, connected_ms: connected, first_byte_ms: 30, end_ms: 90 })];
    expect(spansOf({ exchanges, timings }).map(({ phase, from }) => [phase, from])).toEqual([
      ['queue', 0],
      ['wait', 5],
      ['stream', 30],
    ]);
  });
});

describe('a recipe', () => {
  const hostile = `it's "m" $(x)\n\\`;
  const values = { url: 'http://127.0.0.1:4141', model: hostile, key: 'parley-key' };

  it.each(toolNames)('for %s names address, model and key where the tool wants them', name => {
    const text = fillRecipe(toolRecipes[name], { ...values, model: 'a/b' }, 'linux')
      .map(step => step.text)
      .join('\n');
    expect(text).toContain('parley-key');
    // Open WebUI lists the models itself, and Cursor cannot come to this address.
    expect(text.includes('a/b')).toBe(name !== 'open_webui');
    expect(text.includes('http://127.0.0.1:4141')).toBe(name !== 'cursor');
  });

  it('quotes a name of a model for the shell', () => {
    const [step] = fillRecipe({ name: 'x', tried: false, env: () => ({ A: hostile }) }, values, 'linux');
    expect(step?.text).toBe(`export A='it'\\''s "m" $(x)\n\\'`);
    const [windows] = fillRecipe({ name: 'x', tried: false, env: () => ({ A: "it's" }) }, values, 'win32');
    expect(windows?.text).toBe("$env:A = 'it''s'");
  });

  it('never shows more of a key than tells it from others', () => {
    expect(hideKey('parley-abcdefghijk')).toBe('parley-abcd…');
    expect(hideKey('')).toBe('parley-…');
  });
});
