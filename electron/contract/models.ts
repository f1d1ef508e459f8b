import { z } from 'zod';

export const dialectNames = [
  'openai_completions',
  'openai_responses',
  'anthropic_messages',
  'google_gemini',
  'ollama_chat',
] as const;
export const dialectNameSchema = z.enum(dialectNames);
export type DialectName = z.infer<typeof dialectNameSchema>;

export const modalities = ['text', 'image', 'pdf', 'audio', 'video'] as const;

/** What a script, a models file or a models endpoint says of a model; prices in US dollars per million tokens. */
export const modelFactsSchema = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  dialect: dialectNameSchema.optional(),
  context_size: z.number().positive().optional(),
  max_output_tokens: z.number().positive().optional(),
  input_modalities: z.array(z.enum(modalities)).optional(),
  output_modalities: z.array(z.enum(modalities)).optional(),
  reasoning: z.boolean().optional(),
  /** Whether it calls tools. */
  tools: z.boolean().optional(),
  release_date: z.string().optional(),
  input_cost: z.number().nonnegative().optional(),
  output_cost: z.number().nonnegative().optional(),
  cache_read_cost: z.number().nonnegative().optional(),
  cache_write_cost: z.number().nonnegative().optional(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

/** A model as every surface names it: `id` is `backend/model-id`. */
export const modelSchema = modelFactsSchema.extend({
  id: z.string(),
  name: z.string(),
  backend: z.string(),
  provider: z.string(),
  dialect: dialectNameSchema,
  /** Whether it belongs to the built-in demo, which costs nothing and knows nothing. */
  demo: z.boolean(),
  /** Left out of lists unless asked for; absent where it is not. */
  hidden: z.boolean().optional(),
});
export type Model = z.infer<typeof modelSchema>;

/** Splits `backend/model-id` at the first slash; undefined where there is none. */
export function splitModelName(name: string): { backend: string; model: string } | undefined {
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1) return undefined;
  return { backend: name.slice(0, slash), model: name.slice(slash + 1) };
}
