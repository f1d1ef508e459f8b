/**
 * Brings formulas into the one form that is read after it: `$…$` in a line and `$$` on lines of their own. Models also
 * write `\(…\)`, `\[…\]` and `$$…$$` on one line. Every other dollar sign is escaped: most of them are prices.
 */
export function prepareMath(text: string): string {
  if (!mayHoldMath(text)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const found = nextMark(text, at);
    if (!found) break;
    out += text.slice(at, found.index);
    const [piece, end] = readMark(text, found.index);
    out += piece;
    at = end;
  }
  return out + text.slice(at);
}

export function mayHoldMath(text: string): boolean {
  return text.includes('$') || text.includes('\\(') || text.includes('\\[');
}

/** Where a formula opens that has no end yet; -1 where there is none. For text that still grows. */
export function openMathStart(text: string): number {
  for (let at = 0; at < text.length;) {
    const found = nextMark(text, at);
    if (!found) return -1;
    const [piece, end] = readMark(text, found.index);
    if (isOpening(text, found.index, piece)) return found.index;
    at = end;
  }
  return -1;
}

/** A mark that was only escaped or copied, but reads like the begin of a formula whose end has not come. */
function isOpening(text: string, index: number, piece: string): boolean {
  const rest = text.slice(index);
  if (piece === '\\(' || piece === '\\[') return !rest.includes('\n\n');
  if (piece === '\\$\\$' || piece === '$$') return isAtLineStart(text, index);
  return piece === '\\$' && /^\$(?=[^\s$])[^$\n]{0,80}[\\^_{][^$\n]{0,120}$/.test(rest);
}

const mark = /`+|~{3,}|\\[^]|\${1,2}/g;

function nextMark(text: string, from: number): RegExpExecArray | null {
  mark.lastIndex = from;
  return mark.exec(text);
}

/** What stands in the result for the mark at `index`, and where to go on. */
function readMark(text: string, index: number): [string, number] {
  const two = text.slice(index, index + 2);
  if (text[index] === '`' || text[index] === '~') return copyCode(text, index);
  if (two === '\\(') return between(text, index, '\\)', inline) ?? [two, index + 2];
  if (two === '\\[') return between(text, index, '\\]', display) ?? [two, index + 2];
  if (text[index] === '\\') return [two, index + 2];
  if (two === '$$') return between(text, index, '$$', display) ?? openDisplay(text, index);
  return dollar(text, index);
}

/** A code span or fence as it stands; formulas are not looked for in it. */
function copyCode(text: string, index: number): [string, number] {
  const run = /^(?:`+|~+)/.exec(text.slice(index))?.[0] ?? '`';
  const start = index + run.length;
  const isFence = run.length >= 3 && isAtLineStart(text, index);
  const close = isFence
    ? new RegExp(`\\n[ \\t>]*${run}[${run[0] ?? ''}]*[ \\t]*(?=\\n|$)`)
    : new RegExp(`(?<!\`)${run}(?!\`)`);
  const found = run.startsWith('`') || isFence ? close.exec(text.slice(start)) : null;
  if (found) {
    const end = start + found.index + found[0].length;
    return [text.slice(index, end), end];
  }
  return isFence ? [text.slice(index), text.length] : [run, start];
}

type Form = (content: string, before: string, isAlone: boolean) => string;

function between(text: string, index: number, close: string, form: Form): [string, number] | undefined {
  const end = text.indexOf(close, index + 2);
  if (end === -1) return undefined;
  const content = text.slice(index + 2, end);
  if (content.trim() === '' || (form === inline && content.includes('\n\n'))) return undefined;
  const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  const after = /^[ \t]*(?:\n|$)/.test(text.slice(end + 2, end + 200));
  return [form(content, before, isAtLineStart(text, index) && after), end + 2];
}

function inline(content: string): string {
  return `$${content.trim()}$`;
}

/** A formula that has its lines for itself is set apart; in the middle of a sentence it stays in its line. */
function display(content: string, before: string, isAlone: boolean): string {
  if (!isAlone) return `$$${content.trim()}$$`;
  const prefix = before.replaceAll(/[^>\s]/g, ' ');
  return `$$\n${prefix}${content.trim().replaceAll(/\n\s*\n/g, '\n')}\n${prefix}$$`;
}

function openDisplay(text: string, index: number): [string, number] {
  const isAlone = isAtLineStart(text, index) && /^\$\$[ \t]*\n/.test(text.slice(index));
  return [isAlone ? '$$' : '\\$\\$', index + 2];
}

/** Pandoc's rule: no space inside the marks, and neither a digit nor a letter around them. */
function dollar(text: string, index: number): [string, number] {
  const escaped: [string, number] = ['\\$', index + 1];
  if (/[\p{L}\p{N}]/u.test(text[index - 1] ?? '') && !isCjk(text[index - 1] ?? '')) return escaped;
  const found = /^\$(?!\s)((?:\\[^]|[^\\$`]|\n(?!\n))*?[^\s\\$`]|\\[^\s])\$(?![A-Za-z0-9$])/.exec(
    text.slice(index, index + 1000),
  );
  const content = found?.[1];
  if (!found || content === undefined || content.includes('\n\n') || isPrice(content)) return escaped;
  return [found[0], index + found[0].length];
}

function isPrice(content: string): boolean {
  return (
    /^\d[\d.,]*(?:[kKmMbB]|\s*[-–/+])?(?:[\s,.;:)]|$).*\p{L}{2,}/su.test(content) &&
    !/[\\^_={}]/.test(content)
  );
}

function isCjk(letter: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letter);
}

/** Nothing but spaces, quote marks and a list marker before it. */
function isAtLineStart(text: string, index: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  return /^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?$/.test(before);
}
