/** Marks what was searched for, without touching the text: React owns its nodes. Returns how to take the marks away. */
export function markQuery(find: () => HTMLElement | null | undefined, query: string): () => void {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const highlights = 'highlights' in CSS ? CSS.highlights : undefined;
  if (words.length === 0 || !highlights) return () => {};
  adoptLook();
  // The message may still be loading, and formulas and colours come later.
  const mark = () => {
    const element = find();
    if (element) highlights.set('parley-found', new Highlight(...findRanges(element, words)));
  };
  const timer = setInterval(mark, 200);
  mark();
  return () => {
    clearInterval(timer);
    highlights.delete('parley-found');
  };
}

let look: CSSStyleSheet | undefined;

/** Not in a file of styles: the tools that build those do not know highlights yet. */
function adoptLook(): void {
  if (look) return;
  look = new CSSStyleSheet();
  look.replaceSync(
    '::highlight(parley-found) { background: var(--warning-soft); text-decoration: underline 2px var(--warning); }',
  );
  document.adoptedStyleSheets.push(look);
}

function findRanges(element: HTMLElement, words: readonly string[]): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.nodeValue ?? '').toLowerCase();
    for (const word of words) {
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, Math.min(at + word.length, node.nodeValue?.length ?? 0));
        ranges.push(range);
      }
    }
  }
  return ranges;
}
