import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';

/**
 * Usage as Anthropic writes it: `input_tokens` without what the cache took or gave. Clients do arithmetic with the
 * two main counts, so that they are 0 where they are unknown.
 */
export function encodeUsage(usage: Usage): JsonObject {
  const {
    input_tokens = 0,
    output_tokens = 0,
    cache_read_tokens,
    cache_write_tokens,
    reasoning_tokens,
  } = usage;
  const fresh = input_tokens - (cache_read_tokens ?? 0) - (cache_write_tokens ?? 0);
  return {
    input_tokens: Math.max(0, fresh),
    ...(cache_write_tokens !== undefined && { cache_creation_input_tokens: cache_write_tokens }),
    ...(cache_read_tokens !== undefined && { cache_read_input_tokens: cache_read_tokens }),
    output_tokens,
    ...(reasoning_tokens !== undefined && { output_tokens_details: { thinking_tokens: reasoning_tokens } }),
  };
}
