import { expect } from 'vitest';

import type { DialectName } from '../../../electron/contract/models.ts';

const openai = { error: { message: expect.any(String) as string } };

/** What every client of the dialect looks for in an error. */
const envelopes: Record<DialectName, object> = {
  openai_completions: openai,
  openai_responses: openai,
  anthropic_messages: {
    type: 'error',
    error: { type: expect.any(String) as string, message: expect.any(String) as string },
  },
  google_gemini: {
    error: {
      code: expect.any(Number) as number,
      message: expect.any(String) as string,
      status: expect.stringMatching(/^[A-Z_]+$/) as string,
    },
  },
  ollama_chat: { error: expect.any(String) as string },
};

export function expectEnvelope(dialect: DialectName, json: unknown, text: string): void {
  // Google's streams without `alt=sse` are lists, of which an error is the only element.
  const body: unknown =
    dialect === 'google_gemini' && Array.isArray(json) && json.length === 1 ? json[0] : json;
  expect(body, `not the envelope of ${dialect}: ${text.slice(0, 300)}`).toMatchObject(envelopes[dialect]);
}
