import { z } from 'zod';

/**
 * Tokens of one call. `input_tokens` is the whole prompt, cache reads and writes included (as OpenAI and
 * OpenTelemetry count it); a missing field is unknown, never 0.
 */
export const usageSchema = z.object({
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  cache_read_tokens: z.number().optional(),
  cache_write_tokens: z.number().optional(),
  reasoning_tokens: z.number().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Where token numbers come from: the upstream's own report, our estimate, or nowhere. */
export const tokensOrigins = ['reported', 'estimated', 'unknown'] as const;
