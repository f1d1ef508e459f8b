import { lexer } from 'marked';
import type { MarkedToken, Token, Tokens } from 'marked';

/** Markdown without its marks: what one would read aloud, code as it is. */
export function toPlainText(markdown: string): string {
  return blocks(lexer(markdown)).trim();
}

function blocks(tokens: readonly Token[]): string {
  return tokens
    .map(block)
    .filter(text => text !== '')
    .join('\n\n');
}

function block(token: Token): string {
  const known = token as MarkedToken; // no extension adds other kinds
  switch (known.type) {
    case 'space':
    case 'def':
      return '';
    case 'hr':
      return '—';
    case 'html':
      return known.text.replaceAll(/<[^>]*>/g, '').trim();
    case 'code':
      return known.text;
    case 'blockquote':
      return blocks(known.tokens);
    case 'list':
      return known.items.map((item, index) => listItem(known, item, index)).join('\n');
    case 'table':
      return [known.header, ...known.rows]
        .map(row => row.map(cell => inline(cell.tokens)).join('\t'))
        .join('\n');
    default:
      return inline([known]);
  }
}

function listItem(list: Tokens.List, item: Tokens.ListItem, index: number): string {
  const mark = list.ordered ? `${(list.start === '' ? 1 : list.start) + index}.` : '-';
  const state = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
  const tokens = item.tokens.filter(({ type }) => type !== 'checkbox');
  const text = tokens.map(block).filter(Boolean).join('\n').replaceAll('\n', '\n  ');
  return `${mark} ${state}${text}`;
}

function inline(tokens: readonly Token[]): string {
  return tokens
    .map(token => {
      if (token.type === 'br') return '\n';
      if (token.type === 'html') return '';
      if (token.type === 'link' && 'href' in token) return link(token as Tokens.Link);
      if ('tokens' in token && token.tokens) return inline(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? unescape(token.text) : '';
    })
    .join('');
}

function link({ href, tokens }: Tokens.Link): string {
  const text = inline(tokens);
  return text === href || href === `mailto:${text}` ? text : `${text} (${href})`;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole);
}
