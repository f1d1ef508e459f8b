/** Characters of one message that are read; the rest cannot change an answer of two sentences. */
const MAX_CHARACTERS = 2000;

/** What a message consists of, as far as ELIZA is concerned. */
export type Reading =
  | { type: 'silence' }
  | { type: 'wordless' }
  | { type: 'foreign' }
  | { type: 'clauses'; clauses: string[][] };

/** Cuts a message into clauses of words, at punctuation and at "but", with the script's substitutions made. */
export function readClauses(message: string, substitutions: Readonly<Record<string, string>>): Reading {
  const text = message.slice(0, MAX_CHARACTERS).normalize('NFC').replaceAll(/[‘’ʼ]/g, "'").trim();
  if (text === '') return { type: 'silence' };
  if (!/[\p{L}\p{N}]/u.test(text)) return { type: 'wordless' };
  if (!/[\p{Script=Latin}\p{N}]/u.test(text)) return { type: 'foreign' };
  // Someone who writes in capitals throughout is not quoted in them.
  const spoken = /\p{Ll}/u.test(text) ? text : text.toLowerCase();
  const clauses = spoken
    .split(/[.,;:!?…()[\]{}"“”«»\n]+|\s[-–—]+\s|\bbut\b/iu)
    .map(clause => readWords(clause, substitutions))
    .filter(words => words.length > 0);
  return { type: 'clauses', clauses };
}

function readWords(clause: string, substitutions: Readonly<Record<string, string>>): string[] {
  const words = clause.match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? [];
  return words.flatMap((word, index) => {
    const lowered = word.toLowerCase();
    const substitute = Object.hasOwn(substitutions, lowered) ? substitutions[lowered] : undefined;
    if (substitute !== undefined) return substitute.split(' ');
    // A name keeps its capital, the first word of a sentence loses it.
    return [index === 0 ? lowered : word];
  });
}
