import { z } from 'zod';

import { messageStatuses } from './chats.ts';

/**
 * The tree of a long chat without what its messages say, in the order they were added. Columns, and parents by their
 * place: thousands of objects that repeat their keys and ids take longer to send and read than all else about opening.
 */
export const outlinesSchema = z.object({
  ids: z.array(z.string()),
  /** Place of the parent in `ids`; -1 for the first message of the chat and its siblings. */
  parents: z.array(z.number()),
  created: z.array(z.string()),
  /** Place in `models` of the one that answered; -1 for what the person wrote. */
  authors: z.array(z.number()),
  models: z.array(z.string().nullable()),
  /** Tokens of the answer, 0 where that is not known: about how long it is. */
  tokens: z.array(z.number()),
  /** By place, of those few that have it. */
  statuses: z.record(z.string(), z.enum(messageStatuses)),
  groups: z.record(z.string(), z.string()),
  replaced: z.record(z.string(), z.string()),
});
export type Outlines = z.infer<typeof outlinesSchema>;
