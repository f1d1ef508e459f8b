import { describe, expect, it } from 'vitest';

import type { RequestOptions } from '../../electron/contract/request.ts';
import { openaiCompletions } from '../../electron/dialects/openai_completions/index.ts';
import { openaiResponses } from '../../electron/dialects/openai_responses/index.ts';

describe.each([openaiCompletions, openaiResponses])('$name', ({ client }) => {
  function send(id: string, options: RequestOptions): { sent: object; warned: string[] } {
    const warned: string[] = [];
    const request = { messages: [], options, stream: false };
    const { temperature, top_p } = client.encodeRequest(request, { id }, field => warned.push(field));
    return { sent: { temperature, top_p }, warned };
  }

  const asked = { temperature: 0.2, top_p: 0.9 };

  it.each<[string, RequestOptions]>([
    ['gpt-4o', {}],
    ['gpt-5.2', {}],
    ['gpt-5.2', { reasoning_effort: 'none' }],
    ['gpt-5-chat-latest', {}],
    ['openai/gpt-5', { reasoning_effort: 'high' }],
    ['deepseek-v4', { reasoning_effort: 'high' }],
  ])('asks %s with %j at the temperature that was asked for', (id, more) => {
    expect(send(id, { ...asked, ...more })).toEqual({ sent: asked, warned: [] });
  });

  it.each<[string, RequestOptions]>([
    ['gpt-5', {}],
    ['gpt-5-mini-2025-08-07', {}],
    ['o3', {}],
    ['gpt-5.2', { reasoning_effort: 'low' }],
    ['gpt-5.2', { reasoning_budget: 4096 }],
  ])('asks %s with %j at its own, which is the only one it takes, and says so', (id, more) => {
    const { sent, warned } = send(id, { ...asked, ...more });
    expect({ sent, warned }).toEqual({
      sent: { temperature: undefined, top_p: undefined },
      warned: ['temperature', 'top_p'],
    });
    expect(send(id, { temperature: 1, top_p: 1, ...more }).warned).toEqual([]);
  });
});
