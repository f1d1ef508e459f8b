import type { ExtraProps } from 'react-markdown';

type HtmlNode = NonNullable<ExtraProps['node']>;
type HtmlChild = HtmlNode['children'][number];

/** The cells of a table as text, row by row. */
export function tableRows(table: HtmlNode): string[][] {
  return elementsNamed(table, 'tr').map(row =>
    [...elementsNamed(row, 'th'), ...elementsNamed(row, 'td')].map(cell => textOf(cell).trim()),
  );
}

/** Comma-separated values after RFC 4180. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map(row => row.map(quote).join(',')).join('\r\n');
}

/** A cell that begins like a formula is data: with a quote before it no spreadsheet runs it. */
function quote(cell: string): string {
  const safe = /^[=@\t\r]|^[+-](?![\d.,\s]*%?$)/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function elementsNamed(node: HtmlNode, name: string): HtmlNode[] {
  return node.children.flatMap(child => {
    if (child.type !== 'element') return [];
    return child.tagName === name ? [child] : elementsNamed(child, name);
  });
}

function textOf(node: HtmlChild): string {
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? node.children.map(textOf).join('') : '';
}
