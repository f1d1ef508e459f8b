import { AppError } from '../contract/errors.ts';
import type { DialectName } from '../contract/models.ts';
import { anthropicMessages } from './anthropic_messages/index.ts';
import type { Dialect } from './dialect.ts';
import { googleGemini } from './google_gemini/index.ts';
import { ollamaChat } from './ollama_chat/index.ts';
import { openaiCompletions } from './openai_completions/index.ts';
import { openaiResponses } from './openai_responses/index.ts';

/** Every wire format Parley speaks. A new one is a folder and a line here. */
export const dialects = {
  openai_completions: openaiCompletions,
  openai_responses: openaiResponses,
  anthropic_messages: anthropicMessages,
  google_gemini: googleGemini,
  ollama_chat: ollamaChat,
} satisfies Partial<Record<DialectName, Dialect>>;

export function isKnownDialect(name: DialectName): boolean {
  return Object.hasOwn(dialects, name);
}

/** Throws AppError `invalid_request` where this version does not speak the dialect. */
export function getDialect(name: DialectName): Dialect {
  const known: Partial<Record<DialectName, Dialect>> = dialects;
  const dialect = known[name];
  if (dialect) return dialect;
  const names = Object.keys(dialects).join(', ');
  throw new AppError(
    'invalid_request',
    `This version of Parley does not speak ${name} yet. Name one of: ${names}.`,
  );
}
