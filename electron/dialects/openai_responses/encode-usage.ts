import type { ResponseUsage } from 'openai/resources/responses/responses';

import type { Usage } from '../../contract/usage.ts';
import type { Wire } from '../wire.ts';

export type WireUsage = Wire<ResponseUsage>;

/** Usage as OpenAI writes it; null where nothing is known. Its clients demand every count, also those we do not know. */
export function encodeUsage(usage: Usage): WireUsage | null {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens } = usage;
  if (input_tokens === undefined && output_tokens === undefined) return null;
  return {
    input_tokens: input_tokens ?? 0,
    input_tokens_details: {
      cached_tokens: cache_read_tokens ?? 0,
      cache_write_tokens: cache_write_tokens ?? 0,
    },
    output_tokens: output_tokens ?? 0,
    output_tokens_details: { reasoning_tokens: reasoning_tokens ?? 0 },
    total_tokens: (input_tokens ?? 0) + (output_tokens ?? 0),
  };
}
