import type { CompletionUsage } from 'openai/resources/completions';

import type { Usage } from '../../contract/usage.ts';
import type { Wire } from '../wire.ts';

/** Usage as OpenAI writes it; undefined where nothing is known. Its clients demand both counts, the details they do not. */
export function encodeUsage(usage: Usage): Wire<CompletionUsage> | undefined {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens } = usage;
  if (input_tokens === undefined && output_tokens === undefined) return undefined;
  const prompt = {
    ...(cache_read_tokens !== undefined && { cached_tokens: cache_read_tokens }),
    ...(cache_write_tokens !== undefined && { cache_write_tokens }),
  };
  return {
    prompt_tokens: input_tokens ?? 0,
    completion_tokens: output_tokens ?? 0,
    total_tokens: (input_tokens ?? 0) + (output_tokens ?? 0),
    ...(Object.keys(prompt).length > 0 && { prompt_tokens_details: prompt }),
    ...(reasoning_tokens !== undefined && { completion_tokens_details: { reasoning_tokens } }),
  };
}
