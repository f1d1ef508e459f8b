import { mayHoldMath, openMathStart } from './prepare-math.ts';

/** Lone marks that will mean something else with the next characters: list items, headings, fences. */
const loneMark = /(?:^|\n)[ \t]*(?:[-*+]|\d{1,9}[.)]|#{1,6}|`{1,2}|~{1,2}|>)[ \t]*$/;

/**
 * What can be shown of a block that still grows. Its last characters wait where the next ones decide what they are: a
 * table's head would flash as a line of bars, a formula as its source.
 */
export function holdBack(text: string): string {
  if (/^ {0,3}(?:`{3,}|~{3,})/.test(text)) return text;
  let shown = withoutTableHead(text);
  if (mayHoldMath(shown)) {
    const open = openMathStart(shown);
    if (open !== -1) shown = shown.slice(0, open);
  }
  const mark = loneMark.exec(shown);
  return mark ? shown.slice(0, mark.index) : shown;
}

function withoutTableHead(text: string): string {
  const lines = text.split('\n');
  const head = firstTableLine(lines);
  if (head === -1) return text;
  const below = lines[head + 1];
  if (below === undefined) return lines.slice(0, head).join('\n');
  if (lines.length > head + 2 || !/^[\s|:-]*$/.test(below)) return text;
  return countCells(below) >= countCells(lines[head] ?? '') && /-[\s|:]*$/.test(below)
    ? text
    : lines.slice(0, head).join('\n');
}

/** The first line of the rows the text ends with; -1 where it does not end with a row. */
function firstTableLine(lines: readonly string[]): number {
  let line = lines.length;
  while (line > 0 && /^\s{0,3}\|/.test(lines[line - 1] ?? '')) line -= 1;
  return line === lines.length ? -1 : line;
}

function countCells(row: string): number {
  return row
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/).length;
}

/** Whether a block that is a code fence has its end. */
export function isClosedFence(text: string): boolean {
  const open = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
  if (open === undefined) return false;
  const lines = text.trimEnd().split('\n');
  return lines.length > 1 && (lines.at(-1) ?? '').trim().startsWith(open);
}
