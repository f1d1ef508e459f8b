import { isDeepStrictEqual } from 'node:util';

import { isMap, isNode, isSeq, parseDocument, visit } from 'yaml';
import type { Document, ToStringOptions } from 'yaml';

type LinePair = { before: number; after: number };

/**
 * Writes an edited document so that every line the edit did not touch stays as the person wrote it. The YAML package
 * keeps comments and order, but lays everything out anew (indentation, aligned comments, blank lines); so its own layout
 * before the edit is compared with its layout after it, and only the differing lines are put into the original.
 * `original` is the text `unedited` was parsed from. Throws what the YAML package throws, e.g. for a lost anchor.
 */
export function writeDocument(original: string, unedited: Document, edited: Document): string {
  const eol = /\r?\n/.exec(original)?.[0] ?? '\n';
  const source = splitLines(original.replaceAll('\r\n', '\n'));
  const style = detectStyle(original, unedited);
  const laidOutBefore = splitLines(unedited.toString(style));
  const laidOutAfter = splitLines(edited.toString(style));

  const merged = mergeLines(source, laidOutBefore, laidOutAfter);
  const text = merged === undefined || !saysTheSame(merged, edited) ? laidOutAfter : merged;
  return text.map(line => line + eol).join('');
}

/** The person's habits, for the lines that are written anew. */
function detectStyle(original: string, document: Document): ToStringOptions {
  const indents: number[] = [];
  const seqIndents: number[] = [];
  const paddings: boolean[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (!isNode(key) || !(isMap(value) || isSeq(value)) || !key.range || !value.range) return;
      if (value.flow === true) return;
      const step = columnOf(original, value.range[0]) - columnOf(original, key.range[0]);
      if (step > 0) indents.push(step);
      if (isSeq(value)) seqIndents.push(step);
    },
    Collection(_, { flow, items, range }) {
      if (flow === true && items.length > 0 && range) paddings.push(original[range[0] + 1] === ' ');
    },
  });
  return {
    indent: indents[0] ?? 2,
    indentSeq: seqIndents[0] !== 0,
    flowCollectionPadding: paddings[0] ?? true,
    // Long lines stay whole.
    lineWidth: 0,
  };
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Undefined when the texts are too different, or too long, to be compared line by line. */
function mergeLines(source: string[], before: string[], after: string[]): string[] | undefined {
  const kept = pairLines(before, after, line => line);
  // What a layout changes of a line is its white space.
  const origin = pairLines(before, source, line => line.replaceAll(/\s/g, ''));
  if (kept === undefined || origin === undefined) return undefined;

  const sourceLineOf = new Map(origin.map(pair => [pair.before, pair.after]));
  const result: string[] = [];
  let nextSource = 0;
  let nextAfter = 0;
  let nextBefore = 0;
  // Lines that all three have in common hold the text together; what stands between two of them comes from the edited
  // document where the edit changed something, and from the person's text where it did not.
  const anchors = kept.flatMap(({ before, after }) => {
    const line = sourceLineOf.get(before);
    return line === undefined ? [] : [{ before, after, source: line }];
  });
  // How far the person indents what the layout indents so far; the nearest line above knows best.
  const starts = new Map(
    anchors.map(anchor => [lineStart(before[anchor.before]), lineStart(source[anchor.source])]),
  );
  anchors.push({ before: before.length, after: after.length, source: source.length });
  for (const anchor of anchors) {
    const oldLines = before.slice(nextBefore, anchor.before);
    const newLines = after.slice(nextAfter, anchor.after);
    const edited = !isDeepStrictEqual(oldLines, newLines);
    if (edited) result.push(...newLines.map(line => restart(line, starts)));
    else result.push(...source.slice(nextSource, anchor.source));
    const line = source[anchor.source];
    if (line !== undefined) {
      result.push(line);
      starts.set(lineStart(before[anchor.before]), lineStart(line));
    }
    nextBefore = anchor.before + 1;
    nextAfter = anchor.after + 1;
    nextSource = anchor.source + 1;
  }
  return result;
}

/** White space and dashes a line begins with: `    -   ` of `    -   name: groq`. */
function lineStart(line = ''): string {
  return /^\s*(?:- +)*/.exec(line)?.[0] ?? '';
}

function restart(line: string, starts: ReadonlyMap<string, string>): string {
  const start = lineStart(line);
  return (starts.get(start) ?? start) + line.slice(start.length);
}

/** Pairs of lines two texts have in common, in order: their longest common subsequence. */
function pairLines(
  before: string[],
  after: string[],
  simplify: (line: string) => string,
): LinePair[] | undefined {
  const a = before.map(simplify);
  const b = after.map(simplify);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;

  const rows = a.length - start - end;
  const columns = b.length - start - end;
  // The table below takes four bytes a cell; a configuration of 2000 lines fits.
  if (rows * columns > 4_000_000) return undefined;
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const lengthAt = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        a[start + row] === b[start + column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
    }
  }

  const pairs = Array.from({ length: start }, (_, line) => ({ before: line, after: line }));
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (a[start + row] === b[start + column]) {
      pairs.push({ before: start + row++, after: start + column++ });
    } else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row++;
    else column++;
  }
  for (let line = end; line > 0; line--) pairs.push({ before: a.length - line, after: b.length - line });
  return pairs;
}

/** The proof that putting lines together has lost nothing. */
function saysTheSame(lines: string[], document: Document): boolean {
  const parsed = parseDocument(lines.join('\n'), { merge: true });
  return parsed.errors.length === 0 && isDeepStrictEqual(parsed.toJS(), document.toJS());
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
