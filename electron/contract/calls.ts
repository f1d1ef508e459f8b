import { z } from 'zod';

import { errorCodes } from './errors.ts';
import { keyOriginSchema } from './keys.ts';
import { dialectNameSchema } from './models.ts';
import { tokensOrigins } from './usage.ts';

/** How a call ended. `interrupted`: cut off, by the upstream or because Parley itself was killed. */
export const callStatuses = ['ok', 'error', 'cancelled', 'interrupted'] as const;
export type CallStatus = (typeof callStatuses)[number];

const tokens = z.number().nullable();

/** One row of the ledger: the view `calls`, column for column. Times are ISO 8601 in UTC, durations milliseconds. */
export const callSchema = z.object({
  id: z.string(),
  started_at: z.string(),
  /** `chat`, `cli`, or the name of the gateway key. */
  client: z.string(),
  backend: z.string(),
  model_asked: z.string(),
  model_answered: z.string().nullable(),
  dialect_in: dialectNameSchema.nullable(),
  dialect_out: dialectNameSchema.nullable(),
  status: z.enum(callStatuses),
  http_status: z.number().nullable(),
  error_code: z.string().nullable(),
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_tokens: tokens,
  cache_write_tokens: tokens,
  reasoning_tokens: tokens,
  tokens_origin: z.enum(tokensOrigins),
  cost_usd: z.number().nullable(),
  /** The price the cost was computed from, e.g. {"input_mtok":2.5,"output_mtok":10,"source":"genai-prices"}; null without a cost. */
  price: z.string().nullable(),
  first_token_ms: z.number().nullable(),
  duration_ms: z.number().nullable(),
  /** How often an upstream was asked, the last time included; 0 where the call was refused before. */
  attempts: z.number(),
  /** Cost and price at the time of the call, where `cost_usd` was computed anew since, which is when `recomputed_at` says. */
  original_cost_usd: z.number().nullable(),
  original_price: z.string().nullable(),
  recomputed_at: z.string().nullable(),
});
export type Call = z.infer<typeof callSchema>;

/** One time an upstream was asked for a call: all but the last of a call's attempts failed before a byte of answer. */
export const attemptSchema = z.object({
  call_id: z.string(),
  /** Counts from 1 within the call. */
  number: z.number(),
  backend: z.string(),
  model: z.string(),
  dialect: dialectNameSchema,
  /** Where its key came from; null without one. */
  key: keyOriginSchema.nullable(),
  /** Which one of the backend's several keys, counting from 1; null where it has one or none. */
  key_number: z.number().nullable(),
  /** The upstream's status; null where it sent none. */
  http_status: z.number().nullable(),
  /** null: it answered to the end. */
  error_code: z.enum(errorCodes).nullable(),
  started_at: z.string(),
  /** Until it failed, or until the end of its answer. */
  duration_ms: z.number(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** What is known of a call when it begins. */
export type CallStart = Pick<
  Call,
  'id' | 'started_at' | 'client' | 'backend' | 'model_asked' | 'dialect_in' | 'dialect_out'
>;

/** What is known of it once it has ended. */
export type CallEnd = Omit<
  Call,
  keyof CallStart | 'original_cost_usd' | 'original_price' | 'recomputed_at'
> & {
  id: string;
  backend?: string;
  dialect_out?: Call['dialect_out'];
};

/** Where the engine and the gateway report calls; core.ts connects it to the store. Neither method throws or waits. */
export type CallLog = {
  begin(start: CallStart): void;
  end(end: CallEnd): void;
};

/** What a call says of its tokens and its cost while nobody knows them. */
export const noNumbers = {
  input_tokens: null,
  output_tokens: null,
  cache_read_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  tokens_origin: 'unknown',
  cost_usd: null,
} as const satisfies Partial<CallEnd>;
