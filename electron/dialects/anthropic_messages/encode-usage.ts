import type { MessageDeltaUsage, Usage as MessageUsage } from '@anthropic-ai/sdk/resources/messages';

import type { JsonObject } from '../../contract/json.ts';
import type { Usage } from '../../contract/usage.ts';

/**
 * Usage of a whole answer, or of one that begins, as Anthropic writes it. Clients do arithmetic with the two main
 * counts, so that they are 0 where they are unknown.
 */
export function encodeUsage(usage: Usage): JsonObject {
  const counts = countsOf(usage);
  return {
    ...counts,
    input_tokens: counts.input_tokens ?? 0,
    cache_creation: null,
    inference_geo: null,
    service_tier: null,
    speed: null,
  } satisfies MessageUsage;
}

/** Usage at the end of a stream. A count that is left out leaves the client with what the beginning said. */
export function encodeFinalUsage(usage: Usage): JsonObject {
  const { input_tokens: input, ...counts } = countsOf(usage);
  return input === null ? counts : { ...counts, input_tokens: input };
}

/** `input_tokens` is what the cache neither took nor gave. */
function countsOf({
  input_tokens,
  output_tokens = 0,
  cache_read_tokens,
  cache_write_tokens,
  reasoning_tokens,
}: Usage) {
  const cached = (cache_read_tokens ?? 0) + (cache_write_tokens ?? 0);
  return {
    input_tokens: input_tokens === undefined ? null : Math.max(0, input_tokens - cached),
    cache_creation_input_tokens: cache_write_tokens ?? null,
    cache_read_input_tokens: cache_read_tokens ?? null,
    output_tokens,
    output_tokens_details: reasoning_tokens === undefined ? null : { thinking_tokens: reasoning_tokens },
    server_tool_use: null,
  } satisfies MessageDeltaUsage;
}
