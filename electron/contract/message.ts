import { z } from 'zod';

import { citationSchema } from './citations.ts';
import type { Json } from './json.ts';

const jsonSchema = z.json() as unknown as z.ZodType<Json>; // z.json() describes the same values as Json

export const textBlockSchema = z.object({
  type: z.literal('text'),
  text: z.string(),
  signature: z.string().optional(),
  /** Pages it draws on; for the reader, never sent to a model. */
  citations: z.array(citationSchema).optional(),
});
export type TextBlock = z.infer<typeof textBlockSchema>;

/** What a model thought before it answered. `redacted_data` is opaque and goes back as it came. */
export const thinkingBlockSchema = z.object({
  type: z.literal('thinking'),
  text: z.string(),
  signature: z.string().optional(),
  redacted_data: z.string().optional(),
  /** Milliseconds between its first and its last delta; for the reader, never sent to a model. */
  duration_ms: z.number().optional(),
});
export type ThinkingBlock = z.infer<typeof thinkingBlockSchema>;

export const attachmentBlockSchema = z.object({
  type: z.literal('attachment'),
  media_type: z.string(),
  name: z.string().optional(),
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('base64'), data: z.string() }),
    z.object({ type: z.literal('url'), url: z.string() }),
  ]),
  /** OpenAI's image detail (low, high, auto), kept for those who take it. */
  detail: z.string().optional(),
  /** A document's own text, for models that do not read its format. */
  text: z.string().optional(),
  /** Pages of a document. */
  pages: z.number().int().positive().optional(),
});
export type AttachmentBlock = z.infer<typeof attachmentBlockSchema>;

export const toolUseBlockSchema = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: jsonSchema,
  signature: z.string().optional(),
});
export type ToolUseBlock = z.infer<typeof toolUseBlockSchema>;

export const toolResultBlockSchema = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  name: z.string().optional(),
  content: z.array(z.discriminatedUnion('type', [textBlockSchema, attachmentBlockSchema])),
  is_error: z.boolean().optional(),
});
export type ToolResultBlock = z.infer<typeof toolResultBlockSchema>;

export const blockSchema = z.discriminatedUnion('type', [
  textBlockSchema,
  thinkingBlockSchema,
  attachmentBlockSchema,
  toolUseBlockSchema,
  toolResultBlockSchema,
]);
export type Block = z.infer<typeof blockSchema>;

/** One turn. Tool results travel inside user messages. `private` is a provider's own round-trip data. */
export const messageSchema = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.array(blockSchema),
  private: z.array(jsonSchema).optional(),
});
export type Message = z.infer<typeof messageSchema>;
