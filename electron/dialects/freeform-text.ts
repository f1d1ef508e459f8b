import { isJsonObject, parseJson } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';

/*
 * Tools that take plain text (OpenAI's custom tools) are functions with one string for everybody else. The text is
 * wrapped where it goes to a model, and unwrapped where the call comes back.
 */

const field = 'input';

/** The arguments of a function that stands for such a tool; `format` is what its text must look like. */
export function freeformSchema(format: JsonObject | undefined): JsonObject {
  return {
    type: 'object',
    properties: { [field]: { type: 'string', description: describeFormat(format) } },
    required: [field],
    additionalProperties: false,
  };
}

function describeFormat(format: JsonObject | undefined): string {
  const text = 'The whole input of the tool as plain text, not wrapped in anything else.';
  const definition = format?.['definition'];
  if (typeof definition !== 'string' || definition === '') return text;
  const syntax =
    format?.['syntax'] === 'regex' ? 'match this regular expression' : 'follow this Lark grammar';
  return `${text} It must ${syntax}:\n${definition}`;
}

export function wrapFreeform(text: string): JsonObject {
  return { [field]: text };
}

/** The text in a call's arguments. What a model wrote in another form than asked is its text all the same. */
export function unwrapFreeform(input: Json): string {
  if (typeof input === 'string') return input;
  if (!isJsonObject(input)) return JSON.stringify(input);
  const text = input[field];
  if (typeof text === 'string') return text;
  const values = Object.values(input);
  if (values.length === 0) return '';
  const [only] = values;
  return values.length === 1 && typeof only === 'string' ? only : JSON.stringify(input);
}

/** Takes the text out of arguments that arrive in pieces, as far as it is known. */
export type FreeformReader = {
  push(piece: string): string;
  /** What is left once the arguments are whole. */
  end(): string;
};

export function createFreeformReader(): FreeformReader {
  let written = '';
  let position: number | undefined;
  let told = '';
  return {
    push(piece) {
      written += piece;
      position ??= /^\s*\{\s*"input"\s*:\s*"/.exec(written)?.[0].length;
      if (position === undefined) return '';
      const read = readString(written, position);
      position = read.position;
      told += read.text;
      return read.text;
    },
    end() {
      const input = parseJson(written);
      // No JSON: the bare text after all, or arguments that broke off, whose beginning was told.
      if (input === undefined) return position === undefined ? written : '';
      const whole = unwrapFreeform(input);
      return whole.startsWith(told) ? whole.slice(told.length) : '';
    },
  };
}

const plainEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Text of a JSON string from `start` on, up to its end or to an escape that is not whole yet. */
function readString(json: string, start: number): { text: string; position: number } {
  let text = '';
  let position = start;
  while (position < json.length && json[position] !== '"') {
    if (json[position] !== '\\') {
      // Half a character is no text: it waits for its other half.
      if (position + 1 === json.length && isHighSurrogate(json.charCodeAt(position))) break;
      text += json[position];
      position += 1;
      continue;
    }
    const letter = json[position + 1];
    if (letter === undefined) break;
    if (letter !== 'u') {
      text += plainEscapes[letter] ?? letter;
      position += 2;
      continue;
    }
    // Here, too, both halves at once.
    const escape = /^\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|^\\u(?![dD][89abAB])[0-9a-fA-F]{4}/.exec(
      json.slice(position, position + 12),
    )?.[0];
    if (escape === undefined) break;
    text += JSON.parse(`"${escape}"`) as string; // the text of a JSON string
    position += escape.length;
  }
  return { text, position };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
