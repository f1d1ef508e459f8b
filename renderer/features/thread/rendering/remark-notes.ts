type MarkdownNode = {
  type: string;
  identifier?: string;
  value?: string;
  url?: string;
  data?: { hProperties: Record<string, string> };
  children?: MarkdownNode[];
};

/**
 * Footnotes whose definition says only their number, as `readNotes` appends it, become links to that note; the
 * definitions go. The notes themselves stand at the end of the answer.
 */
export function remarkNotes() {
  return (tree: MarkdownNode): void => {
    const numbers = new Map<string, string>();
    tree.children = (tree.children ?? []).filter(node => {
      if (node.type !== 'footnoteDefinition') return true;
      numbers.set(node.identifier ?? '', textOf(node));
      return false;
    });
    if (numbers.size > 0) replaceReferences(tree, numbers);
  };
}

function replaceReferences(node: MarkdownNode, numbers: Map<string, string>): void {
  for (const child of node.children ?? []) {
    if (child.type !== 'footnoteReference') {
      replaceReferences(child, numbers);
      continue;
    }
    const number = numbers.get(child.identifier ?? '') ?? '';
    child.type = 'link';
    child.url = `#${number}`;
    child.data = { hProperties: { dataNote: number } };
    child.children = [{ type: 'text', value: number }];
  }
}

function textOf({ value = '', children = [] }: MarkdownNode): string {
  return value + children.map(textOf).join('');
}
