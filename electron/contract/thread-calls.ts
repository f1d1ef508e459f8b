import { z } from 'zod';

import { chatMessageSchema, chatSchema } from './chats.ts';
import { attachmentBlockSchema } from './message.ts';
import { answerNumbersSchema, chatTotalSchema, maxModels, queuedMessageSchema } from './threads.ts';

const byId = z.object({ id: z.string() });
const nothing = z.object({});
const models = z.array(z.string()).min(1).max(maxModels);

/** What the page does with the messages of a thread, beyond sending and regenerating. */
export const threadCalls = {
  /** One question to several models, whose answers are siblings of one group; the first one continues the thread. */
  'messages.send_to_several': {
    input: z.object({
      chat_id: z.string(),
      parent_id: z.string().nullable(),
      models,
      text: z.string(),
      attachments: z.array(attachmentBlockSchema).default([]),
    }),
    output: z.object({ user_message: chatMessageSchema, answers: z.array(chatMessageSchema) }),
  },
  /** A new version of an answer with the person's own words; nobody is asked. */
  'messages.edit': {
    input: byId.extend({ text: z.string().trim().min(1) }),
    output: z.object({ answer: chatMessageSchema }),
  },
  /** A new version of a cut answer that begins with its text and goes on from there. */
  'messages.continue': {
    input: byId.extend({ model: z.string().optional() }),
    output: z.object({ answer: chatMessageSchema }),
  },
  /** Takes messages out with everything below them; `id` brings them back. */
  'messages.delete': {
    input: z.object({ chat_id: z.string(), ids: z.array(z.string()).min(1).max(200) }),
    output: z.object({ id: z.string(), chat: chatSchema }),
  },
  'messages.restore': { input: byId, output: chatSchema },
  /** Numbers of answers that have ended and have a row in the ledger; the others are left out. */
  'messages.numbers': {
    input: z.object({ ids: z.array(z.string()).max(500) }),
    output: z.array(answerNumbersSchema),
  },
  'chats.total': { input: byId, output: chatTotalSchema },
  /** A new chat that holds the branch up to a message. */
  'chats.branch': {
    input: z.object({ message_id: z.string(), title: z.string().trim().min(1).max(200) }),
    output: chatSchema,
  },
  'queue.list': { input: z.object({ chat_id: z.string() }), output: z.array(queuedMessageSchema) },
  /** Sends a message when the answer before it has ended well; at once where none is under way. */
  'queue.add': {
    input: z.object({
      chat_id: z.string(),
      models,
      text: z.string(),
      attachments: z.array(attachmentBlockSchema).default([]),
    }),
    output: nothing,
  },
  'queue.change': {
    input: byId.extend({ text: z.string().optional(), is_held: z.boolean().optional() }),
    output: nothing,
  },
  'queue.remove': { input: byId, output: nothing },
  /** Sends the first of a chat's queue although the answer before it was stopped or failed. */
  'queue.resume': { input: z.object({ chat_id: z.string() }), output: nothing },
} as const;
