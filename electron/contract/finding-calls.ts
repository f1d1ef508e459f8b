import { z } from 'zod';

import { chatSchema, folderSchema } from './chats.ts';

const nothing = z.object({});
const byId = z.object({ id: z.string() });
const folderName = z.string().trim().min(1).max(100);
const query = z.string().trim().min(1).max(500);

/** Where something stands in a text: first unit, unit after the last. */
export const textRangeSchema = z.tuple([z.number(), z.number()]);
export type TextRange = z.infer<typeof textRangeSchema>;

/** A message that was found. */
export const searchHitSchema = z.object({
  message_id: z.string(),
  chat_id: z.string(),
  chat_title: z.string(),
  is_archived: z.boolean(),
  role: z.enum(['user', 'assistant']),
  created_at: z.string(),
  /** The text around the first place, on one line. */
  excerpt: z.string(),
  /** What to mark in the excerpt. */
  marks: z.array(textRangeSchema),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

export const findingCalls = {
  /** Pins, archives or files a chat; what is left out stays as it is. */
  'chats.organize': {
    input: byId.extend({
      pinned: z.boolean().optional(),
      archived: z.boolean().optional(),
      folder_id: z.string().nullable().optional(),
    }),
    output: chatSchema,
  },
  'folders.list': { input: nothing, output: z.array(folderSchema) },
  'folders.create': { input: z.object({ name: folderName }), output: folderSchema },
  'folders.rename': { input: byId.extend({ name: folderName }), output: folderSchema },
  /** Its chats stay, in no folder. */
  'folders.delete': { input: byId, output: nothing },
  /** Messages of all chats, newest first. Every word must occur; what stands in quotes must occur as it is. */
  'messages.search': {
    input: z.object({
      query,
      limit: z.number().int().min(1).max(200).default(30),
      /** `next` of the page before. */
      before: z.number().optional(),
    }),
    output: z.object({
      hits: z.array(searchHitSchema),
      /** Where to go on; null when every message was looked at. */
      next: z.number().nullable(),
      /** Messages that are not in the index yet. */
      waiting: z.number(),
    }),
  },
  /** Places in the shown branch of one chat, in the order they are read. The query is one text, spaces included. */
  'messages.find': {
    input: z.object({ chat_id: z.string(), query: z.string().min(1).max(500) }),
    output: z.array(z.object({ message_id: z.string(), count: z.number() })),
  },
} as const;
