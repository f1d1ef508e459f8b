import type { JsonObject } from '../contract/json.ts';
import { numberField, objectField, objectsField, textField } from './json-fields.ts';

// What no vendor asks for; a number past it is something else than a wait.
const longestWaitMs = 24 * 60 * 60 * 1000;

/** When to try again, in milliseconds, where an error says it in a field or in its words; undefined elsewhere. */
export function findRetryHint(error: JsonObject, message: string): number | undefined {
  const ms =
    numberField(error, 'retry_after_ms') ?? delayField(error) ?? secondsField(error) ?? headerSeconds(error);
  const wait = ms ?? waitInWords(message);
  return wait !== undefined && wait >= 0 && wait <= longestWaitMs ? Math.ceil(wait) : undefined;
}

/** Google says it in the body, and only there, also where it speaks OpenAI's format: a duration as text, `34.074824224s`. */
function delayField(error: JsonObject): number | undefined {
  const [delay] = objectsField(error, 'details').flatMap(detail => textField(detail, 'retryDelay') ?? []);
  const seconds = numericText(/^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1]);
  return seconds === undefined ? undefined : seconds * 1000;
}

function secondsField(error: JsonObject): number | undefined {
  const seconds = numberField(error, 'retry_after') ?? numericText(textField(error, 'retry_after'));
  return seconds === undefined ? undefined : seconds * 1000;
}

/** OpenRouter hands on the headers of the vendor behind it. */
function headerSeconds(error: JsonObject): number | undefined {
  const headers = objectField(objectField(error, 'metadata') ?? {}, 'headers') ?? {};
  const seconds = numericText(textField(headers, 'Retry-After') ?? textField(headers, 'retry-after'));
  return seconds === undefined ? undefined : seconds * 1000;
}

function numericText(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? undefined : value;
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^ms$/i, 1],
  [/^s(?:ec(?:ond)?s?)?$/i, 1000],
  [/^m(?:in(?:ute)?s?)?$/i, 60_000],
  [/^h(?:ours?)?$/i, 3_600_000],
];

/** "Please try again in 6m11.5s.", "retry after 26 seconds": OpenAI, Groq and Azure say it nowhere else in a stream. */
function waitInWords(message: string): number | undefined {
  const said = /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?\s*[a-z]+\s*){1,3})/i.exec(message)?.[1];
  if (said === undefined) return undefined;
  let wait = 0;
  for (const [, count, word = ''] of said.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const unit = units.find(([pattern]) => pattern.test(word))?.[1];
    if (unit === undefined) return undefined;
    wait += Number(count) * unit;
  }
  return wait;
}
