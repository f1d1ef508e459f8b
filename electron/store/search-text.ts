import { foldText, normalizeText } from '../contract/fold-text.ts';

/** Scripts that do not put spaces between words, and emoji: one or two characters of them are a word. */
const dense =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\p{Extended_Pictographic}';
const isDense = new RegExp(`[${dense}]`, 'u');
/** A character of a word in the other scripts; `#` and `+` for the names of languages. */
const wordUnit = `(?![${dense}])[\\p{L}\\p{N}_#+]`;
const shortWords = new RegExp(`(?<!${wordUnit})(?:${wordUnit}){1,2}(?!${wordUnit})`, 'gu');
const denseRuns = new RegExp(`[${dense}\\p{L}\\p{N}_#+]*[${dense}][${dense}\\p{L}\\p{N}_#+]*`, 'gu');

/**
 * What a search looks through of a message's `content` column: the text its author wrote and the documents added to it,
 * without reasoning and tools.
 */
export function searchableText(content: string): string {
  const texts: string[] = [];
  // Safe to read loosely: rows were checked when they were written, and what has no text is passed over.
  for (const block of JSON.parse(content) as { type?: unknown; text?: unknown; name?: unknown }[]) {
    if (block.type === 'text' && typeof block.text === 'string') texts.push(block.text);
    if (block.type !== 'attachment') continue;
    if (typeof block.name === 'string') texts.push(block.name);
    if (typeof block.text === 'string') texts.push(block.text);
  }
  return normalizeText(texts.join('\n\n'));
}

/** What a person or a model wrote, without the documents beside it. */
export function writtenText(content: string): string {
  const texts: string[] = [];
  // Safe to read loosely, as above.
  for (const block of JSON.parse(content) as { type?: unknown; text?: unknown }[]) {
    if (block.type === 'text' && typeof block.text === 'string') texts.push(block.text);
  }
  return normalizeText(texts.join('\n\n'));
}

/** Terms of one or two characters that occur in a folded text: such words, and every pair in a dense script. */
export function shortTerms(folded: string): Set<string> {
  const terms = new Set<string>(folded.match(shortWords));
  if (!isDense.test(folded)) return terms;
  for (const run of folded.match(denseRuns) ?? []) {
    let before = '';
    let wasDense = false;
    for (const character of run) {
      const isNowDense = isDense.test(character);
      if (isNowDense) terms.add(character);
      if (before !== '' && (isNowDense || wasDense)) terms.add(before + character);
      before = character;
      wasDense = isNowDense;
    }
  }
  return terms;
}

/** Finds a term in folded text; short words of a spaced script only as a whole, as the index knows them. */
export function termPattern(term: string): RegExp {
  const escaped = foldText(term).replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const isWholeWord = new RegExp(`^(?:${wordUnit}){1,2}$`, 'u').test(foldText(term));
  return new RegExp(isWholeWord ? `(?<!${wordUnit})${escaped}(?!${wordUnit})` : escaped, 'gu');
}
