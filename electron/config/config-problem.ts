import { z } from 'zod';

import { configSchema } from '../contract/config.ts';
import type { ConfigProblem } from '../contract/config.ts';
import type { ErrorCode as YamlErrorCode } from 'yaml';

/** One line for logs and terminals: `/…/parley.yaml:3:5: sentence`. */
export function describeConfigProblem({ file, line, column, message }: ConfigProblem): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`;
}

/**
 * What YAML itself finds wrong, in our own words: some of the parser's messages quote the file, and a file with a slip
 * in it may have a key at exactly that place.
 */
export const yamlSentences = {
  ALIAS_PROPS: 'an alias (*name) can have no tag or anchor of its own',
  BAD_ALIAS:
    'an alias (*name) or anchor (&name) is not right here; put text that begins with * or & in quotes',
  BAD_COLLECTION_TYPE: 'a !tag does not fit what it stands before',
  BAD_DIRECTIVE: 'a line that begins with % is not right here',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no known escape; use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines around it, or a bracket before it is not closed',
  BAD_PROP_ORDER: 'an anchor (&name) or !tag stands before the sign it belongs after',
  BAD_SCALAR_START: 'text cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value is missing its own line, or text with ": " in it is missing its quotes',
  BLOCK_IN_FLOW: 'inside { } and [ ] everything has to be written with { } and [ ] too',
  DUPLICATE_KEY: 'this key is here twice; keep one of them',
  IMPOSSIBLE: 'this cannot be read as YAML',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR:
    'a character is missing here: a closing quote or bracket, a comma, a ":" or the space after it',
  MULTILINE_IMPLICIT_KEY: 'a key has to be on one line; is a ":" or the space after it missing?',
  MULTIPLE_ANCHORS: 'only one anchor (&name) can stand here',
  MULTIPLE_DOCS: 'a second document begins here; remove the line ---',
  MULTIPLE_TAGS: 'only one !tag can stand here',
  NON_STRING_KEY: 'a key has to be text',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: 'tabs cannot indent YAML; use spaces',
  TAG_RESOLVE_FAILED: 'a !tag is unknown; put text that begins with ! in quotes',
  UNEXPECTED_TOKEN:
    'something is here that does not belong; is a quote, a bracket or a ":" missing before it?',
} as const satisfies Record<YamlErrorCode, string>;

type ConfigIssue = z.core.$ZodIssue;

/** One sentence on a field that does not fit the schema; names the field, never its value. */
export function describeIssue(issue: ConfigIssue, received: unknown): string {
  const field = describePath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return describeUnknownKey(issue.keys[0] ?? '', issue.path);
    case 'invalid_type':
      if (received === undefined) return `${field} is missing`;
      return `${field} must be ${describeType(issue.expected)}${adviseType(issue.expected, received)}`;
    case 'invalid_value':
      return `${field} must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `${field} must have at least one entry`;
      return `${field} must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${field} must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'custom':
    case 'invalid_format':
      // Sentences of our own schema.
      return `${field}: ${issue.message}`;
    case 'invalid_union':
      return describeUnion(issue, received);
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
      return `${field} is not valid`;
  }
}

/** What may be one thing or a list of them is told of as what it is meant to be. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, received: unknown): string {
  const firsts = issue.errors.flatMap(branch => branch.slice(0, 1));
  // Only the branch it is meant for finds fault with what is inside.
  const meant = firsts.find(({ path }) => path.length > 0) ?? firsts[0];
  if (!meant) return `${describePath(issue.path)} is not valid`;
  const [index] = meant.path;
  const inner =
    Array.isArray(received) && typeof index === 'number' ? (received as unknown[])[index] : received;
  return describeIssue({ ...meant, path: [...issue.path, ...meant.path] }, inner);
}

function describePath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function describeType(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    default:
      return 'a group of "name: value" lines';
  }
}

function adviseType(expected: string, received: unknown): string {
  if (expected !== 'string') return '';
  if (typeof received === 'number' || typeof received === 'boolean') return '; put it in quotes';
  // `key: ${NAME}` without quotes is a map inside of { }.
  return typeof received === 'object' ? '; if it begins with { or [, put it in quotes' : '';
}

function describeUnknownKey(key: string, path: readonly PropertyKey[]): string {
  const place = path.length === 0 ? 'at the top of the file' : `in ${describePath(path)}`;
  // Of a slip such as `{api_key:sk-…}` the whole is the key, so only what looks like a setting is repeated.
  if (!/^[A-Za-z][A-Za-z_]{0,29}$/.test(key)) {
    return `there is an unknown key ${place}; is a space missing after its ":"?`;
  }
  const known = listKnownKeys(path);
  const nearest = findNearest(key, known);
  const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`;
  return `unknown key ${key} ${place}; ${hint}`;
}

function listKnownKeys(path: readonly PropertyKey[]): string[] {
  let schema: z.core.JSONSchema.BaseSchema = z.toJSONSchema(configSchema, { io: 'input' });
  for (const part of path) {
    const inner = typeof part === 'number' ? schema.items : schema.properties?.[String(part)];
    if (typeof inner !== 'object' || Array.isArray(inner)) return [];
    schema = inner;
  }
  return Object.keys(schema.properties ?? {});
}

/** The known key that is most like the given one, if any is: `apiKey` → `api_key`, `prot` → `port`. */
function findNearest(key: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', '');
  const ranked = known
    .map(candidate => ({ candidate, distance: countEdits(plain(key), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, key.length / 3) ? best.candidate : undefined;
}

/** Edits (insert, remove, replace, swap of neighbours) that turn one text into the other. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const replaced = (last[column - 1] ?? 0) + (same ? 0 : 1);
      let edits = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced);
      const swapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[column - 2] ?? row) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
