import type { Call } from '../../../electron/contract/calls.ts';

/** Name the upstream gave its model, where it is another than the one that was asked; null otherwise. */
export function answeredAs({ backend, model_asked, model_answered }: Call): string | null {
  const isSame = model_answered === model_asked || `${backend}/${model_answered}` === model_asked;
  return isSame ? null : model_answered;
}
