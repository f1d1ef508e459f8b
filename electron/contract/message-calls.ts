import { z } from 'zod';

import { chatMessageSchema } from './chats.ts';

/** What the page asks for while it shows messages. */
export const messageCalls = {
  /** Whole messages of a chat, in the order they were added; ids that are not in it are passed over. */
  'messages.load': {
    input: z.object({ chat_id: z.string(), ids: z.array(z.string()).max(200) }),
    output: z.object({
      messages: z.array(chatMessageSchema),
      /** As in `chats.get`. */
      live: z.record(z.string(), z.number()),
    }),
  },
  /**
   * Fetches an image an answer points to, because the reader asked for it: without cookies and referrer, from public
   * addresses only.
   */
  'images.fetch': {
    input: z.object({ url: z.string().max(4_000) }),
    output: z.object({ media_type: z.string(), data: z.string() }),
  },
} as const;
