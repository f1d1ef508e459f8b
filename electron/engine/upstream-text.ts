import { isJsonObject } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';

const longest = 300;

export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // JSON.parse yields Json by definition
  } catch {
    return undefined;
  }
}

/** What an error body says, in parentheses and on one line that cannot move a terminal's cursor; empty where it says nothing. */
export function errorText(body: string): string {
  const parsed = parseJson(body);
  const error = isJsonObject(parsed) ? parsed.error : undefined;
  const message = isJsonObject(error) ? error.message : error;
  if (typeof message !== 'string') return '';
  const line = message.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
  return line === '' ? '' : ` (${line.slice(0, longest)})`;
}
