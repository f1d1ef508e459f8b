import { z } from 'zod';

import type { JsonObject } from './json.ts';
import { reasoningEfforts } from './request.ts';

/** Fields of a request's body that Parley writes itself; a chat's extra fields must not fight with them. */
export const ownBodyFields = ['model', 'messages', 'input', 'contents', 'prompt', 'stream'] as const;

const extraSchema = (z.record(z.string().min(1), z.json()) as unknown as z.ZodType<JsonObject>) // the same values
  .refine(extra => !ownBodyFields.some(name => name in extra), {
    message: `Parley itself writes ${ownBodyFields.join(', ')}`,
  });

/** How the answers of one chat should be made. What is left out is left to the model. */
export const chatSettingsSchema = z.object({
  /** System prompt. */
  instructions: z.string().max(400_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.number().int().positive().optional(),
  reasoning_effort: z.enum(reasoningEfforts).optional(),
  stop: z.array(z.string().min(1)).max(16).optional(),
  /** Fields put into the request's body as they are. */
  extra: extraSchema.optional(),
});
export type ChatSettings = z.infer<typeof chatSettingsSchema>;

/** A chat's settings and the preset they were taken from; the chat keeps its own copy. */
export const chosenSettingsSchema = z.object({
  preset_id: z.string().nullable(),
  settings: chatSettingsSchema,
});
export type ChosenSettings = z.infer<typeof chosenSettingsSchema>;

/** Settings under a name, with a model: an assistant of one's own. */
export const presetSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** One sign, mostly an emoji; empty shows the first letter of the name. */
  icon: z.string(),
  /** null keeps the model one has. */
  model: z.string().nullable(),
  settings: chatSettingsSchema,
  /** Whether a new chat begins with it. */
  is_default: z.boolean(),
});
export type Preset = z.infer<typeof presetSchema>;

/** A text to be put into a message; `{{word}}` in it is asked for, `{{date}}` and `{{clipboard}}` are filled in. */
export const snippetSchema = z.object({ id: z.string(), name: z.string(), text: z.string() });
export type Snippet = z.infer<typeof snippetSchema>;
