import { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { EmbeddingRequest } from './embeddings.ts';

/** The texts of a request. Throws AppError `invalid_request` for tokens, for which only OpenAI's format has a place. */
export function textInputs({ input }: EmbeddingRequest): string[] {
  const texts = input.filter(item => typeof item === 'string');
  if (texts.length === input.length) return texts;
  throw new AppError(
    'invalid_request',
    'This model takes texts, not tokens, in input: send strings (in LangChain: check_embedding_ctx_length=False).',
    { body: { param: 'input' } },
  );
}

/** Undefined where it is no list of numbers. */
export function asVector(value: Json | undefined): number[] | undefined {
  return Array.isArray(value) && value.every(item => typeof item === 'number') ? value : undefined;
}

/** Throws AppError `upstream_not_json` where one is missing, or all. */
export function checkVectors(vectors: readonly (number[] | undefined)[]): number[][] {
  const known = vectors.filter(vector => vector !== undefined);
  if (known.length > 0 && known.length === vectors.length) return known;
  throw new AppError('upstream_not_json', 'The answer holds no vectors; pick a model that embeds.', {
    http_status: 502,
  });
}
