import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sendJson } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

type Template = Record<string, unknown>;

const chat = {
  messages: [{ role: 'user', content: 'hi' }],
  max_tokens: 5,
  tools: [{ name: 'f', input_schema: {} }],
};
const contents = {
  contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
  systemInstruction: { parts: [{ text: 's' }] },
};
const backends = ['openai', 'responses', 'anthropic', 'gemini', 'ollama', 'hooked'];

const addresses: [string, Template][] = [
  ['/v1/messages/count_tokens', chat],
  ['/v1/responses/input_tokens', { input: 'hi', instructions: 's' }],
  ['/v1beta/models/BACKEND/m:countTokens', { ...contents, generateContentRequest: contents }],
  ['/v1/embeddings', { input: ['a'], dimensions: 2, encoding_format: 'float' }],
  ['/api/embed', { input: ['a'], dimensions: 2 }],
  ['/api/embeddings', { prompt: 'a' }],
  ['/v1beta/models/BACKEND/m:embedContent', { content: { parts: [{ text: 'a' }] } }],
  ['/v1beta/models/BACKEND/m:batchEmbedContents', { requests: [{ content: { parts: [{ text: 'a' }] } }] }],
  ['/v1/completions', { prompt: 'a', max_tokens: 5, suffix: null, stream: false }],
  ['/api/generate', { prompt: 'a', system: 's', images: [], options: {}, stream: false, keep_alive: 1 }],
  ['/api/show', {}],
];

/** The template with one of its values, however deep, replaced by anything; or text that is no JSON. */
function mutated(template: Template): fc.Arbitrary<string> {
  const paths = pathsOf(template);
  const replaced = fc
    .tuple(fc.constantFrom(...(paths.length > 0 ? paths : [['model']])), fc.jsonValue({ maxDepth: 2 }))
    .map(([path, value]) => JSON.stringify(replaceAt(template, path, value)));
  const added = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  return fc.oneof(
    { weight: 6, arbitrary: replaced },
    { weight: 2, arbitrary: added.map(fields => JSON.stringify({ ...template, ...fields })) },
    { weight: 1, arbitrary: fc.string() },
  );
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    [...path, name],
    ...pathsOf(item, [...path, name]),
  ]);
}

function replaceAt(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  // A list is indexed by the text of a number as well.
  const members = copy as Record<string, unknown>;
  members[name] = replaceAt(members[name], rest, by);
  return copy;
}

describe.each(addresses)('%s', (path, template) => {
  it('answers whatever it is asked with a body of its own kind, and never with 500', async () => {
    const { ask, engine } = await startAllDialects((request, response) => {
      if (request.method === 'GET') sendJson(response, 404, {});
      else sendJson(response, 400, { error: { message: 'What?' } });
    });
    const inPath = path.includes('BACKEND');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...backends), mutated(template), async (backend, text) => {
        const body = text.startsWith('{"') && !inPath ? `{"model":"${backend}/m",${text.slice(1)}` : text;
        const answer = await ask(path.replace('BACKEND', backend), body || ' ');
        expect(answer.status).not.toBe(500);
        expect(answer.status < 400 || 'error' in answer.json).toBe(true);
        expect(answer.text).not.toContain('TypeError');
      }),
      { numRuns: 120 },
    );
    expect(engine.rows.filter(({ error_code: code }) => code === 'internal')).toEqual([]);
  });
});
