import { describe, expect, it } from 'vitest';

import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';
import { askOther, othersThan } from '../ask-others.ts';
import { readObject } from '../read-fixtures.ts';

// What Gemini CLI asks, before every upstream: calls with ids, one signed by Google and one with the word that waives
// the signature, a picture within the result of a tool, and levels of thinking.

const body = readObject('google_gemini', 'request-gemini-cli', 'request.json');
const { request: decoded } = googleGemini.server.decodeRequest(body, { params: { model: 'some-model' } });

describe.each(othersThan(googleGemini))('Gemini CLI asks $name', upstream => {
  const { text, read, warnings, ignored } = askOther(
    googleGemini,
    { ...decoded, stream: true, extra: { ...decoded.extra, cachedContent: 'cachedContents/a' } },
    upstream,
  );

  it('with its system prompt and all its tools', () => {
    expect(read.system).toBe('You are Gemini CLI, an interactive CLI agent.');
    expect(read.tools?.map(({ name }) => name)).toEqual([
      'read_file',
      'run_shell_command',
      'google_web_search',
      'mcp_paint_look',
    ]);
    expect(read.tools?.[0]?.input_schema).toMatchObject({
      type: 'object',
      properties: { file_path: { type: 'string' }, start_line: { type: 'number' } },
      required: ['file_path'],
    });
  });

  it('with every call and its result, under the ids they had', () => {
    const blocks = read.messages.flatMap(({ content }) => content);
    const calls = blocks.flatMap(block => (block.type === 'tool_use' ? [block.id] : []));
    const results = blocks.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    expect(calls).toEqual([
      'read_file-1764000000000-a1',
      'run_shell_command-1764000000001-b2',
      'google_web_search-1764000000002-c3',
    ]);
    expect(results).toEqual(calls);
    expect(text).toContain('iVBORw0KGgoAAAANSUhEUg==');
    expect(text).toContain('Command exited with code: 2');
    expect(text).toContain('User hint: be brief.');
  });

  it('with no signature of Google’s as if it were its own', () => {
    expect(text).not.toContain('skip_thought_signature_validator');
    expect(text).not.toContain('CiQBSignedThought');
  });

  it('for as much effort, and says what it cannot ask for', () => {
    expect(read.options.reasoning_effort).toBe(upstream.name === 'ollama_chat' ? 'medium' : 'high');
    expect(ignored).toEqual(['cachedContent']);
    expect(read.options.top_k === 64 || warnings.includes('top_k')).toBe(true);
  });
});
