import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';
import { numberField, objectField } from '../json-fields.ts';

/** `input_tokens` counts cached tokens in, as ours does; `output_tokens` counts reasoning in. */
export function decodeUsage(raw: JsonObject): Usage | undefined {
  const prompt = objectField(raw, 'input_tokens_details') ?? {};
  const answer = objectField(raw, 'output_tokens_details') ?? {};
  const found = {
    input_tokens: numberField(raw, 'input_tokens'),
    output_tokens: numberField(raw, 'output_tokens'),
    cache_read_tokens: numberField(prompt, 'cached_tokens'),
    cache_write_tokens: numberField(prompt, 'cache_write_tokens'),
    reasoning_tokens: numberField(answer, 'reasoning_tokens'),
  };
  const usage: Usage = {};
  for (const [name, value] of Object.entries(found)) {
    // The keys come from the literal above.
    if (value !== undefined) usage[name as keyof Usage] = value;
  }
  return Object.keys(usage).length === 0 ? undefined : usage;
}
