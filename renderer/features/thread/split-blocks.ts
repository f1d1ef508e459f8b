import { lexer } from 'marked';

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

const definition = /^ {0,3}\[[^\]\n]+\]:[ \t]*\S+/m;

/**
 * Text with reference links or footnotes must be read as a whole: their definitions stand in another block than
 * their uses.
 */
export function needsWholeText(text: string): boolean {
  return definition.test(text);
}

function lexBlocks(text: string): string[] {
  const ends: number[] = [];
  let end = 0;
  for (const { type, raw } of lexer(text)) {
    end += raw.length;
    // Blank lines belong to the block before them.
    if (type === 'space' && ends.length > 0) ends.pop();
    ends.push(end);
  }
  // marked rewrites some line ends. Where that changes the length, its offsets lie, and one block is the safe answer.
  if (end !== text.length) return [text];
  return ends.map((blockEnd, index) => text.slice(ends[index - 1] ?? 0, blockEnd));
}
