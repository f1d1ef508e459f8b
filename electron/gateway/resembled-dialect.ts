import type { Dialect, RouteMatch } from '../dialects/dialect.ts';
import type { GatewayDeps } from './gateway-deps.ts';

/** Whose envelope an error wears on an address that is nobody's; `path` is without the query of `url`. */
export function resembledDialect(
  path: string,
  url: string,
  { dialects }: Pick<GatewayDeps, 'dialects'>,
): Dialect {
  const dialect = named(path, dialects) ?? dialects.openai_completions;
  return inForm(dialect, url, { params: {}, stream: /:stream[A-Z]\w*$/.test(path) });
}

/** The dialect as an address asks for it: where its query wants an answer of another form, every refusal wears that, too. */
export function inForm(dialect: Dialect, url: string, match: RouteMatch): Dialect {
  const query = url.indexOf('?');
  const form = dialect.formOf?.(new URLSearchParams(query === -1 ? '' : url.slice(query)), match);
  return form ? { ...dialect, ...form } : dialect;
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
