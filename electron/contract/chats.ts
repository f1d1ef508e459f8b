import { z } from 'zod';

import { errorCodes } from './errors.ts';
import { blockSchema } from './message.ts';
import { usageSchema } from './usage.ts';

/** `interrupted`: the app ended before the answer did; what had arrived is kept. */
export const messageStatuses = ['streaming', 'complete', 'error', 'cancelled', 'interrupted'] as const;

export const errorInfoSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  http_status: z.number().optional(),
});

/** A node of a chat's tree: replies to one parent are siblings. Times are ISO 8601 in UTC. */
export const chatMessageSchema = z.object({
  id: z.string(),
  chat_id: z.string(),
  parent_id: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.array(blockSchema),
  status: z.enum(messageStatuses),
  finish_reason: z.string().nullable(),
  /** `backend/model-id` that was asked; null on user messages. */
  model: z.string().nullable(),
  error: errorInfoSchema.nullable(),
  usage: usageSchema.nullable(),
  /** Row of the ledger this answer is. */
  call_id: z.string().nullable(),
  /** A provider's own round-trip data. */
  private: z.array(z.json()).nullable(),
  created_at: z.string(),
  /** Answers of several models to one question, asked side by side, share it. */
  group_id: z.string().optional(),
  /** The answer this is a later version of: continued, edited, or asked for again within its group. */
  replaces_id: z.string().optional(),
  /** When the person wrote this version of an answer; absent on what a model said. */
  edited_at: z.string().optional(),
  /** Its content and private data were left out, because the chat is long: `messages.load` brings them. */
  outline: z.boolean().optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const chatSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Model the composer offers next. */
  model: z.string().nullable(),
  /** Last message of the branch that is shown; null in an empty chat. */
  leaf_id: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  pinned_at: z.string().nullable(),
  /** Hidden from the list, though still found. */
  archived_at: z.string().nullable(),
  folder_id: z.string().nullable(),
});
export type Chat = z.infer<typeof chatSchema>;

export const folderSchema = z.object({ id: z.string(), name: z.string(), created_at: z.string() });
export type Folder = z.infer<typeof folderSchema>;
