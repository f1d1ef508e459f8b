import {
  LineCounter,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  visit,
} from 'yaml';
import type { Document, YAMLMap } from 'yaml';

import { configSchema } from '../contract/config.ts';
import type { Config, ConfigProblem } from '../contract/config.ts';
import { describeIssue, yamlSentences } from './config-problem.ts';

export type ParsedConfig =
  | { type: 'good'; config: Config; document: Document }
  | { type: 'bad'; problem: ConfigProblem };

/** Reads the text of parley.yaml; the first mistake from the top is reported with its line and column. */
export function parseConfig(text: string, file: string): ParsedConfig {
  const lines = new LineCounter();
  // `merge` lets backends share settings with `<<: *base`.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    // At `silent` a second document would be left out without a word.
    logLevel: 'error',
  });
  const bad = (message: string, offset: number): ParsedConfig => {
    const { line, col } = lines.linePos(offset);
    return { type: 'bad', problem: { file, message, line, column: col } };
  };

  const [error] = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    const hint = hasVariable(text, error.pos[0]) ? '; a ${NAME} between { } has to be in quotes' : '';
    return bad(yamlSentences[error.code] + hint, error.pos[0]);
  }

  let data: unknown;
  try {
    data = unsetNulls(document.toJS());
  } catch {
    const alias = findOpenAlias(document);
    if (alias !== undefined) return bad(yamlSentences.BAD_ALIAS, alias);
    // Nothing else is left that can throw here.
    return bad('the aliases (*name) expand without end; write the values out', 0);
  }
  const checked = configSchema.safeParse(data);
  if (checked.success) return { type: 'good', config: checked.data, document };

  const problems = checked.error.issues
    .map(issue => ({
      message: describeIssue(issue, pick(data, issue.path)),
      offset: findOffset(
        document,
        issue.path,
        issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined,
      ),
    }))
    .sort((a, b) => a.offset - b.offset);
  const [first, ...others] = problems;
  if (first === undefined) return bad('this is not a valid configuration', 0);
  const more = others.length === 0 ? '' : ` (and ${others.length} more after it)`;
  return bad(first.message + more, first.offset);
}

/** Whether the line has a `${NAME}`: without quotes it breaks a line such as `{ api_key: ${NAME} }`. */
function hasVariable(text: string, offset: number): boolean {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? text.length : end).includes('${');
}

/** The place of an alias without its anchor. */
function findOpenAlias(document: Document): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = startOf(alias);
      return visit.BREAK;
    },
  });
  return offset;
}

/** A name with nothing behind it (`backends:` with all its lines commented out) counts as not set. */
function unsetNulls(value: unknown, depth = 0): unknown {
  if (depth === 0 && (value === null || value === undefined)) return {};
  // Deeper than any setting goes: an alias inside of its own anchor.
  if (depth > 50) throw new RangeError('nested too deeply');
  if (Array.isArray(value)) return value.map(item => unsetNulls(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  // Unset and not left out: `{ api_key:x }` without the space is a name with nothing behind it, and an unknown one.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item === null ? undefined : unsetNulls(item, depth + 1),
    ]),
  );
}

function pick(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // Safe: reading any property of an object gives a value or undefined.
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** Where the person has to look: the value at the path, the unknown key in it, or what should have held it. */
function findOffset(document: Document, path: readonly PropertyKey[], unknownKey?: string): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    offset = startOf(node) ?? offset;
    const next: unknown = node.get(part, true);
    if (next === undefined || next === null) break;
    // A key without a value has no place of its own to point at.
    offset = startOf(next) ?? offset;
    node = next;
  }
  if (unknownKey === undefined) return path.length === 0 ? (startOf(node) ?? 0) : offset;
  if (isAlias(node)) node = node.resolve(document);
  return isMap(node) ? (startOf(findKey(node, unknownKey)) ?? offset) : offset;
}

function findKey(map: YAMLMap, name: string): unknown {
  const pair = map.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === name);
  return pair?.key;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}
