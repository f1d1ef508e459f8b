import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField } from '../json-fields.ts';

/** Tokens of an answer. Ollama leaves out a count of 0, so that a missing one is unknown. */
export function findUsage(event: JsonObject): Usage | undefined {
  const input = numberField(event, 'prompt_eval_count');
  const output = numberField(event, 'eval_count');
  if (input === undefined && output === undefined) return undefined;
  return {
    ...(input !== undefined && { input_tokens: input }),
    ...(output !== undefined && { output_tokens: output }),
  };
}
