import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';
import { noteTokens } from '../note-tokens.ts';

/** `input_tokens` counts cached tokens in, as ours does; `output_tokens` counts reasoning in. */
export function decodeUsage(raw: JsonObject): Usage | undefined {
  const prompt = objectField(raw, 'input_tokens_details') ?? {};
  const answer = objectField(raw, 'output_tokens_details') ?? {};
  const usage: Usage = {};
  noteTokens(usage, 'input_tokens', numberField(raw, 'input_tokens'));
  noteTokens(usage, 'output_tokens', numberField(raw, 'output_tokens'));
  noteTokens(usage, 'cache_read_tokens', numberField(prompt, 'cached_tokens'));
  noteTokens(usage, 'cache_write_tokens', numberField(prompt, 'cache_write_tokens'));
  noteTokens(usage, 'reasoning_tokens', numberField(answer, 'reasoning_tokens'));
  return Object.keys(usage).length === 0 ? undefined : usage;
}
