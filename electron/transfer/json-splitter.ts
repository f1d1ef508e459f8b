import { AppError } from '../contract/errors.ts';

/** A value of a large JSON text: the keys that lead to it (a member of a list has the key `[]`), and its own text. */
export type JsonPart = { path: readonly string[]; text: string };

export type JsonSplitter = {
  /** The values that are whole by now. Throws invalid_request where the text is no JSON. */
  push(chunk: string): JsonPart[];
  /** Throws where the text is not whole. */
  end(): void;
};

type Container = { type: 'object' | 'array'; key: string };
type Expected = 'value' | 'key' | 'colon' | 'next' | 'nothing';

const longestValue = 256 * 1024 * 1024;

/**
 * Takes a JSON text of any size apart into values that are small enough to parse. `opens` says which containers are
 * taken apart; every other value is handed out whole.
 */
export function createJsonSplitter(opens: (path: readonly string[]) => boolean): JsonSplitter {
  const place = createPlace(opens);
  let position = 0;
  /** The value or key that is being read; undefined between them. */
  let reading: Reading | undefined;

  const finishReading = ({ isKey, text }: Reading, parts: JsonPart[]): void => {
    reading = undefined;
    if (!isKey) parts.push({ path: place.path(), text: text() });
    if (!place.passed(isKey ? parseKey(text()) : undefined)) throw malformed(position);
  };

  return {
    push(chunk) {
      const parts: JsonPart[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (reading) {
          const end = reading.take(chunk, at);
          if (end === undefined) break;
          at = end;
          finishReading(reading, parts);
        } else if (isSpace(chunk.charCodeAt(at))) at += 1;
        else {
          const met = place.meet(chunk.charAt(at));
          if (met === 'nothing fitting') throw malformed(position + at);
          if (met === 'mark') at += 1;
          else reading = createReading(met === 'key');
        }
      }
      position += chunk.length;
      return parts;
    },
    end() {
      // What is a number at the top of the file ends with the file, and is of no use to anybody.
      if (!place.isOver()) {
        throw new AppError('invalid_request', 'The file ends in the middle; export or download it again.');
      }
    },
  };
}

/** Where in the text a reader is, among the containers that are taken apart. */
function createPlace(opens: (path: readonly string[]) => boolean) {
  const stack: Container[] = [];
  let expected: Expected = 'value';
  const path = (): string[] => stack.map(({ key }) => key);
  const afterValue = (): Expected => (stack.length === 0 ? 'nothing' : 'next');

  return {
    path,
    isOver: () => expected === 'nothing',
    /** A key or a value was read to its end. False where the key is none. */
    passed(key: string | undefined): boolean {
      const top = stack.at(-1);
      if (expected === 'key') {
        if (!top || key === undefined) return false;
        top.key = key;
        expected = 'colon';
      } else expected = afterValue();
      return true;
    },
    /** What the character is here: a mark that is dealt with, or the first of a key or a value. */
    meet(mark: string): 'mark' | 'key' | 'value' | 'nothing fitting' {
      const top = stack.at(-1);
      const closes = (mark === ']' && top?.type === 'array') || (mark === '}' && top?.type === 'object');
      if (closes && expected !== 'colon') {
        // A comma before the end is no JSON, but it costs nothing to read on.
        stack.pop();
        expected = afterValue();
      } else if (mark === ':' && expected === 'colon') expected = 'value';
      else if (mark === ',' && expected === 'next') expected = top?.type === 'array' ? 'value' : 'key';
      else if (expected === 'key') return mark === '"' ? 'key' : 'nothing fitting';
      else if (expected !== 'value' || !/["{[\w-]/.test(mark)) return 'nothing fitting';
      else if ((mark === '[' || mark === '{') && opens(path())) {
        const type = mark === '[' ? 'array' : 'object';
        stack.push({ type, key: type === 'array' ? '[]' : '' });
        expected = type === 'array' ? 'value' : 'key';
      } else return 'value';
      return 'mark';
    },
  };
}

function malformed(position: number): AppError {
  return new AppError(
    'invalid_request',
    `The file is no valid JSON (at character ${position + 1}); export or download it again.`,
  );
}

type Reading = ReturnType<typeof createReading>;

/** Finds the end of one value, across chunks. */
function createReading(isKey: boolean) {
  const pieces: string[] = [];
  let length = 0;
  let depth = 0;
  let inString = false;
  let isEscaped = false;

  /** Index behind the value's last character; undefined where the chunk ends before. */
  const findEnd = (chunk: string, from: number): number | undefined => {
    for (let at = from; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (code === backslash) isEscaped = true;
        else if (code === quote) {
          inString = false;
          if (depth === 0) return at + 1;
        }
      } else if (code === quote) inString = true;
      else if (code === openBrace || code === openBracket) depth += 1;
      else if (code === closeBrace || code === closeBracket) {
        if (depth === 0) return at;
        depth -= 1;
        if (depth === 0) return at + 1;
      } else if (depth === 0 && (code === comma || isSpace(code))) return at;
    }
    return undefined;
  };

  return {
    isKey,
    take(chunk: string, from: number): number | undefined {
      const end = findEnd(chunk, from);
      const piece = chunk.slice(from, end);
      length += piece.length;
      if (length > longestValue) {
        throw new AppError(
          'request_too_large',
          'One chat of the file is larger than 256 MB, which is too large to read.',
        );
      }
      pieces.push(piece);
      return end;
    },
    text: () => pieces.join(''),
  };
}

function parseKey(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** JSON's white space, and the byte order mark some programs begin a file with. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0xfeff;
}
