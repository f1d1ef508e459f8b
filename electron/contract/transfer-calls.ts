import { z } from 'zod';

import { chatSchema } from './chats.ts';
import { importPreviewSchema, importResultSchema } from './transfer.ts';

const byId = z.object({ id: z.string() });

/** Most bytes of a file one call carries; base64 makes a third more of them. */
export const uploadPartBytes = 4 * 1024 * 1024;

/** Chats in and out. Files cross in parts, because neither front door takes or gives half a gigabyte at once. */
export const transferCalls = {
  /** `ids` null is every chat. One chat as Markdown is a text file, several are a zip of them. */
  'exports.start': {
    input: z.object({ ids: z.array(z.string()).min(1).nullable(), format: z.enum(['markdown', 'json']) }),
    output: z.object({ id: z.string(), file_name: z.string(), media_type: z.string() }),
  },
  /** The next part, in base64; after the last one the export is gone. */
  'exports.read': { input: byId, output: z.object({ data: z.string(), is_last: z.boolean() }) },
  'exports.cancel': { input: byId, output: z.object({}) },
  'imports.start': {
    input: z.object({ file_name: z.string().max(1000), size: z.number().int().min(0) }),
    output: byId,
  },
  /** Parts come in order. */
  'imports.add_part': {
    input: byId.extend({ data: z.string().max(Math.ceil(uploadPartBytes / 3) * 4) }),
    output: z.object({ received: z.number() }),
  },
  /** Reads the file and writes nothing. */
  'imports.preview': { input: byId, output: importPreviewSchema },
  /** Takes the chosen chats, or all that have something new; the uploaded file is gone afterwards. */
  'imports.apply': {
    input: byId.extend({ chat_ids: z.array(z.string()).nullable() }),
    output: importResultSchema,
  },
  'imports.cancel': { input: byId, output: z.object({}) },
  /** A chat that is kept in memory alone, until it is deleted or Parley ends. */
  'chats.create_temporary': { input: z.object({ model: z.string().nullable() }), output: chatSchema },
  /** Who makes titles; null takes the first words. It stands in parley.yaml under `chat`. */
  'titles.get': { input: z.object({}), output: z.object({ model: z.string().nullable() }) },
  'titles.set': { input: z.object({ model: z.string().nullable() }), output: z.object({}) },
} as const;
