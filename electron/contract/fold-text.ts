/**
 * Text as it is compared when somebody searches: without case, accents and full-width forms. It has a unit for each
 * unit of `normalizeText(text)`, so a position found in one is a position in the other.
 */
export function foldText(text: string): string {
  const lower = normalizeText(text).replaceAll('İ', 'I').toLowerCase();
  return /[^\0-\x7f]/.test(lower) ? lower.replaceAll(foldable, foldUnit) : lower;
}

/** The form of text that positions count in: a letter and its accent are one unit wherever Unicode has one for both. */
export function normalizeText(text: string): string {
  return text.normalize('NFC');
}

// Latin, Greek and Cyrillic letters with marks, final sigma, full-width ASCII. Not Korean or Japanese: there the marks
// make another letter.
const foldable = /[\u00e0-\u024f\u0386-\u03ce\u0400-\u045f\u1e00-\u1fff\uff01-\uff5e]/g;
const folded = new Map<string, string>();

function foldUnit(unit: string): string {
  const known = folded.get(unit);
  if (known !== undefined) return known;
  const base = unit === 'ς' ? 'σ' : unit.normalize('NFKD').charAt(0).toLowerCase();
  folded.set(unit, base);
  return base;
}
