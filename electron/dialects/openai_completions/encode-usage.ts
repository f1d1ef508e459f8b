import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';

/** Usage as OpenAI writes it; undefined where nothing is known, and without the fields that are not. */
export function encodeUsage(usage: Usage): JsonObject | undefined {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens } = usage;
  if (input_tokens === undefined && output_tokens === undefined) return undefined;
  const prompt = withoutUndefined({ cached_tokens: cache_read_tokens, cache_write_tokens });
  const answer = withoutUndefined({ reasoning_tokens });
  return {
    ...withoutUndefined({ prompt_tokens: input_tokens, completion_tokens: output_tokens }),
    total_tokens: (input_tokens ?? 0) + (output_tokens ?? 0),
    ...(Object.keys(prompt).length > 0 && { prompt_tokens_details: prompt }),
    ...(Object.keys(answer).length > 0 && { completion_tokens_details: answer }),
  };
}

function withoutUndefined(fields: Record<string, number | undefined>): JsonObject {
  const known: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) known[name] = value;
  return known;
}
