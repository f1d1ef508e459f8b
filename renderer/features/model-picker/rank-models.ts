import type { Model } from '../../../electron/contract/models.ts';

/** Signs that words of a model's id are set apart by. */
const boundary = /[\s/:._-]/;

/**
 * How well a text matches a query, or null where it does not. Each word must occur: as it is, better at the start of a
 * word; or with gaps (`gpt4o` in `gpt-4o`), which counts least.
 */
export function matchScore(text: string, query: string): number | null {
  const haystack = text.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const one = scoreWord(haystack, word);
    if (one === null) return null;
    score += one;
  }
  return score;
}

/** The models that match, best first; equally good ones stay in their order. */
export function rankModels<T extends Pick<Model, 'id' | 'name'>>(models: readonly T[], query: string): T[] {
  if (query.trim() === '') return [...models];
  return models
    .flatMap(model => {
      const score = matchScore(`${model.id} ${model.name}`, query);
      return score === null ? [] : [{ model, score: score + (isNamed(model, query) ? exactScore : 0) }];
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ model }) => model);
}

/** Whoever types a whole name means that one, though longer names hold it too. */
const exactScore = 1_000;

function isNamed({ id, name }: Pick<Model, 'id' | 'name'>, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  const lower = id.toLowerCase();
  return [lower, lower.slice(lower.indexOf('/') + 1), name.toLowerCase()].includes(wanted);
}

function scoreWord(haystack: string, word: string): number | null {
  let best: number | null = null;
  for (let at = haystack.indexOf(word); at !== -1; at = haystack.indexOf(word, at + 1)) {
    const starts = at === 0 || boundary.test(haystack[at - 1] ?? '');
    if (starts) return 100;
    best = 60;
  }
  return best ?? scoreGaps(haystack, word);
}

/** The letters in order with few others between: otherwise any long id would match anything. */
function scoreGaps(haystack: string, word: string): number | null {
  if (word.length < 3) return null;
  const first = word[0] ?? '';
  for (let start = haystack.indexOf(first); start !== -1; start = haystack.indexOf(first, start + 1)) {
    let at = start;
    let matched = 1;
    while (matched < word.length) {
      at = haystack.indexOf(word[matched] ?? '', at + 1);
      if (at === -1 || at - start + 1 > word.length * 2) break;
      matched += 1;
    }
    if (matched === word.length) return 20 - (at - start + 1 - word.length);
  }
  return null;
}
