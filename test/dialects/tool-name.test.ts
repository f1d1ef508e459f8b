import { describe, expect, it } from 'vitest';

import { createNameDecoder, encodeToolName, joinNamespace } from '../../electron/dialects/tool-name.ts';

const long = `mcp__server__${'very_'.repeat(15)}long`;

describe('a name of a tool', () => {
  it.each(['f', 'get_weather', 'mcp__a-b__C9', 'x'.repeat(64)])('that every vendor takes stays: %s', name => {
    expect(encodeToolName(name)).toBe(name);
  });

  it.each([long, 'x'.repeat(65), 'node_repl.js', 'größe', 'a b', ''])(
    'that some refuse is written otherwise: %s',
    name => {
      const encoded = encodeToolName(name);
      expect(encoded).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(encodeToolName(name)).toBe(encoded);
      expect(encodeToolName(`${name}!`)).not.toBe(encoded);
    },
  );

  it('comes back as it was asked', () => {
    const tools = [long, 'f'].map(name => ({ name, input_schema: {} }));
    const decodeName = createNameDecoder({ messages: [], options: {}, stream: true, tools });
    expect(decodeName(encodeToolName(long))).toBe(long);
    expect(decodeName('f')).toBe('f');
    expect(decodeName('made_up')).toBe('made_up');
    expect(createNameDecoder(undefined)('f')).toBe('f');
  });
});

describe('a group of tools', () => {
  it.each([
    [undefined, 'f', 'f'],
    ['', 'f', 'f'],
    ['functions', 'f', 'f'],
    ['mcp__docs', 'search', 'mcp__docs__search'],
    ['mcp__docs__', 'search', 'mcp__docs__search'],
    ['docs', '_search', 'docs_search'],
  ])('%s puts its name before %s', (namespace, name, joined) => {
    expect(joinNamespace(namespace, name)).toBe(joined);
  });

  it('keeps to the length every vendor takes', () => {
    expect(joinNamespace('x'.repeat(60), 'search')).toMatch(/^x+_[0-9a-f]{8}$/);
  });
});
