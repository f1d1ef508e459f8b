import { AppError } from '../contract/errors.ts';
import { isJsonObject, parseJson } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import { findErrorFrame } from './error-frame.ts';

const maxMessageLength = 1000;

/** An answer with an error status as one sentence; a web page is named, never quoted. */
export function decodeError(status: number, body: string): AppError {
  const parsed = parseBody(body);
  const frame = parsed && findErrorFrame(parsed);
  const said = parsed ? frame?.message : describeText(body);
  const message =
    said === undefined
      ? `The provider answered ${status} without saying why.`
      : `The provider answered ${status}: ${endSentence(said)}`;
  return new AppError('http_error', `${message} ${wayOut(status)}`, {
    http_status: status,
    ...(parsed && { body: parsed }),
    ...(frame?.retry_after_ms !== undefined && { retry_after_ms: frame.retry_after_ms }),
  });
}

/** Gemini's compatible endpoint wraps its error object in a list of one. */
function parseBody(body: string): JsonObject | undefined {
  const value = parseJson(body);
  const inner = Array.isArray(value) ? value[0] : value;
  return isJsonObject(inner) ? inner : undefined;
}

function describeText(body: string): string | undefined {
  const text = body.trim();
  if (text === '') return undefined;
  if (!/^<(?:!doctype|html|head|body|\?xml)/i.test(text)) return oneLine(text).slice(0, 300);
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text.slice(0, 10_000))?.[1];
  const name = title === undefined ? '' : oneLine(title).slice(0, 100);
  return name === '' ? 'a web page instead of an answer' : `a web page instead of an answer (“${name}”)`;
}

function endSentence(text: string): string {
  const line = oneLine(text).slice(0, maxMessageLength);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function wayOut(status: number): string {
  if (status === 401 || status === 403) return "Check this backend's API key and what it may use.";
  if (status === 402) return 'Check the balance of your account there.';
  if (status === 404) return 'Check the model name and the base URL.';
  if (status === 429) return 'Wait a moment, or raise your limit with the provider.';
  if (status >= 500) return 'Try again later.';
  return 'Change the request, or pick another model.';
}
