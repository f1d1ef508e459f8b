import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** The tokenizer takes quadratic time where a text has no spaces: 20 000 characters at once would take it seconds. */
const pieceChars = 1_000;
/** Special tokens in a text are text: a tool's files may hold them. */
const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/** Tokens of texts as o200k makes them. It takes up to seconds, and loading it takes a third of one: for a thread of its own. */
export function countTexts(texts: readonly string[]): number {
  let tokens = 0;
  for (const text of texts) for (const piece of cutPieces(text)) tokens += countTokens(piece, asText);
  return tokens;
}

/** Cut before a space, where the tokenizer would cut as well, or else anywhere. */
function* cutPieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + pieceChars, text.length);
    if (end < text.length) {
      const space = Math.max(text.lastIndexOf(' ', end), text.lastIndexOf('\n', end));
      if (space > start + pieceChars / 2) end = space;
    }
    yield text.slice(start, end);
    start = end;
  }
}
