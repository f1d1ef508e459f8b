import { z } from 'zod';

import { errorInfoSchema, messageStatuses } from './chats.ts';
import { blockSchema } from './message.ts';
import { usageSchema } from './usage.ts';

/** `version` of a file of format `parley-chats`; docs/chat-format.md describes it. */
export const parleyChatsVersion = 1;

/** A message as it travels. Fields beside these are a newer or older Parley's, and travel along. */
export const transferMessageSchema = z.looseObject({
  id: z.string().min(1),
  parent_id: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.array(blockSchema),
  status: z.enum(messageStatuses),
  finish_reason: z.string().nullable(),
  model: z.string().nullable(),
  error: errorInfoSchema.nullable(),
  usage: usageSchema.nullable(),
  call_id: z.string().nullable(),
  private: z.array(z.json()).nullable(),
  created_at: z.string(),
});
export type TransferMessage = z.infer<typeof transferMessageSchema>;

export const transferChatSchema = z.looseObject({
  id: z.string().min(1),
  title: z.string(),
  model: z.string().nullable(),
  leaf_id: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** A chat with every message of its tree; parents stand before their replies. */
export type TransferChat = z.infer<typeof transferChatSchema> & { messages: TransferMessage[] };

export const importSources = ['parley', 'chatgpt', 'claude', 'openrouter', 'cherry_studio'] as const;
export type ImportSource = (typeof importSources)[number];

/** What a converter met and could not take over: how often, and some of it to recognise it by. */
export const leftOutSchema = z.object({
  /** e.g. `content type sonic_webpage`, `hidden system message`. */
  kind: z.string(),
  count: z.number(),
  examples: z.array(z.string()),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** `new`: nothing of it is here. `more`: the chat is here and lacks messages. `known`: all of it is here. */
export const importStates = ['new', 'more', 'known'] as const;

export const importedChatSchema = z.object({
  /** Its id in the file, by which it is chosen. */
  id: z.string(),
  title: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  state: z.enum(importStates),
  messages: z.number(),
  new_messages: z.number(),
});
export type ImportedChat = z.infer<typeof importedChatSchema>;

export const importPreviewSchema = z.object({
  source: z.enum(importSources),
  chats: z.array(importedChatSchema),
  left_out: z.array(leftOutSchema),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

export const importResultSchema = z.object({
  new_chats: z.number(),
  grown_chats: z.number(),
  known_chats: z.number(),
  new_messages: z.number(),
  left_out: z.array(leftOutSchema),
});
export type ImportResult = z.infer<typeof importResultSchema>;
