import { foldText } from '../contract/fold-text.ts';
import { shortTerms, termPattern } from './search-text.ts';

export type SearchQuery = {
  /** One for each term; a text is found where all of them occur. */
  patterns: RegExp[];
  /** What to ask an index for; null where no term is in one (one or two signs of punctuation). */
  match: { index: 'message_grams' | 'message_words'; expression: string } | null;
};

/** More would only cost time: the text itself is compared in the end. */
const maxGrams = 12;
/** Terms longer than this are looked up by their beginning; pieces of a long text overlap by as much. */
export const maxLookupLength = 128;

/** Reads what somebody typed. Nothing in it is syntax but quotes around what must occur as it is. */
export function parseSearchQuery(query: string): SearchQuery {
  const terms = splitTerms(foldText(query.replaceAll('\0', ' ')));
  return { patterns: terms.map(termPattern), match: matchOf(terms) };
}

function splitTerms(folded: string): string[] {
  const terms = [...folded.matchAll(/"([^"]*\S[^"]*)"|(\S+)/g)].map(
    ([, phrase, word]) => phrase?.trim() ?? word,
  );
  return [...new Set(terms)].filter(term => term !== undefined);
}

function matchOf(terms: readonly string[]): SearchQuery['match'] {
  const grams = new Set(terms.flatMap(gramsOf));
  if (grams.size > 0) return { index: 'message_grams', expression: allOf(grams) };
  const words = new Set(terms.flatMap(term => (shortTerms(term).has(term) ? [term] : [])));
  return words.size > 0 ? { index: 'message_words', expression: allOf(words) } : null;
}

/** Runs of three characters, as SQLite's trigram tokenizer makes them: it counts code points. */
function gramsOf(term: string): string[] {
  const characters = Array.from(term).slice(0, maxLookupLength / 2);
  const count = characters.length - 2;
  const step = Math.max(1, count / maxGrams);
  const grams: string[] = [];
  for (let at = 0; at < count; at += step) {
    grams.push(characters.slice(Math.floor(at), Math.floor(at) + 3).join(''));
  }
  return grams;
}

function allOf(tokens: Iterable<string>): string {
  return [...tokens].map(token => `"${token.replaceAll('"', '""')}"`).join(' AND ');
}
