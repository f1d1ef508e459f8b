import type { AnswerNumbers } from '../../../electron/contract/threads.ts';

/** An answer that comes all at once has no speed, in milliseconds. */
const shortestMs = 50;

/** Tokens a second once the answer had begun; null where one of the numbers is unknown. */
export function tokensPerSecond(
  numbers: Pick<AnswerNumbers, 'output_tokens' | 'first_token_ms' | 'duration_ms'>,
): number | null {
  const { output_tokens: tokens, first_token_ms: first, duration_ms: duration } = numbers;
  if (tokens === null || first === null || duration === null) return null;
  if (duration - first < shortestMs) return null;
  return tokens / ((duration - first) / 1000);
}

/** The model that really answered, where that is another one than was asked. */
export function answeringModel({
  backend,
  model_asked: asked,
  model_answered: answered,
}: Pick<AnswerNumbers, 'backend' | 'model_asked' | 'model_answered'>): string {
  if (answered === null || asked === answered || asked === `${backend}/${answered}`) return asked;
  return `${backend}/${answered}`;
}
