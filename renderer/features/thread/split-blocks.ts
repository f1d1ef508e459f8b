import { Marked } from 'marked';
import type { TokenizerExtension } from 'marked';

/** Markdown cut into blocks that can be rendered apart; all but the last never change while text is appended. */
export type BlockSplit = {
  blocks: string[];
  /** Length of the text before the last block. */
  settled: number;
  text: string;
};

export const emptySplit: BlockSplit = { blocks: [], settled: 0, text: '' };

/** Splits text into blocks. With the split of an earlier state of the text, only what follows its settled part is read. */
export function splitBlocks(text: string, previous: BlockSplit = emptySplit): BlockSplit {
  const settledText = previous.text.slice(0, previous.settled);
  const canContinue = previous.settled > 0 && text.startsWith(settledText);
  const kept = canContinue ? previous.blocks.slice(0, -1) : [];
  const start = canContinue ? previous.settled : 0;
  const fresh = lexBlocks(text.slice(start));
  const last = fresh.at(-1) ?? '';
  return { blocks: [...kept, ...fresh], settled: text.length - last.length, text };
}

/** Splits a text that grows; it remembers the last split, so that settled blocks are not read again. */
export function createSplitter(): (text: string) => string[] {
  let last = emptySplit;
  return text => {
    if (text !== last.text) last = splitBlocks(text, last);
    return last.blocks;
  };
}

/** Displayed formulas may hold blank lines and dashes, which marked would take for the end of a block. */
const mathBlock = {
  name: 'math',
  level: 'block',
  start: source => blockStart(source, / {0,3}(?:\$\$|\\\[)/y),
  tokenizer(source) {
    const closed =
      /^ {0,3}\$\$(?!\$)(?:(?!\$\$)[^])+\$\$[ \t]*(?:\n+|$)/.exec(source) ??
      /^ {0,3}\\\[(?:(?!\\\])[^])+\\\][ \t]*(?:\n+|$)/.exec(source);
    const raw = closed?.[0] ?? openMath(source);
    return raw === undefined ? undefined : { type: 'math', raw };
  },
} satisfies TokenizerExtension;

/** A formula without an end is one that is still being written; past this length it is a stray mark. */
const longestOpenMath = 4000;

function openMath(source: string): string | undefined {
  if (source.length > longestOpenMath) return undefined;
  const opening = /^ {0,3}(\$\$(?!\$)|\\\[)/.exec(source);
  if (!opening) return undefined;
  const close = opening[1] === '$$' ? '$$' : '\\]';
  return source.includes(close, opening[0].length) ? undefined : source;
}

const footnoteText =
  /^\[\^[^\]\s]+\]:[^\n]*(?:\n|$)(?:(?: {2,}|\t)[^\n]*(?:\n|$)|[ \t]*\n(?= {2,}\S|\t)|(?!\[\^|#|>|[-*+] |\d+[.)] |```|~~~|\|)\S[^\n]*(?:\n|$))*(?:[ \t]*\n)*/;

const footnoteBlock = {
  name: 'footnote',
  level: 'block',
  start: source => blockStart(source, /\[\^[^\]\s]+\]:/y),
  tokenizer(source) {
    const raw = footnoteText.exec(source)?.[0];
    return raw === undefined ? undefined : { type: 'footnote', raw };
  },
} satisfies TokenizerExtension;

/** Where a block that may end a paragraph begins, before the paragraph's own end; undefined where there is none. */
function blockStart(source: string, opening: RegExp): number | undefined {
  const blank = source.indexOf('\n\n');
  const end = blank === -1 ? source.length : blank;
  for (let line = source.indexOf('\n'); line !== -1 && line < end; line = source.indexOf('\n', line + 1)) {
    opening.lastIndex = line + 1;
    if (opening.test(source)) return line + 1;
  }
  return undefined;
}

const marked = new Marked({ extensions: [mathBlock, footnoteBlock] });

function lexBlocks(text: string): string[] {
  const ends: number[] = [];
  let end = 0;
  for (const { type, raw } of marked.lexer(text)) {
    end += raw.length;
    // Blank lines belong to the block before them.
    if (type === 'space' && ends.length > 0) ends.pop();
    ends.push(end);
  }
  // marked rewrites some line ends. Where that changes the length, its offsets lie, and one block is the safe answer.
  if (end !== text.length) return [text];
  return ends.map((blockEnd, index) => text.slice(ends[index - 1] ?? 0, blockEnd));
}
