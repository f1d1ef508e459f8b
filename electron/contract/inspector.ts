import { z } from 'zod';

import { attemptSchema, callSchema, callStatuses } from './calls.ts';

/** A body as text. `size` is its length in bytes as it was; what was too much to keep is cut off, or all of it left out. */
export const shownBodySchema = z.object({
  text: z.string(),
  size: z.number(),
  is_whole: z.boolean(),
});
export type ShownBody = z.infer<typeof shownBodySchema>;

const headersSchema = z.array(z.tuple([z.string(), z.string()]));
export type ShownHeaders = z.infer<typeof headersSchema>;

export const shownRequestSchema = z.object({
  method: z.string(),
  url: z.string(),
  headers: headersSchema,
  body: shownBodySchema.nullable(),
});
export type ShownRequest = z.infer<typeof shownRequestSchema>;

/** Milliseconds since the request was received (for the chat: since the call began); null for what did not happen. */
const moment = z.number().nullable();

/** One request to an upstream, and what came back. */
export const shownExchangeSchema = z.object({
  /** Which attempt of the call, from 1. */
  number: z.number(),
  backend: z.string(),
  model: z.string(),
  request: shownRequestSchema,
  status: z.number().nullable(),
  headers: headersSchema,
  body: shownBodySchema.nullable(),
  /** Why it broke off. */
  error: z.string().nullable(),
  sent_ms: moment,
  /** There was a connection for it; null also where it was kept by a version that did not look. */
  connected_ms: moment.default(null),
  /** The head of the answer. */
  head_ms: moment,
  /** The first byte of its body. */
  first_byte_ms: moment,
  end_ms: moment,
});
export type ShownExchange = z.infer<typeof shownExchangeSchema>;

export const inspectedStatuses = ['running', ...callStatuses] as const;

/** One line of the inspector's list. */
export const inspectedCallSchema = callSchema
  .omit({ status: true, price: true, original_cost_usd: true, original_price: true, recomputed_at: true })
  .extend({
    status: z.enum(inspectedStatuses),
    /** Path the tool asked; null for the chat. */
    path: z.string().nullable(),
    /** The call this one repeats. */
    replay_of: z.string().nullable(),
    /** A count of tokens, which is no row of the ledger. */
    is_count: z.boolean().default(false),
  });
export type InspectedCall = z.infer<typeof inspectedCallSchema>;

/** A call opened. Keys are taken out of all of it. */
export const callDetailsSchema = inspectedCallSchema.extend({
  /** As the tool sent it; null for the chat. */
  received: shownRequestSchema.nullable(),
  warnings: z.array(z.string()),
  attempt_list: z.array(attemptSchema),
  exchanges: z.array(shownExchangeSchema),
  timings: z.object({ routed_ms: moment, first_token_ms: moment, end_ms: moment }),
  /** Whether it was read from the disk, where only calls are that ended while bodies were kept. */
  is_kept: z.boolean(),
});
export type CallDetails = z.infer<typeof callDetailsSchema>;
