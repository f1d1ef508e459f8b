import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  fieldsOf,
  functionIn,
  literalsOf,
  parseAnnotations,
} from '../../renderer/features/studio/parse-annotations.ts';
import { describeAt, suggest } from '../../renderer/features/studio/suggest.ts';

const file = readFileSync(join(import.meta.dirname, '../../providers/provider.d.lua'), 'utf8');
const annotations = parseAnnotations(file);

/** `|` stands for the place. */
function labelsAt(marked: string): string[] {
  const place = marked.indexOf('|');
  const found = suggest(marked.replace('|', ''), place, annotations);
  return found?.items.map(({ label }) => label) ?? [];
}

describe('the annotations', () => {
  it('are read whole: every line that names something is in what is known', () => {
    const named = [...file.matchAll(/^---@field (\w+)/gm)].map(match => match[1]);
    const fields = [...annotations.classes.values()].flatMap(each => each.fields.map(({ name }) => name));
    expect(fields).toEqual(named);
    expect([...annotations.functions.keys()]).toEqual(
      [...file.matchAll(/^function ([\w.]+)/gm)].map(match => match[1]),
    );
    expect(Object.fromEntries(annotations.globals)).toEqual({
      config: 'parley.Config',
      json: 'parley.Json',
      http: 'parley.Http',
      log: 'parley.Log',
    });
    expect([...annotations.aliases.keys()]).toHaveLength(4);
  });

  it('tell types from words about them', () => {
    const field = (name: string) =>
      fieldsOf('parley.OmniProvider', annotations).find(each => each.name === name);
    expect(field('auth_type')).toMatchObject({
      type: '"none" | "bearer" | "x-api-key"',
      isOptional: true,
      doc: expect.stringMatching(/^otherwise "bearer"/) as string,
    });
    expect(field('on_request')).toMatchObject({
      type: 'fun(req: parley.BodyRequest): parley.BodyRequest?, string?',
      doc: 'last word before sending; nil and a reason stops the call',
    });
    expect(field('models')?.type).toBe('parley.Model[] | fun(): parley.Model[]');
    expect(field('headers')?.type).toBe('table<string, string|number|boolean>');
    const source = annotations.classes.get('parley.Block')?.fields.find(({ name }) => name === 'source');
    expect(source).toMatchObject({
      type: '{ type: "base64" | "url", data: string?, url: string? }',
      doc: 'attachment',
    });
  });

  it('name parameters and results of functions, and the strings a type lists', () => {
    const hook = functionIn('fun(body: table, context: parley.Context): table, string?');
    expect(hook?.params.map(({ name, type }) => [name, type])).toEqual([
      ['body', 'table'],
      ['context', 'parley.Context'],
    ]);
    expect(hook?.returns.map(({ type }) => type)).toEqual(['table', 'string?']);
    expect(functionIn('string | { env: string }')).toBeNull();
    expect(literalsOf('parley.Dialect', annotations)).toEqual([
      'openai_completions',
      'openai_responses',
      'anthropic_messages',
      'google_gemini',
      'ollama_chat',
    ]);
  });

  it('may be broken without harm', () => {
    for (const text of ['---@field', '---@class', '---@alias x', '---@field a fun(', '---@field b { c: '])
      expect(() => parseAnnotations(text)).not.toThrow();
  });
});

describe('suggestions', () => {
  it('offer the fields of the table that is returned, but those that are there', () => {
    const labels = labelsAt('return {\n  base_url = "http://x",\n  mo|');
    expect(labels).toEqual(expect.arrayContaining(['models', 'modify_body', 'dialect', 'protocol']));
    expect(labels).not.toContain('base_url');
  });

  it('offer the values a field may have', () => {
    expect(labelsAt('return { dialect = "op|')).toContain('openai_completions');
    expect(labelsAt("local p = { auth_type = '|")).toEqual(['none', 'bearer', 'x-api-key']);
    expect(labelsAt('return { name = "|')).toEqual([]);
  });

  it('know the tables inside', () => {
    expect(labelsAt('return { models = { { id = "a", | } } }')).toContain('context_size');
    expect(labelsAt('return { models = { | } }')).toEqual([]);
    expect(labelsAt('return { headers = { | } }')).toEqual([]);
  });

  it('know what hooks are given, by their place and not by their name', () => {
    expect(labelsAt('return { modify_body = function(b, c, o) if o.|')).toContain('max_tokens');
    expect(labelsAt('return { on_request = function(r) r.|')).toEqual(
      expect.arrayContaining(['body', 'url', 'headers']),
    );
    expect(labelsAt('local function authenticate(req, opts)\n  return opts.|')).toContain('api_key');
    expect(labelsAt('return { other = function(o) o.|')).toEqual([]);
  });

  it('follow blocks: behind the end of a hook the table goes on', () => {
    const hook = `return { modify_body = function(body)
      if body.a then x = 1 elseif body.b then x = 2 else x = 3 end
      for _, v in ipairs(body) do while true do break end end
      repeat local f = function() return "}" end until f()
      -- end end }
      return body
    end,
    |`;
    expect(labelsAt(hook)).toContain('build_url');
  });

  it('offer the globals and what is in them', () => {
    expect(labelsAt('local x = |')).toEqual(expect.arrayContaining(['json', 'http', 'log', 'load_models']));
    expect(labelsAt('json.|')).toEqual(['encode', 'decode', 'null']);
    expect(labelsAt('local x = config.|')).toEqual(['name', 'url', 'api_key']);
  });

  it.each([
    '-- json.|',
    '--[[ \n json.|',
    'return { name = "json.|',
    'x = [[ json.|',
    'local x = 12|',
    'body.messages.|',
  ])('are silent in %j', marked => expect(labelsAt(marked)).toEqual([]));

  it('write whole hooks with the parameters of the contract', () => {
    const found = suggest('return { ', 9, annotations)?.items;
    const template = (name: string) => found?.find(({ label }) => label === name)?.template;
    expect(template('modify_events')).toBe(
      'modify_events = function(deltas, raw_event)\n\t${}\n\treturn ${deltas}\nend,',
    );
    expect(template('base_url')).toBe('base_url = "${}",');
    expect(template('api_key_optional')).toBe('api_key_optional = ${},');
    expect(template('drop_body_fields')).toBe('drop_body_fields = { ${} },');
  });
});

describe('what a word means', () => {
  const at = (marked: string) => {
    const place = marked.indexOf('|');
    return describeAt(marked.replace('|', ''), place, annotations);
  };

  it('is told of fields, functions, globals and parameters', () => {
    expect(at('return { base_|url = "x" }')).toMatchObject({ title: 'base_url: string' });
    expect(at('x = json.en|code(y)')?.title).toBe('json.encode(value: any) → string?, string?');
    expect(at('x = con|fig.name')?.doc).toContain('parley.yaml');
    expect(at('return { build_url = function(path, opts) return opts.base_|url end }')?.title).toBe(
      'opts.base_url: string',
    );
  });

  it.each(['return { name = "base_|url" }', '-- base_|url =', 'local base_|url', '12|34'])(
    'is not told of %j',
    marked => expect(at(marked)).toBeNull(),
  );
});
