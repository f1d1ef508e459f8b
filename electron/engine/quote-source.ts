import { AppError } from '../contract/errors.ts';

const longestQuote = 120;

/** What is wrong with a script, with the line it speaks of, so that it can be mended without a search. Never quotes a key. */
export function quoteSource(error: AppError, file: string, source: string): AppError {
  const lines = source.split(/\r\n|\r|\n/);
  const told = lineTold(error.message, file);
  const number = told ?? lineOfField(error.message, lines);
  if (number === undefined) return error;
  const message = hideNearKey(error.message);
  const text = lines[number - 1]?.trim() ?? '';
  const where =
    told === undefined && message.startsWith(`${file}:`)
      ? `${file}:${String(number)}${message.slice(file.length)}`
      : message;
  const quote =
    text === ''
      ? ''
      : `${/[.!?]$/.test(where) ? '' : '.'} Line ${String(number)}: ${hideKeys(text).slice(0, longestQuote)}`;
  return new AppError(error.code, where + quote, error.cause === undefined ? {} : { cause: error.cause });
}

/** Lua names the line itself: `providers/acme.lua:3: …`. */
function lineTold(message: string, file: string): number | undefined {
  const [, number] = message.startsWith(`${file}:`)
    ? (/^:(\d+):/.exec(message.slice(file.length)) ?? [])
    : [];
  return number === undefined ? undefined : Number(number);
}

/** Of a field that is not right, the line that sets it. */
function lineOfField(message: string, lines: readonly string[]): number | undefined {
  const field = /the field `(\w+)/.exec(message)?.[1];
  const model = /the model (\S+) names no dialect/.exec(message)?.[1];
  const index = lines.findIndex(line => {
    const code = line.replace(/--.*$/, '');
    if (field !== undefined) return new RegExp(`(?:^|[^\\w])${field}\\W*=(?!=)`).test(code);
    return model !== undefined && (code.includes(`"${model}"`) || code.includes(`'${model}'`));
  });
  return index === -1 ? undefined : index + 1;
}

/** Lua quotes the token it stumbled over, which may be a string with a key in it, or a key without quotes. */
function hideNearKey(message: string): string {
  return message.replace(/ near '(.*)'/s, (near, token: string) => (looksSecret(token) ? " near '…'" : near));
}

function hideKeys(line: string): string {
  const namesKey = /key|token|secret|passw/i.test(line);
  return line
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, literal => {
      const isName = /^.[A-Z][A-Z0-9_]*.$/.test(literal) || literal.length < 8;
      return namesKey && !isName ? '"…"' : literal;
    })
    .replaceAll(/[\w+/=-]{16,}/g, word => (looksSecret(word) ? '…' : word));
}

/** Sixteen or more characters with letters and several digits are hardly a word. */
function looksSecret(text: string): boolean {
  return text.length >= 16 && /[a-z]/i.test(text) && /\d.*\d/.test(text);
}
