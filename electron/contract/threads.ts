import { z } from 'zod';

import { callSchema } from './calls.ts';
import { blockSchema } from './message.ts';

/** What the ledger knows of the call an answer came from; null is unknown, never 0. */
export const answerNumbersSchema = callSchema
  .pick({
    backend: true,
    model_asked: true,
    model_answered: true,
    input_tokens: true,
    output_tokens: true,
    cache_read_tokens: true,
    cache_write_tokens: true,
    reasoning_tokens: true,
    tokens_origin: true,
    cost_usd: true,
    first_token_ms: true,
    duration_ms: true,
    attempts: true,
  })
  .extend({ message_id: z.string() });
export type AnswerNumbers = z.infer<typeof answerNumbersSchema>;

const sum = z.number().nullable();

/** What a chat has used so far, deleted answers included: they were paid for. */
export const chatTotalSchema = z.object({
  calls: z.number(),
  input_tokens: sum,
  output_tokens: sum,
  cost_usd: sum,
  /** Calls the sums say nothing about; those that failed before a token was used are not among them. */
  unknown_tokens_calls: z.number(),
  unknown_cost_calls: z.number(),
});
export type ChatTotal = z.infer<typeof chatTotalSchema>;

/** Most models one question may go to. */
export const maxModels = 4;

/** A message that waits for the answer before it. */
export const queuedMessageSchema = z.object({
  id: z.string(),
  chat_id: z.string(),
  content: z.array(blockSchema),
  models: z.array(z.string()).min(1).max(maxModels),
  /** Held back by hand, e.g. while it is edited. */
  is_held: z.boolean(),
  created_at: z.string(),
});
export type QueuedMessage = z.infer<typeof queuedMessageSchema>;
