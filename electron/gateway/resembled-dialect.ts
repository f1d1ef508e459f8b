import type { Dialect } from '../dialects/dialect.ts';
import type { GatewayDeps } from './gateway-deps.ts';

/** Whose envelope an error wears on an address that is nobody's. */
export function resembledDialect(path: string, { dialects }: Pick<GatewayDeps, 'dialects'>): Dialect {
  return named(path, dialects) ?? dialects.openai_completions;
}

function named(path: string, dialects: GatewayDeps['dialects']): Dialect | undefined {
  if (isUnder(path, '/v1/messages') || isUnder(path, '/v1/complete')) return dialects.anthropic_messages;
  if (isUnder(path, '/v1/responses')) return dialects.openai_responses;
  if (isUnder(path, '/api')) return dialects.ollama_chat;
  return /^\/v1(?:beta|alpha)\d*(?:\/|$)/.test(path) ? dialects.google_gemini : undefined;
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
