/** What blocks of an answer refer to but another block defines. */
export type Notes = {
  /** For each block, the definitions it needs to be read alone; undefined for a block that is only definitions. */
  definitions: (string | undefined)[];
  /** In the order they are first referred to; those nobody refers to last. */
  footnotes: { number: number; text: string }[];
};

const footnote = /^\[\^([^\]\s]+)\]:[ \t]*/;
const linkDefinitions = /^(?: {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*\S[^\n]*(?:\n+|$))+$/;
const linkDefinition = /^ {0,3}\[([^\]\n]+)\]:/gm;
const footnoteUse = /\[\^([^\]\s]+)\]/g;

/** Finds the footnotes and link definitions of an answer, so that each block can be rendered without the others. */
export function readNotes(blocks: readonly string[]): Notes {
  const texts = new Map<string, string>();
  const links = new Map<string, string>();
  const kinds = blocks.map(block => {
    if (!/^ {0,3}\[/.test(block)) return 'text';
    const id = footnote.exec(block)?.[1];
    if (id !== undefined) {
      if (!texts.has(normal(id))) texts.set(normal(id), dedent(block.replace(footnote, '')));
      return 'definition';
    }
    if (!linkDefinitions.test(block)) return 'text';
    for (const [, label = ''] of block.matchAll(linkDefinition)) links.set(normal(label), block.trim());
    return 'definition';
  });
  if (texts.size === 0 && links.size === 0) return { definitions: blocks.map(() => ''), footnotes: [] };

  const numbers = new Map<string, number>();
  for (const [index, block] of blocks.entries()) {
    if (kinds[index] === 'definition' || !block.includes('[^')) continue;
    for (const id of usedFootnotes(block, texts)) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
  for (const id of texts.keys()) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  return {
    definitions: blocks.map((block, index) =>
      kinds[index] === 'definition' ? undefined : neededBy(block, texts, numbers, links),
    ),
    footnotes: [...numbers].map(([id, number]) => ({ number, text: texts.get(id) ?? '' })),
  };
}

/** In place of a footnote's text stands its number: the block shows no more of it. */
function neededBy(
  block: string,
  texts: Map<string, string>,
  numbers: Map<string, number>,
  links: Map<string, string>,
): string {
  if (!block.includes('[')) return '';
  const needed = [...new Set(usedFootnotes(block, texts))].map(id => `[^${id}]: ${numbers.get(id) ?? 0}`);
  const lower = block.toLowerCase();
  for (const [label, definition] of links) {
    if (lower.includes(`[${label}]`)) needed.push(definition);
  }
  return needed.length === 0 ? '' : `\n\n${[...new Set(needed)].join('\n\n')}`;
}

function usedFootnotes(block: string, texts: Map<string, string>): string[] {
  return [...block.matchAll(footnoteUse)].map(([, id = '']) => normal(id)).filter(id => texts.has(id));
}

function normal(label: string): string {
  return label.toLowerCase().trim();
}

function dedent(text: string): string {
  return text.replaceAll(/\n(?: {1,4}|\t)/g, '\n').trim();
}
