import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';

/** Where a value stands in JSON text, and where those inside it do. */
type Span = { start: number; end: number; items?: Span[]; members?: Map<string, Span> };

/**
 * JSON text of `after`, in which all that is as it was `before` keeps its very text: 1.0 stays 1.0, and a number too long
 * for JavaScript keeps its digits. `text` is what `before` was parsed from.
 */
export function keepBodyText(after: Json, before: Json, text: string): string {
  return write(after, before, scan(text), text);
}

function write(after: Json, before: Json | undefined, span: Span | undefined, text: string): string {
  if (span === undefined || before === undefined) return JSON.stringify(after);
  if (isSame(after, before)) return text.slice(span.start, span.end);
  if (Array.isArray(after) && Array.isArray(before)) return writeList(after, before, span.items ?? [], text);
  if (isJsonObject(after) && isJsonObject(before)) return writeObject(after, before, span, text);
  return JSON.stringify(after);
}

function writeObject(after: JsonObject, before: JsonObject, { members }: Span, text: string): string {
  const fields = Object.entries(after).map(([name, value]) => {
    const span = members?.get(name);
    return `${JSON.stringify(name)}:${write(value, span && before[name], span, text)}`;
  });
  return `{${fields.join(',')}}`;
}

/** Items are often added or taken away at one place: those before it and those behind it are matched. */
function writeList(after: Json[], before: Json[], spans: Span[], text: string): string {
  const shorter = Math.min(after.length, before.length);
  let first = 0;
  while (first < shorter && isSame(after[first], before[first])) first++;
  let last = 0;
  while (last < shorter - first && isSame(after.at(-1 - last), before.at(-1 - last))) last++;
  const shift = after.length - before.length;
  const items = after.map((item, index) => {
    const was = index >= after.length - last ? index - shift : index;
    return write(item, before[was], spans[was], text);
  });
  return `[${items.join(',')}]`;
}

/** As far as JSON text goes, which knows one zero, and hooks, which see half a surrogate pair as U+FFFD. */
function isSame(after: Json | undefined, before: Json | undefined): boolean {
  if (after === before) return true;
  if (typeof before === 'string') return after === before.toWellFormed();
  if (Array.isArray(before)) {
    if (!Array.isArray(after) || after.length !== before.length) return false;
    return before.every((item, index) => isSame(after[index], item));
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return false;
  const names = Object.keys(before);
  if (Object.keys(after).length !== names.length) return false;
  return names.every(name => Object.hasOwn(after, name) && isSame(after[name], before[name]));
}

/** The text is known to be JSON. */
function scan(text: string): Span {
  let at = 0;
  return scanValue();

  function scanValue(): Span {
    skipSpace();
    const start = at;
    switch (text.charAt(at)) {
      case '{':
        return { start, members: scanMembers(), end: at };
      case '[':
        return { start, items: scanItems(), end: at };
      case '"':
        skipString();
        return { start, end: at };
      default:
        while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
        return { start, end: at };
    }
  }

  function scanMembers(): Map<string, Span> {
    const members = new Map<string, Span>();
    at++;
    for (skipSpace(); text.charAt(at) !== '}'; skipSeparator()) {
      const start = at;
      skipString();
      // Safe: a member's name is a string.
      const name = JSON.parse(text.slice(start, at)) as string;
      skipSeparator();
      members.set(name, scanValue());
    }
    at++;
    return members;
  }

  function scanItems(): Span[] {
    const items: Span[] = [];
    at++;
    for (skipSpace(); text.charAt(at) !== ']'; skipSeparator()) items.push(scanValue());
    at++;
    return items;
  }

  function skipString(): void {
    for (at = text.indexOf('"', at + 1); ; at = text.indexOf('"', at + 1)) {
      let backslashes = 0;
      while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
      if (backslashes % 2 === 0) break;
    }
    at++;
  }

  function skipSpace(): void {
    while (/\s/.test(text.charAt(at))) at++;
  }

  function skipSeparator(): void {
    skipSpace();
    if (text.charAt(at) === ',' || text.charAt(at) === ':') at++;
    skipSpace();
  }
}
