import { describe, expect, it } from 'vitest';

import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';
import { askOther, othersThan } from '../ask-others.ts';
import { readObject } from '../read-fixtures.ts';

// What Open WebUI asks, before every upstream: a picture, two calls at once with their results by id, and settings
// only Ollama has.

const body = readObject('ollama_chat', 'request-open-webui', 'request.json');
const { request: decoded } = ollamaChat.server.decodeRequest(body);

describe.each(othersThan(ollamaChat))('Open WebUI asks $name', upstream => {
  const { text, read, ignored } = askOther(ollamaChat, decoded, upstream);

  it('with its system prompt, its picture and its tools', () => {
    expect(read.system).toBe('User Context:\n\nBe kind.');
    expect(read.messages[0]?.content).toContainEqual({
      type: 'attachment',
      media_type: 'image/png',
      source: { type: 'base64', data: 'iVBORw0KGgoAAAANSUhEUg==' },
    });
    expect(read.tools?.map(({ name }) => name)).toEqual(['get_current_timestamp', 'search_web']);
  });

  it('with both calls and their results in one turn each', () => {
    expect(read.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(read.messages[1]?.content).toMatchObject([
      { type: 'tool_use', id: 'call_6b0e6c1c', name: 'get_current_timestamp', input: {} },
      { type: 'tool_use', id: 'call_f2a1d7aa', input: { query: 'a red dot', count: 5 } },
    ]);
    expect(read.messages[2]?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'call_6b0e6c1c', content: [{ text: '{"timestamp":1764000000}' }] },
      { type: 'tool_result', tool_use_id: 'call_f2a1d7aa', content: [{ text: '[]' }] },
    ]);
  });

  it('names every setting that is Ollama’s alone', () => {
    expect(ignored).toEqual(['keep_alive', 'options.num_ctx', 'options.repeat_penalty']);
    expect(text).not.toContain('num_ctx');
  });
});
