import { z } from 'zod';

import { AppError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './message.ts';

export type Tool = {
  name: string;
  description?: string;
  /** JSON Schema of the arguments. */
  input_schema: JsonObject;
  strict?: boolean;
  /** How a dialect that knows more than functions defines it, under the dialect's name; only that dialect reads it. */
  native?: JsonObject;
};

export type ToolChoice =
  | { type: 'auto' }
  | { type: 'none' }
  | { type: 'required' }
  | { type: 'tool'; name: string };

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];

export const jsonObjectSchema = z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>; // the same values

/** How the answer should be made; everything is optional and left out where the caller said nothing. */
export const requestOptionsSchema = z.strictObject({
  max_tokens: z.number().int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.number().int().positive().optional(),
  stop: z.array(z.string()).optional(),
  seed: z.number().int().optional(),
  frequency_penalty: z.number().optional(),
  presence_penalty: z.number().optional(),
  reasoning_effort: z.enum(reasoningEfforts).optional(),
  /** Exact number of tokens to think with, over the effort's. */
  reasoning_budget: z.number().int().positive().optional(),
  parallel_tool_calls: z.boolean().optional(),
  /** How long the provider should keep the prompt cached, where it can be told. */
  cache: z.enum(['short', 'long']).optional(),
  /** Structured output: `json_object`, or a JSON Schema with its name. */
  output: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('json_object') }),
      z.object({
        type: z.literal('json_schema'),
        name: z.string(),
        schema: jsonObjectSchema,
        strict: z.boolean().optional(),
      }),
    ])
    .optional(),
  metadata: jsonObjectSchema.optional(),
  user: z.string().optional(),
  /** Longest wait without a byte, in milliseconds; over the backend's. */
  timeout_ms: z.number().int().positive().optional(),
});
export type RequestOptions = z.infer<typeof requestOptionsSchema>;

/** Checks options that come from outside. Throws unknown_options or invalid_request, naming them. */
export function parseRequestOptions(input: unknown): RequestOptions {
  const result = requestOptionsSchema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(requestOptionsSchema.shape).join(', ');
    throw new AppError('unknown_options', `Unknown options: ${issue.keys.join(', ')}. There are: ${known}.`);
  }
  const field = issue?.path.join('.') ?? '';
  throw new AppError(
    'invalid_request',
    `The option ${field} is not right: ${issue?.message ?? 'not valid'}.`,
  );
}

/** One question to one model in our own words; dialects translate it to and from the wire. */
export type ChatRequest = {
  system?: string;
  messages: Message[];
  tools?: Tool[];
  tool_choice?: ToolChoice;
  options: RequestOptions;
  stream: boolean;
  /** Body fields no dialect of ours knows, as the caller sent them; kept within one dialect, reported across. */
  extra?: JsonObject;
};
